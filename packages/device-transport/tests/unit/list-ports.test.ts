import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { findPortHolders } from "../../dist/serial/port-holders.js";
import { describePort, listPorts, type PortSources, type RawPort } from "../../dist/serial/index.js";
import { readSysfsPorts } from "../../dist/serial/sysfs-ports.js";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function makeTree(files: Record<string, string>, links: Record<string, string> = {}): string {
  const root = mkdtempSync(join(tmpdir(), "slotscope-"));
  folders.push(root);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  for (const [name, target] of Object.entries(links)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    symlinkSync(target, join(root, name));
  }
  return root;
}

function sourcesOf(
  platform: NodeJS.Platform,
  ports: readonly RawPort[],
  more: Partial<PortSources> = {},
): PortSources {
  return {
    platform,
    listRaw: async () => [...ports],
    findHolders: async () => new Map(),
    findDenial: async () => undefined,
    ...more,
  };
}

const fail = () => Promise.reject(new Error("no"));

describe("listing ports", () => {
  it("names boards by their USB ids, boards first, in the order of their numbers", async () => {
    const ports = await listPorts(
      sourcesOf("linux", [
        { path: "/dev/ttyS0" },
        { path: "/dev/ttyUSB10", vendorId: "10C4", productId: "EA60" },
        { path: "/dev/ttyUSB2", vendorId: "1a86", productId: "7523" },
        { path: "/dev/ttyACM1", vendorId: "dead", productId: "beef", manufacturer: "ACME", product: "Modem" },
        { path: "/dev/ttyACM0", vendorId: "2e8a", productId: "0005", serialNumber: "e66" },
      ]),
    );
    expect(ports.map(describePort)).toEqual([
      "/dev/ttyACM0 Raspberry Pi Pico or another RP2 board with MicroPython (id:e66)",
      "/dev/ttyUSB2 board by a CH340",
      "/dev/ttyUSB10 board by a CP210x",
      "/dev/ttyACM1 ACME Modem",
      "/dev/ttyS0 serial port",
    ]);
    expect(ports.map((port) => port.shortcut)).toEqual(["a0", "u2", "u10", "a1", undefined]);
    expect(ports.map((port) => port.kind)).toEqual(["board", "bridge", "bridge", "usb", "builtin"]);
    expect(ports[2]?.usb).toEqual({ vendorId: "10c4", productId: "ea60" });
  });

  it.each([
    ["303a", "1001", "ESP32 by its USB-JTAG"],
    ["f055", "9800", "Pyboard"],
    ["0d28", "0204", "BBC micro:bit or another board with DAPLink"],
    ["239a", "8015", "Adafruit board"],
    ["1a86", "55d4", "board by a CH9102"],
    ["0403", "6001", "board by an FTDI chip"],
  ])("knows %s:%s", async (vendorId, productId, name) => {
    const [port] = await listPorts(sourcesOf("linux", [{ path: "/dev/ttyACM0", vendorId, productId }]));
    expect(port?.name).toBe(name);
  });

  it("tells what is in the way of opening one, and what to do", async () => {
    const ports = await listPorts(
      sourcesOf("linux", [{ path: "/dev/ttyACM0" }, { path: "/dev/ttyACM1" }, { path: "/dev/ttyACM2" }], {
        findHolders: async () => new Map([["/dev/ttyACM0", { pid: 12, name: "mpremote" }]]),
        findDenial: async (path) => (path.endsWith("1") ? "join the group dialout" : undefined),
      }),
    );
    expect(ports.map((port) => port.obstacle?.kind)).toEqual(["busy", "denied", undefined]);
    expect(ports[0]?.obstacle?.reason).toContain("in use by mpremote (process 12); close it there");
    expect(ports[1]?.obstacle?.reason).toBe("join the group dialout");
    expect(ports.slice(0, 2).map(describePort)).toEqual([
      "/dev/ttyACM0 serial port, in use",
      "/dev/ttyACM1 serial port, no permission",
    ]);
  });

  it("on macOS names each port once, by the one that opens without a carrier", async () => {
    const ports = await listPorts(
      sourcesOf("darwin", [
        { path: "/dev/tty.usbmodem101", vendorId: "2e8a", productId: "0005" },
        { path: "/dev/cu.usbmodem101", vendorId: "2e8a", productId: "0005" },
        { path: "/dev/tty.Bluetooth-Incoming-Port" },
      ]),
    );
    expect(ports.map((port) => port.path)).toEqual(["/dev/cu.usbmodem101"]);
  });

  it("on Windows gives the short address of a COM port", async () => {
    const [port] = await listPorts(
      sourcesOf("win32", [{ path: "COM3", vendorId: "303A", productId: "1001" }]),
    );
    expect(port?.shortcut).toBe("c3");
  });

  it("finds nothing, rather than fail, where its sources fail", async () => {
    expect(await listPorts(sourcesOf("linux", [], { listRaw: fail }))).toEqual([]);
    const one = sourcesOf("linux", [{ path: "/dev/ttyACM0" }], { findHolders: fail, findDenial: fail });
    expect(await listPorts(one)).toHaveLength(1);
  });

  it("works on this computer, whatever it lacks", async () => {
    expect(Array.isArray(await listPorts())).toBe(true);
  });
});

describe.skipIf(process.platform === "win32")("on Linux", () => {
  it("ports are read from /sys, with what their USB devices say", async () => {
    const usb = "devices/pci0/usb1/1-1";
    const root = makeTree(
      {
        [`${usb}/idVendor`]: "2e8a\n",
        [`${usb}/idProduct`]: "0005\n",
        [`${usb}/manufacturer`]: "MicroPython\n",
        [`${usb}/product`]: "Board in FS mode\n",
        [`${usb}/serial`]: "e66\n",
        [`${usb}/1-1:1.0/x`]: "",
        [`${usb}/1-1:1.1/ttyUSB0/x`]: "",
        "devices/platform/serial8250/x": "",
        "devices/pnp0/x": "",
        "class/tty/ttyS0/type": "4\n",
        "class/tty/ttyS1/type": "0\n",
        "class/tty/tty1/x": "",
      },
      {
        "class/tty/ttyACM0/device": `../../../${usb}/1-1:1.0`,
        "class/tty/ttyUSB0/device": `../../../${usb}/1-1:1.1/ttyUSB0`,
        "class/tty/ttyS0/device": "../../../devices/pnp0",
        "class/tty/ttyS1/device": "../../../devices/platform/serial8250",
      },
    );
    const said = {
      vendorId: "2e8a",
      productId: "0005",
      manufacturer: "MicroPython",
      product: "Board in FS mode",
    };
    expect(await readSysfsPorts(root)).toEqual([
      { path: "/dev/ttyACM0", ...said, serialNumber: "e66" },
      { path: "/dev/ttyS0" },
      { path: "/dev/ttyUSB0", ...said, serialNumber: "e66" },
    ]);
  });

  it("there are no ports where there is no /sys", async () => {
    expect(await readSysfsPorts("/nowhere")).toEqual([]);
  });

  it("who has a port open is read from /proc", async () => {
    const root = makeTree(
      { "12/comm": "mpremote\n", "13/comm": "other\n", "self/comm": "x" },
      { "12/fd/3": "/dev/ttyACM0", "13/fd/0": "/dev/null" },
    );
    const holders = await findPortHolders(["/dev/ttyACM0", "/dev/ttyACM1"], root);
    expect([...holders]).toEqual([["/dev/ttyACM0", { pid: 12, name: "mpremote" }]]);
  });
});
