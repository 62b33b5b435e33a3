import { RawRepl, type Transport, TransportError } from "@slotscope/device-transport";
import { toBoardFailure } from "../board/board-failure.js";
import { leaseBoard } from "../board/lease-board.js";
import { boardOptionSpecs } from "../board/use-board.js";
import {
  type Arguments,
  type Command,
  exitStatus,
  type Surroundings,
  UsageError,
} from "../command-line/command.js";

/** How long a board may take to say that it resets, in milliseconds. */
const softResetMs = 5000;

/** How long a board may take to say that it can't be reset, in milliseconds. */
const refusalMs = 1000;

export const resetCommand: Command = {
  name: "reset",
  usage: "",
  description: [
    "Ends what runs on the board and starts it anew, as ctrl-D in its REPL does: boot.py and main.py run.",
    "--hard resets the chip by machine.reset(), as its button does; a board with USB of its own is gone for",
    "a moment.",
  ].join("\n"),
  options: { ...boardOptionSpecs, hard: { type: "boolean", help: "reset the chip" } },
  examples: ["slotscope reset", "slotscope reset --hard -p COM3"],
  run: runReset,
};

async function runReset(args: Arguments, surroundings: Surroundings): Promise<number> {
  if (args.positionals.length > 0)
    throw new UsageError(`reset takes no arguments, such as ${args.positionals[0]}.`);
  try {
    const board = await leaseBoard(args, surroundings, "resetting");
    try {
      await (args.flags.has("hard") ? resetHard(board) : resetSoftly(board));
    } finally {
      await board.close();
    }
  } catch (error) {
    throw toBoardFailure(error);
  }
  return exitStatus.ok;
}

/** By the friendly REPL: the raw one keeps the board from running main.py. */
async function resetSoftly(board: Transport): Promise<void> {
  const repl = new RawRepl(board);
  await repl.enter();
  await repl.exit();
  const isReset = listenFor(board, (text) => text.includes("soft reboot"), softResetMs);
  await board.write(Uint8Array.of(0x04));
  if ((await isReset).how === "late")
    throw new TransportError("timeout", `${board.name} does not say that it resets.`);
}

async function resetHard(board: Transport): Promise<void> {
  if (board.hardReset) {
    await board.hardReset();
    return;
  }
  const repl = new RawRepl(board);
  await repl.enter();
  const refusal = listenFor(board, (text) => text.includes("\u0004>"), refusalMs);
  try {
    await repl.launch("import machine\nmachine.reset()", () => undefined);
  } catch (error) {
    // Some are gone before they have said that they took the code.
    if (error instanceof TransportError && error.kind === "disconnected") return;
    throw error;
  }
  const { how, text } = await refusal;
  if (how !== "heard") return;
  await board.write(Uint8Array.of(0x02));
  const reason = /\w+Error[^\r\n]*/.exec(text)?.[0] ?? "it raised an exception";
  throw new TransportError("protocol", `${board.name} can't be reset by machine.reset(): ${reason}.`);
}

/** Listens until what the board said fulfils a condition, the time is over, or the board is gone, as by a reset. */
function listenFor(
  board: Transport,
  condition: (text: string) => boolean,
  limitMs: number,
): Promise<{ readonly how: "heard" | "late" | "lost"; readonly text: string }> {
  return new Promise((resolve) => {
    let text = "";
    const end = (how: "heard" | "late" | "lost"): void => {
      clearTimeout(timer);
      stopData();
      stopLost();
      resolve({ how, text });
    };
    const timer = setTimeout(() => end("late"), limitMs);
    const stopLost = board.onLost(() => end("lost"));
    const stopData = board.onData((bytes) => {
      text += Buffer.from(bytes).toString("latin1");
      if (condition(text)) end("heard");
    });
  });
}
