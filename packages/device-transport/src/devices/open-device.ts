import { realpath } from "node:fs/promises";
import { createTcpTransport } from "../network/tcp-transport.js";
import { createWebReplTransport } from "../network/webrepl-transport.js";
import { listPorts, type PortInfo } from "../serial/list-ports.js";
import { createSerialTransport } from "../serial/serial-transport.js";
import type { Transport } from "../transport.js";
import { type DeviceAddress, parseAddress, resolveAddress } from "./address.js";

export interface DeviceOptions {
  /** Speed of a serial port; default 115200. */
  readonly baudRate?: number;
  /** Password of a WebREPL; default: the variable SLOTSCOPE_WEBREPL_PASSWORD. */
  readonly password?: string;
  /** Default: the ports of this computer. */
  readonly listPorts?: () => Promise<readonly PortInfo[]>;
}

/**
 * Finds the device that an address means, as a user writes it; ports are listed only where that takes them. A link to a
 * port, as in `/dev/serial/by-id`, is followed, so that one board has one address. Rejects as `parseAddress` and
 * `resolveAddress` do.
 */
export async function findDevice(text: string, options: DeviceOptions = {}): Promise<DeviceAddress> {
  const address = parseAddress(text);
  if (address.kind === "serial") {
    const { path } = address;
    return { kind: "serial", path: path.startsWith("/") ? await realpath(path).catch(() => path) : path };
  }
  if (address.kind !== "auto" && address.kind !== "id") return address;
  return resolveAddress(address, await (options.listPorts ?? listPorts)());
}

/** The transport to a device, not yet opened. */
export function createDeviceTransport(address: DeviceAddress, options: DeviceOptions = {}): Transport {
  const { baudRate, password } = options;
  if (address.kind === "serial") {
    return createSerialTransport({ path: address.path, ...(baudRate !== undefined && { baudRate }) });
  }
  const { host, port } = address;
  if (address.kind === "tcp") return createTcpTransport({ host, port });
  return createWebReplTransport({ host, port, ...(password !== undefined && { password }) });
}

/** Opens the device at an address, as a user writes it. Rejects with a `TransportError` that says what to do. */
export async function openDeviceTransport(text: string, options: DeviceOptions = {}): Promise<Transport> {
  const transport = createDeviceTransport(await findDevice(text, options), options);
  await transport.open();
  return transport;
}
