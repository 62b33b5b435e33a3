import { type CodeRunner, RawRepl, type Transport, TransportError } from "@slotscope/device-transport";
import { openDeviceTransport } from "@slotscope/device-transport/devices";
import { FileError, rawReplRunner } from "@slotscope/device-transport/files";
import { createProcessTransport } from "@slotscope/device-transport/process";
import {
  type Arguments,
  CommandFailure,
  exitStatus,
  type OptionSpec,
  type Surroundings,
} from "../command-line/command.js";
import { valueOf } from "../command-line/parse-arguments.js";

/** The options by which a command chooses its board. */
export const boardOptionSpecs: Readonly<Record<string, OptionSpec>> = {
  port: {
    type: "string",
    short: "p",
    value: "ADDRESS",
    help: "the board: /dev/ttyACM0, COM3, a0, id:SERIAL, tcp://HOST:PORT, ws://HOST (default: the only one)",
  },
};

/**
 * Does something with a board: opens it, gives `task` what runs code on it, and closes it again, whatever happens.
 * What went wrong at the board becomes a CommandFailure. `purpose` tells others what the board is used for. Ctrl-C
 * ends the process with status 130; a file that was being written is then still the old one on the board.
 */
export async function useBoard<T>(
  args: Arguments,
  _surroundings: Surroundings,
  _purpose: string,
  task: (runner: CodeRunner) => Promise<T>,
): Promise<T> {
  let transport: Transport | undefined;
  const interrupt = (): void => {
    void (transport?.close() ?? Promise.resolve()).then(() => process.exit(exitStatus.interrupted));
  };
  process.once("SIGINT", interrupt);
  try {
    transport = await openBoard(valueOf(args, "port") ?? "auto");
    const repl = new RawRepl(transport);
    await repl.enter();
    const result = await task(rawReplRunner(repl));
    await repl.exit();
    return result;
  } catch (error) {
    if (error instanceof TransportError) throw new CommandFailure(asSentence(error.message));
    if (error instanceof FileError) throw new CommandFailure(error.message);
    throw error;
  } finally {
    process.off("SIGINT", interrupt);
    await transport?.close();
  }
}

/** `process:PROGRAM,FOLDER` is MicroPython's unix port, whose files are those of FOLDER. */
async function openBoard(address: string): Promise<Transport> {
  const [, executable, folder] = /^process:([^,]+)(?:,(.+))?$/.exec(address) ?? [];
  if (executable === undefined) return await openDeviceTransport(address);
  const transport = createProcessTransport({ executable, ...(folder === undefined ? {} : { cwd: folder }) });
  await transport.open();
  return transport;
}

function asSentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}
