import type { PortInfo } from "../serial/list-ports.js";
import { TransportError } from "../transport-error.js";

/** A device that can be opened as it stands. */
export type DeviceAddress =
  | { readonly kind: "serial"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "webrepl"; readonly host: string; readonly port: number };

/** What an address says, before it is known which ports there are. */
export type ParsedAddress =
  | DeviceAddress
  | { readonly kind: "id"; readonly serialNumber: string }
  | { readonly kind: "auto" };

const forms =
  "a port such as /dev/ttyACM0 or COM3, a short one such as a0, u0 or c3, id:SERIALNUMBER, port:PATH, tcp://HOST:PORT, ws://HOST or auto";

function refuse(text: string, why = "is no device address"): TransportError {
  return new TransportError("protocol", `"${text}" ${why}; write ${forms}`);
}

function parseUrl(text: string): DeviceAddress {
  const isTcp = /^tcp:/i.test(text);
  let url: URL;
  try {
    // Of http, so that the parts are split as for the web.
    url = new URL(text.replace(/^\w+:/, "http:"));
  } catch {
    throw refuse(text);
  }
  if (url.username !== "" || url.password !== "") {
    throw new TransportError(
      "protocol",
      "an address holds no password: it would end up in logs; set SLOTSCOPE_WEBREPL_PASSWORD",
    );
  }
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    throw refuse(text, "has something behind the port");
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  // A URL forgets its scheme's own port, here that of http.
  const port = url.port !== "" ? Number(url.port) : /:80\/?$/.test(text) ? 80 : undefined;
  if (!isTcp) return { kind: "webrepl", host, port: port ?? 8266 };
  if (port === undefined) throw refuse(text, "lacks a port");
  return { kind: "tcp", host, port };
}

/** Reads a device's address as a user writes it. Throws a `protocol` error that lists what there is to write. */
export function parseAddress(text: string): ParsedAddress {
  const address = text.trim();
  if (/^auto$/i.test(address)) return { kind: "auto" };
  const [, prefix, rest] = /^(id|port):(.+)$/is.exec(address) ?? [];
  if (rest !== undefined) {
    return prefix?.toLowerCase() === "id"
      ? { kind: "id", serialNumber: rest }
      : { kind: "serial", path: rest };
  }
  if (/^(tcp|ws):\/\//i.test(address)) return parseUrl(address);
  if (/^wss:/i.test(address)) throw refuse(text, "asks for encryption, which no WebREPL has");
  const [, letter, number] = /^([auc])(\d+)$/i.exec(address) ?? [];
  if (letter !== undefined && number !== undefined) {
    const family = { a: "/dev/ttyACM", u: "/dev/ttyUSB", c: "COM" }[letter.toLowerCase()] ?? "";
    return { kind: "serial", path: `${family}${number}` };
  }
  if (/^com\d+$/i.test(address)) return { kind: "serial", path: address.toUpperCase() };
  if (address.startsWith("/") || address.startsWith("\\\\.\\")) return { kind: "serial", path: address };
  throw refuse(text);
}

/** The text of an address, the same for all that a user may write for it. */
export function formatAddress(address: DeviceAddress): string {
  if (address.kind === "serial") return address.path;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return `${address.kind === "tcp" ? "tcp" : "ws"}://${host}:${address.port}`;
}

function describe(ports: readonly PortInfo[]): string {
  return ports.map((port) => `${port.shortcut ?? port.path} (${port.name})`).join(", ");
}

/**
 * Finds the device that an address means among the ports there are. Rejects with `disconnected` where there is none,
 * and with `busy` where `auto` could be several.
 */
export function resolveAddress(address: ParsedAddress, ports: readonly PortInfo[]): DeviceAddress {
  const boards = ports.filter((port) => port.kind !== "builtin");
  if (address.kind === "id") {
    const found = ports.find((port) => port.serialNumber === address.serialNumber);
    if (found !== undefined) return { kind: "serial", path: found.path };
    const known = boards.filter((port) => port.serialNumber !== undefined);
    const there =
      known.length === 0
        ? "no port here tells one"
        : `there are ${known.map((port) => `${port.serialNumber} (${port.name})`).join(", ")}`;
    throw new TransportError(
      "disconnected",
      `no board has the serial number ${address.serialNumber}; ${there}`,
    );
  }
  if (address.kind !== "auto") return address;
  const known = boards.filter((port) => port.kind !== "usb");
  const candidates = known.length > 0 ? known : boards;
  const [only, ...others] = candidates;
  if (only === undefined) {
    const named = ports.length === 0 ? "" : `. Ports that are not USB must be named: ${describe(ports)}`;
    throw new TransportError(
      "disconnected",
      `no board is plugged in: plug one in by a cable that carries data, or give its address${named}`,
    );
  }
  if (others.length > 0) {
    throw new TransportError("busy", `there are several boards, name one: ${describe(candidates)}`);
  }
  return { kind: "serial", path: only.path };
}
