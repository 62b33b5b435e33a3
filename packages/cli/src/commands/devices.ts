import { TransportError } from "@slotscope/device-transport";
import { connectHub, type DeviceStatus } from "@slotscope/device-transport/hub";
import { toBoardFailure } from "../board/board-failure.js";
import { findDevices } from "../board/devices.js";
import {
  type Arguments,
  type Command,
  exitStatus,
  type Surroundings,
  UsageError,
} from "../command-line/command.js";
import { print } from "../command-line/print.js";
import { alignColumns } from "../terminal/columns.js";
import { printable } from "../terminal/printable.js";

export const devicesCommand: Command = {
  name: "devices",
  usage: "",
  description: [
    "Lists the ports that a board may be on, what uses each, and why one can't be used. No port is opened.",
    "The first column is what --port takes.",
  ].join("\n"),
  options: { json: { type: "boolean", help: "print them as JSON" } },
  run: listDevices,
};

const noBoard = [
  "No board was found on USB. Plug one in by a cable that carries data, or name another by --port: tcp://HOST:PORT,",
  "ws://HOST (WebREPL), or any serial port by its path.",
  "",
].join("\n");

async function listDevices(args: Arguments, { stdout, stderr }: Surroundings): Promise<number> {
  if (args.positionals.length > 0)
    throw new UsageError(`devices takes no arguments, such as ${args.positionals[0]}.`);
  const devices = await readDevices();
  const text = args.flags.has("json")
    ? JSON.stringify(devices, null, 2)
    : alignColumns(devices.map(describeDevice)).join("\n");
  if (text !== "") await print(stdout, `${text}\n`);
  if (!args.flags.has("json") && !devices.some(mayBeBoard)) await print(stderr, noBoard);
  return exitStatus.ok;
}

/** What the hub knows, or, if none runs, what can be seen without it. */
async function readDevices(): Promise<readonly DeviceStatus[]> {
  try {
    const hub = await connectHub({ name: "slotscope devices" });
    const devices = await hub.devices();
    await hub.close();
    return devices;
  } catch (error) {
    if (!(error instanceof TransportError && error.kind === "disconnected")) throw toBoardFailure(error);
  }
  return (await findDevices()).map((device) => ({ ...device, state: "closed", waiting: 0, guests: false }));
}

function describeDevice({ address, name, details, problem, holder, waiting }: DeviceStatus): string[] {
  const serial = readDetail(details, "serialNumber");
  const use = holder
    ? `used by ${holder.client} (${holder.purpose}; process ${holder.pid})${waiting > 0 ? `, ${waiting} waiting` : ""}`
    : (problem ?? "");
  return [address, name === address ? "" : name, serial === undefined ? "" : `id:${serial}`, use].map(
    printable,
  );
}

/** Whether it is on USB, or somebody has used it as a board. */
function mayBeBoard({ details }: DeviceStatus): boolean {
  return readDetail(details, "kind") !== "builtin";
}

function readDetail(details: unknown, key: string): string | undefined {
  if (typeof details !== "object" || details === null) return undefined;
  const value = (details as Readonly<Record<string, unknown>>)[key];
  return typeof value === "string" ? value : undefined;
}
