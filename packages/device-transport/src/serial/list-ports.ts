import { SerialPort } from "serialport";
import { explainBusy, findDenial } from "./port-access.js";
import { findPortHolders, type PortHolder } from "./port-holders.js";
import { readSysfsPorts } from "./sysfs-ports.js";
import { knownUsb, type UsbIds } from "./usb-boards.js";

/** A port as the system names it, with what its USB device says of itself. */
export interface RawPort {
  readonly path: string;
  /** Hexadecimal digits. */
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
  readonly manufacturer?: string | undefined;
  readonly product?: string | undefined;
  readonly serialNumber?: string | undefined;
}

/** Why a port can't be opened now. */
export interface PortObstacle {
  readonly kind: "busy" | "denied";
  /** What is in the way and what to do, in words for a user. */
  readonly reason: string;
  readonly holder?: PortHolder;
}

/** A serial port that a board may be on. */
export interface PortInfo {
  /** As `createSerialTransport` takes it. */
  readonly path: string;
  /** The short address, such as `a0`, `u1` or `c3`. */
  readonly shortcut?: string;
  /** What is on it, in words for a user. */
  readonly name: string;
  readonly usb?: UsbIds;
  readonly serialNumber?: string;
  readonly manufacturer?: string;
  /** `board` or `bridge` for USB devices of our table, `usb` for others, `builtin` for ports without USB. */
  readonly kind: "board" | "bridge" | "usb" | "builtin";
  /** Absent if the port can be opened, as far as can be told without touching it. */
  readonly obstacle?: PortObstacle;
}

/** Where `listPorts` gets its facts from: this computer, unless a test says otherwise. */
export interface PortSources {
  readonly platform: NodeJS.Platform;
  listRaw(): Promise<RawPort[]>;
  findHolders(paths: readonly string[]): Promise<ReadonlyMap<string, PortHolder>>;
  /** Why the user may not open a port; undefined if that may be. */
  findDenial(path: string): Promise<string | undefined>;
}

/**
 * This computer. On Linux the kernel is asked, never serialport: its list needs `udevadm`, and ends the process where
 * that is missing (@serialport/bindings-cpp 13, linux-list.js).
 */
const thisComputer: PortSources = {
  platform: process.platform,
  listRaw: () => (process.platform === "linux" ? readSysfsPorts() : SerialPort.list()),
  findHolders: (paths) => findPortHolders(paths),
  findDenial,
};

/** The short address of a port, as mpremote has them. */
function shortcutOf(path: string): string | undefined {
  const [, family, number] = /^(\/dev\/ttyACM|\/dev\/ttyUSB|COM)(\d+)$/.exec(path) ?? [];
  if (family === undefined || number === undefined) return undefined;
  return `${family === "COM" ? "c" : family.endsWith("ACM") ? "a" : "u"}${number}`;
}

/** macOS has each port twice: `tty` waits for a carrier that boards don't give, `cu` doesn't. */
function preferCallout(ports: readonly RawPort[]): RawPort[] {
  const byPath = new Map<string, RawPort>();
  for (const port of ports) {
    const path = port.path.replace(/^\/dev\/tty\./, "/dev/cu.");
    byPath.set(path, { ...port, path });
  }
  // Made by the system, never a board.
  return [...byPath.values()].filter(
    ({ path }) => !/^\/dev\/cu\.(Bluetooth|debug-console|wlan-debug)/.test(path),
  );
}

function nameOf(port: RawPort, known: string | undefined): string {
  if (known !== undefined) return known;
  const said = [port.manufacturer, port.product].filter((word) => word !== undefined && word !== "");
  return said.length > 0 ? said.join(" ") : port.vendorId === undefined ? "serial port" : "USB serial port";
}

/**
 * The serial ports of this computer, boards by USB first. Opens none, as that would reset boards. A source that fails
 * counts as one that finds nothing; never rejects.
 */
export async function listPorts(sources: PortSources = thisComputer): Promise<PortInfo[]> {
  const found = await sources.listRaw().catch(() => []);
  const raw = sources.platform === "darwin" ? preferCallout(found) : found;
  const paths = raw.map((port) => port.path);
  const holders = await sources.findHolders(paths).catch(() => new Map<string, PortHolder>());
  const ports = await Promise.all(
    raw.map(async (port): Promise<PortInfo> => {
      const usb =
        port.vendorId !== undefined && port.productId !== undefined
          ? { vendorId: port.vendorId.toLowerCase(), productId: port.productId.toLowerCase() }
          : undefined;
      const known = usb && knownUsb(usb);
      const shortcut = shortcutOf(port.path);
      const holder = holders.get(port.path);
      const denial = await sources.findDenial(port.path).catch(() => undefined);
      const obstacle: PortObstacle | undefined =
        denial !== undefined
          ? { kind: "denied", reason: denial }
          : holder && { kind: "busy", reason: explainBusy(port.path, holder), holder };
      return {
        path: port.path,
        ...(shortcut !== undefined && { shortcut }),
        name: nameOf(port, known?.name),
        ...(usb && { usb }),
        ...(port.serialNumber !== undefined &&
          port.serialNumber !== "" && { serialNumber: port.serialNumber }),
        ...(port.manufacturer !== undefined && { manufacturer: port.manufacturer }),
        kind: known?.kind ?? (usb === undefined ? "builtin" : "usb"),
        ...(obstacle && { obstacle }),
      };
    }),
  );
  const order: readonly PortInfo["kind"][] = ["board", "bridge", "usb", "builtin"];
  return ports.sort(
    (one, other) =>
      order.indexOf(one.kind) - order.indexOf(other.kind) ||
      one.path.localeCompare(other.path, "en", { numeric: true }),
  );
}

/** One line on a port for a list in a message. */
export function describePort(port: PortInfo): string {
  const serial = port.serialNumber === undefined ? "" : ` (id:${port.serialNumber})`;
  const obstacle = { none: "", busy: ", in use", denied: ", no permission" }[port.obstacle?.kind ?? "none"];
  return `${port.path} ${port.name}${serial}${obstacle}`;
}
