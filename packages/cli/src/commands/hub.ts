import { TransportError } from "@slotscope/device-transport";
import { connectHub, type Hub, type HubStatus, serveHub } from "@slotscope/device-transport/hub";
import { toBoardFailure } from "../board/board-failure.js";
import { findDevices, makeTransport, resolveDevice } from "../board/devices.js";
import {
  type Arguments,
  type Command,
  exitStatus,
  type Surroundings,
  UsageError,
} from "../command-line/command.js";
import { print } from "../command-line/print.js";
import { readVersion } from "../command-line/version.js";
import { printable } from "../terminal/printable.js";

export const hubCommand: Command = {
  name: "hub",
  usage: "",
  description: [
    "Owns the ports for all programs of yours that use boards by Slotscope. It is started when one of them",
    "needs it and ends when none does: there is no need to run it. It can be reached by you alone, by a",
    "socket in a folder of yours (a named pipe on Windows), never by network.",
    "",
    "--status tells what it holds and for whom; --stop ends it, whoever uses it.",
  ].join("\n"),
  options: {
    status: { type: "boolean", help: "print what the hub holds" },
    stop: { type: "boolean", help: "end the hub; programs that use a board lose it" },
    json: { type: "boolean", help: "with --status: print it as JSON" },
  },
  run: runHub,
};

async function runHub(args: Arguments, surroundings: Surroundings): Promise<number> {
  if (args.positionals.length > 0)
    throw new UsageError(`hub takes no arguments, such as ${args.positionals[0]}.`);
  const [status, stop] = [args.flags.has("status"), args.flags.has("stop")];
  if (status && stop) throw new UsageError("Give --status or --stop, not both.");
  if (args.flags.has("json") && !status) throw new UsageError("--json goes with --status.");
  try {
    if (status) await showStatus(args, surroundings);
    else if (stop) await stopHub(surroundings);
    else await serve(surroundings);
  } catch (error) {
    throw toBoardFailure(error);
  }
  return exitStatus.ok;
}

async function serve({ stdout }: Surroundings): Promise<void> {
  const hub = await serveHub({
    version: readVersion(),
    resolveAddress: resolveDevice,
    openDevice: makeTransport,
    listDevices: findDevices,
  });
  const close = (): void => void hub.close();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, close);
  await print(stdout, `The hub listens on ${hub.socket}\n`);
  await hub.ended;
  for (const signal of signals) process.off(signal, close);
}

/** The hub that runs; undefined if none does. */
async function findHub(): Promise<Hub | undefined> {
  try {
    return await connectHub({ name: "slotscope hub" });
  } catch (error) {
    if (error instanceof TransportError && error.kind === "disconnected") return undefined;
    throw error;
  }
}

async function showStatus(args: Arguments, { stdout }: Surroundings): Promise<void> {
  const hub = await findHub();
  const status = await hub?.status();
  await hub?.close();
  const text = args.flags.has("json")
    ? JSON.stringify(status ?? null, null, 2)
    : status
      ? describeStatus(status).join("\n")
      : "No hub runs.";
  await print(stdout, `${text}\n`);
}

async function stopHub({ stdout }: Surroundings): Promise<void> {
  const hub = await findHub();
  await hub?.stop();
  await print(stdout, hub ? "The hub has ended.\n" : "No hub runs.\n");
}

function describeStatus({ pid, version, socket, clients, devices }: HubStatus): string[] {
  const others = clients.filter((client) => client.name !== "slotscope hub");
  const held = devices.filter(({ state }) => state !== "closed");
  return [
    `The hub of Slotscope ${version} is process ${pid} and listens on ${socket}.`,
    ...(others.length === 0 ? ["No program uses it."] : []),
    ...others.map(({ name, pid: client }) => `Connected: ${printable(name)} (process ${client})`),
    ...held.map(({ address, holder, waiting }) => {
      const use = holder
        ? `used by ${printable(holder.client)} (${printable(holder.purpose)}; process ${holder.pid})`
        : "open, not used";
      return `${printable(address)}: ${use}${waiting > 0 ? `, ${waiting} waiting` : ""}`;
    }),
  ];
}
