import type { ReadStream } from "node:tty";
import { TransportError } from "@slotscope/device-transport";
import type { Lease } from "@slotscope/device-transport/hub";
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
import { printable } from "../terminal/printable.js";

/** Ctrl-X and ctrl-], which leave mpremote's terminal too. */
const leaveKeys = [0x18, 0x1d];

/** After the end of piped input the command waits until the board has been quiet for so long, in milliseconds. */
const quietMs = 1000;

export const replCommand: Command = {
  name: "repl",
  usage: "",
  description: [
    "Connects this terminal with the board's. Ctrl-X or ctrl-] leaves; every other key goes to the board:",
    "ctrl-C interrupts, ctrl-D resets softly, ctrl-E begins to paste.",
    "",
    "Without a terminal, standard input is typed to the board line by line and what it answers is printed,",
    "until the input has ended and the board has been quiet for a second.",
  ].join("\n"),
  options: boardOptionSpecs,
  examples: ["slotscope repl", "slotscope repl -p a0", "echo 'import os; os.listdir()' | slotscope repl"],
  run: runRepl,
};

/** Why the conversation is over. */
type Ending = { readonly how: "left" } | { readonly how: "lost"; readonly error: TransportError };

async function runRepl(args: Arguments, surroundings: Surroundings): Promise<number> {
  if (args.positionals.length > 0)
    throw new UsageError(`repl takes no arguments, such as ${args.positionals[0]}.`);
  const lease = await takeBoard(args, surroundings);
  const { stdin, stderr } = surroundings;
  const terminal = stdin.isTTY === true ? (stdin as ReadStream) : undefined;
  try {
    if (terminal) {
      stderr.write(`Connected to ${printable(lease.name)}. Ctrl-X leaves.\r\n`);
      terminal.setRawMode(true);
    }
    const ending = await converse(lease, surroundings, terminal !== undefined);
    if (ending.how === "lost") throw toBoardFailure(ending.error);
    return exitStatus.ok;
  } finally {
    terminal?.setRawMode(false);
    if (terminal) stderr.write("\n");
    stdin.destroy();
    await lease.close();
  }
}

async function takeBoard(args: Arguments, surroundings: Surroundings): Promise<Lease> {
  try {
    return await leaseBoard(args, surroundings, "terminal");
  } catch (error) {
    throw toBoardFailure(error);
  }
}

/** Carries what is typed to the board and what it says back, until one side ends. */
async function converse(lease: Lease, { stdin, stdout }: Surroundings, isTerminal: boolean): Promise<Ending> {
  const leaving = new AbortController();
  const leave = (): void => leaving.abort();
  const signals = ["SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.once(signal, leave);
  let heardAt = Date.now();
  const stopData = lease.onData((bytes) => {
    heardAt = Date.now();
    stdout.write(bytes);
  });
  try {
    return await new Promise<Ending>((resolve, reject) => {
      lease.onLost((error) => resolve({ how: "lost", error }));
      leaving.signal.addEventListener("abort", () => resolve({ how: "left" }));
      const type = async (): Promise<void> => {
        // Ctrl-B: a board that a program left in the raw REPL comes back from it and says so.
        await lease.write(Uint8Array.of(0x02));
        for await (const chunk of stdin) {
          const typed = isTerminal ? beforeLeaving(chunk as Uint8Array) : toKeys(chunk as Uint8Array);
          await lease.write(typed.bytes);
          if (typed.leaves) return;
        }
        if (isTerminal) return;
        heardAt = Date.now();
        while (Date.now() - heardAt < quietMs) {
          await new Promise((wait) => setTimeout(wait, quietMs - (Date.now() - heardAt)));
        }
      };
      type().then(leave, (error: unknown) => {
        if (error instanceof TransportError) resolve({ how: "lost", error });
        else reject(error);
      });
    });
  } finally {
    stopData();
    for (const signal of signals) process.off(signal, leave);
  }
}

interface Typed {
  readonly bytes: Uint8Array;
  readonly leaves: boolean;
}

/** What was typed before a key that leaves. */
function beforeLeaving(bytes: Uint8Array): Typed {
  const at = bytes.findIndex((byte) => leaveKeys.includes(byte));
  return at < 0 ? { bytes, leaves: false } : { bytes: bytes.subarray(0, at), leaves: true };
}

/** Lines as a keyboard types them: the REPL takes a carriage return for their end (shared/readline/readline.c). */
function toKeys(bytes: Uint8Array): Typed {
  return { bytes: bytes.map((byte) => (byte === 0x0a ? 0x0d : byte)), leaves: false };
}
