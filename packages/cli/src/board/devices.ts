import { realpath } from "node:fs/promises";
import type { Transport } from "@slotscope/device-transport";
import { createDeviceTransport, findDevice, formatAddress } from "@slotscope/device-transport/devices";
import type { FoundDevice } from "@slotscope/device-transport/hub";
import { createProcessTransport } from "@slotscope/device-transport/process";
import { listPorts } from "@slotscope/device-transport/serial";
import { processAddress } from "./address.js";

/** The one address of the device that a user means. Rejects with a TransportError. */
export async function resolveDevice(written: string): Promise<string> {
  if (processAddress.test(written)) return written;
  const device = await findDevice(written);
  if (device.kind !== "serial") return formatAddress(device);
  // Links, such as those in /dev/serial/by-id, are other names of the same port.
  return await realpath(device.path).catch(() => device.path);
}

/** The transport to a resolved address, not yet opened. */
export async function makeTransport(
  address: string,
  options: { readonly password?: string },
): Promise<Transport> {
  const [, executable, cwd] = processAddress.exec(address) ?? [];
  if (executable !== undefined) return createProcessTransport({ executable, ...(cwd ? { cwd } : {}) });
  return createDeviceTransport(await findDevice(address), options);
}

/** The ports of this computer that a board may be on. */
export async function findDevices(): Promise<FoundDevice[]> {
  const ports = await listPorts();
  return ports.map(({ path, name, obstacle, shortcut, ...facts }) => {
    const isOurs = obstacle?.holder?.pid === process.pid;
    return {
      address: path,
      name,
      details: { ...(shortcut === undefined ? {} : { shortcut }), ...facts },
      ...(obstacle && !isOurs ? { problem: obstacle.reason } : {}),
    };
  });
}
