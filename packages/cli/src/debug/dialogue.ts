import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { CommandFailure, exitStatus, type Surroundings } from "../command-line/command.js";
import { explainFileError } from "../command-line/explain-file-error.js";
import { completeCommand } from "./complete-command.js";
import { type DebugInput, ScriptInput } from "./debug-input.js";
import { readHistory, stateFolder, writeHistory } from "./history-file.js";
import type { DebugShell } from "./shell.js";
import { TerminalInput } from "./terminal-input.js";

/** Ends the program's input: MicroPython takes ctrl-D at the start of a line for the end of a file. */
const endOfInput = Uint8Array.of(0x04);

/** Where commands and the program's input come from. */
export interface DialogueOptions {
  /** File with the debugger's commands. */
  readonly commands: string | undefined;
  /** File with the program's input. */
  readonly stdin: string | undefined;
}

/** Both sides of a debugging dialogue: the debugger's commands, and the program's standard input. */
export interface Dialogue {
  readonly input: DebugInput;
  close(): Promise<void>;
}

/**
 * Commands come from the file that holds them, else from the terminal, else from standard input. The program reads its
 * own file if there is one; else what is typed while it runs, or standard input if the commands are not read from there.
 */
export async function openDialogue(
  options: DialogueOptions,
  surroundings: Surroundings,
  shell: DebugShell,
): Promise<Dialogue> {
  const commands = options.commands === undefined ? undefined : await openFile(options.commands);
  const programFile = options.stdin;
  if (programFile !== undefined) {
    await (await openHandle(programFile)).close();
    shell.onStart(() => feed(createReadStream(programFile), shell));
  }
  if (commands === undefined && surroundings.stdin.isTTY === true && surroundings.stdout.isTTY === true) {
    return await openTerminal(surroundings, shell);
  }
  if (programFile === undefined) {
    if (commands === undefined)
      shell.onStart(() => void shell.session.writeInput(endOfInput).catch(() => undefined));
    else feedOnce(surroundings.stdin, shell);
  }
  return openScript(commands ?? surroundings.stdin, shell);
}

function openScript(source: Readable, shell: DebugShell): Dialogue {
  const lines = createInterface({ input: source, crlfDelay: Number.POSITIVE_INFINITY });
  const input = new ScriptInput(lines, (text) => shell.screen.say(text));
  const interrupt = () => {
    void shell.close().then(() => process.exit(exitStatus.interrupted));
  };
  process.once("SIGINT", interrupt);
  return {
    input,
    async close() {
      process.off("SIGINT", interrupt);
      await input.close();
      source.destroy();
    },
  };
}

async function openTerminal({ stdin, stdout, env }: Surroundings, shell: DebugShell): Promise<Dialogue> {
  const { session, screen } = shell;
  const file = join(stateFolder(env), "debug-history");
  const write = (bytes: Uint8Array) =>
    void session.writeInput(bytes).catch((error: unknown) => shell.complain(error));
  const input = new TerminalInput(
    stdin,
    stdout,
    {
      complete: (line) =>
        completeCommand(line, { session, program: shell.sources.program, selected: shell.selected }),
      programLine(line) {
        screen.lineEnded();
        write(new TextEncoder().encode(`${line}\n`));
      },
      interrupt: () => shell.interrupt(),
      endOfInput: () => write(endOfInput),
      lineTail: () => screen.lineTail,
    },
    await readHistory(file),
  );
  shell.onOutput(() => input.programWrote());
  return {
    input,
    async close() {
      const { history } = input;
      await input.close();
      await writeHistory(file, history);
    },
  };
}

/** Bytes of input that are given to the program at once. */
const pieceSize = 1024;

/** Gives a stream's bytes to the program, and its end; none while it is stopped, when the target keeps only few. */
function feed(source: Readable, shell: DebugShell): void {
  const give = async (bytes: Uint8Array) => {
    for (let start = 0; start < bytes.length; start += pieceSize) {
      await shell.untilRunning();
      await shell.session.writeInput(bytes.subarray(start, start + pieceSize));
    }
  };
  const run = async () => {
    for await (const chunk of source) await give(chunk as Uint8Array);
    await give(endOfInput);
  };
  // A program that is over takes no more input.
  run().catch(() => source.destroy());
}

/** The same for a stream that can be read only once: a restarted program goes on reading it. */
function feedOnce(source: Readable, shell: DebugShell): void {
  let isFeeding = false;
  shell.onStart(() => {
    if (isFeeding) return;
    isFeeding = true;
    feed(source, shell);
  });
}

async function openFile(path: string): Promise<Readable> {
  return (await openHandle(path)).createReadStream();
}

async function openHandle(path: string) {
  try {
    return await open(path);
  } catch (error) {
    throw new CommandFailure(`${path}: ${explainFileError(error)}`);
  }
}
