import type { CodeRunner } from "@slotscope/device-transport";
import type { Hub } from "@slotscope/device-transport/hub";
import { type Arguments, exitStatus, type OptionSpec, type Surroundings } from "../command-line/command.js";
import { toBoardFailure } from "./board-failure.js";
import { accessBoard } from "./lease-board.js";

/** The options by which a command chooses its board. */
export const boardOptionSpecs: Readonly<Record<string, OptionSpec>> = {
  port: {
    type: "string",
    short: "p",
    value: "ADDRESS",
    help: "the board, such as /dev/ttyACM0, COM3, a0 (default: the only one)",
  },
};

/**
 * Does something with a board by the hub: gives `task` what runs code on it once it is our turn, and lets go of it
 * again, whatever happens. While a debugger holds the board, the code runs through that, whenever its program stands.
 * What went wrong at the board becomes a CommandFailure. `purpose` tells others what the board is used for. Ctrl-C
 * ends the process with status 130; a file that was being written is then still the old one on the board.
 */
export async function useBoard<T>(
  args: Arguments,
  surroundings: Surroundings,
  purpose: string,
  task: (runner: CodeRunner) => Promise<T>,
): Promise<T> {
  let hub: Hub | undefined;
  const interrupt = (): void => {
    void (hub?.close() ?? Promise.resolve()).then(() => process.exit(exitStatus.interrupted));
  };
  process.once("SIGINT", interrupt);
  try {
    const access = await accessBoard(args, surroundings, purpose);
    hub = access.hub;
    const runner = await hub.runner(access.address, access.options);
    const result = await task(runner);
    await runner.close();
    return result;
  } catch (error) {
    throw toBoardFailure(error);
  } finally {
    process.off("SIGINT", interrupt);
    await hub?.close();
  }
}
