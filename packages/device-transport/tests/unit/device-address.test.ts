import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  createDeviceTransport,
  findDevice,
  formatAddress,
  parseAddress,
  resolveAddress,
} from "../../dist/devices/index.js";
import type { PortInfo } from "../../dist/serial/index.js";

const pico: PortInfo = {
  path: "/dev/ttyACM0",
  shortcut: "a0",
  name: "Pico",
  usb: { vendorId: "2e8a", productId: "0005" },
  serialNumber: "e660583883",
  kind: "board",
};
const esp: PortInfo = { path: "/dev/ttyUSB0", shortcut: "u0", name: "board by a CP210x", kind: "bridge" };
const modem: PortInfo = { path: "/dev/ttyACM7", shortcut: "a7", name: "A modem", kind: "usb" };
const builtin: PortInfo = { path: "/dev/ttyS0", name: "serial port", kind: "builtin" };

const find = (text: string, ports: readonly PortInfo[]) => resolveAddress(parseAddress(text), ports);

/** What it throws, as `kind: message`. */
function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    const { kind, message } = error as { kind: string; message: string };
    return `${kind}: ${message}`;
  }
  throw new Error("it was taken");
}

describe("a device's address", () => {
  it.each([
    ["/dev/ttyACM0", "/dev/ttyACM0"],
    [" a3 ", "/dev/ttyACM3"],
    ["U12", "/dev/ttyUSB12"],
    ["c3", "COM3"],
    ["com10", "COM10"],
    ["\\\\.\\COM11", "\\\\.\\COM11"],
    ["port:weird name", "weird name"],
    ["/dev/serial/by-id/usb-x", "/dev/serial/by-id/usb-x"],
  ])("%s is the serial port %s", (text, path) => {
    expect(parseAddress(text)).toEqual({ kind: "serial", path });
  });

  it.each([
    ["tcp://localhost:5000", { kind: "tcp", host: "localhost", port: 5000 }],
    ["tcp://[::1]:80", { kind: "tcp", host: "::1", port: 80 }],
    ["ws://192.168.4.1", { kind: "webrepl", host: "192.168.4.1", port: 8266 }],
    ["WS://board.local:80/", { kind: "webrepl", host: "board.local", port: 80 }],
    ["auto", { kind: "auto" }],
    ["id:E660", { kind: "id", serialNumber: "E660" }],
  ])("%s is read in its parts", (text, parsed) => {
    expect(parseAddress(text)).toEqual(parsed);
  });

  it.each([
    ["", "write a port such as"],
    ["ttyACM0", '"ttyACM0" is no device address'],
    ["http://board", "no device address"],
    ["tcp://localhost", "lacks a port"],
    ["tcp://", "no device address"],
    ["ws://board/path", "behind the port"],
    ["wss://board", "encryption"],
    ["ws://:secret@board", "SLOTSCOPE_WEBREPL_PASSWORD"],
    ["ws://board:99999", "no device address"],
  ])("%s is refused with what to write", (text, words) => {
    const said = refusal(() => parseAddress(text));
    expect(said).toMatch(/^protocol: /);
    expect(said).toContain(words);
    expect(said).not.toContain("secret");
  });

  it("has one text, however it was written", () => {
    const texts = ["a0", "/dev/ttyACM0", "ws://[::1]", "ws://[::1]:8266/", "tcp://h:1"].map((text) => {
      const parsed = parseAddress(text);
      if (parsed.kind === "auto" || parsed.kind === "id") throw new Error("it names no device");
      return formatAddress(parsed);
    });
    expect(texts).toEqual([
      "/dev/ttyACM0",
      "/dev/ttyACM0",
      "ws://[::1]:8266",
      "ws://[::1]:8266",
      "tcp://h:1",
    ]);
  });

  it("auto is the only board, whatever other ports there are", () => {
    expect(find("auto", [builtin, modem, pico])).toEqual({ kind: "serial", path: "/dev/ttyACM0" });
    expect(find("auto", [esp, builtin])).toEqual({ kind: "serial", path: "/dev/ttyUSB0" });
  });

  it("auto is a USB port that nobody knows, if there is no other", () => {
    expect(find("auto", [builtin, modem])).toEqual({ kind: "serial", path: "/dev/ttyACM7" });
  });

  it("auto names the boards where there are several, and says so where there is none", () => {
    expect(refusal(() => find("auto", [pico, esp]))).toBe(
      "busy: there are several boards, name one: a0 (Pico), u0 (board by a CP210x)",
    );
    expect(refusal(() => find("auto", []))).toMatch(/^disconnected: no board is plugged in: /);
    expect(refusal(() => find("auto", [builtin]))).toContain("/dev/ttyS0");
  });

  it("id: finds a board by its serial number, or names those there are", () => {
    expect(find("id:e660583883", [esp, pico])).toEqual({ kind: "serial", path: "/dev/ttyACM0" });
    expect(refusal(() => find("id:1", [esp, pico]))).toContain("there are e660583883 (Pico)");
    expect(refusal(() => find("id:1", [esp]))).toContain("no port here tells one");
  });

  it("asks for the list of ports only where that decides", async () => {
    let asked = 0;
    const listPorts = async () => {
      asked++;
      return [pico];
    };
    await findDevice("a5", { listPorts });
    expect(asked).toBe(0);
    expect(await findDevice("auto", { listPorts })).toEqual({ kind: "serial", path: "/dev/ttyACM0" });
    expect(asked).toBe(1);
  });

  it.skipIf(process.platform === "win32")("that is a link is that of the port it leads to", async () => {
    const folder = mkdtempSync(join(tmpdir(), "slotscope-"));
    symlinkSync("/dev/null", join(folder, "by-id"));
    try {
      expect(await findDevice(join(folder, "by-id"))).toEqual({ kind: "serial", path: "/dev/null" });
      expect(await findDevice(join(folder, "none"))).toEqual({ kind: "serial", path: join(folder, "none") });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("leads to a transport of that name", () => {
    const names = ["a1", "tcp://[::1]:7", "ws://board"].map((text) => {
      const parsed = parseAddress(text);
      if (parsed.kind === "auto" || parsed.kind === "id") throw new Error("it names no device");
      return createDeviceTransport(parsed).name;
    });
    expect(names).toEqual(["/dev/ttyACM1", "tcp://[::1]:7", "ws://board:8266"]);
  });
});
