import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { mainFile } from "./start-cli.js";

/** Runs a command on a terminal of its own, 100 columns wide, between our standard input and output. */
const bridge = `
import os, pty, sys
command = ["sh", "-c", 'stty cols 100 rows 40; exec "$@"', "sh", *sys.argv[1:]]
sys.exit(os.waitstatus_to_exitcode(pty.spawn(command)))
`;

/** Why there can be no terminal here; undefined if there can. */
export function noTerminalReason(): string | undefined {
  const { status } = spawnSync("python3", ["-c", "import pty, os; os.waitstatus_to_exitcode"]);
  if (status !== 0) return "there is no python3 with pty";
  return spawnSync("stty", ["--version"]).error ? "there is no stty" : undefined;
}

/** `slotscope` on a terminal, for a test that types and reads. */
export class TerminalDialogue {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<number | null>;
  #text = "";
  #seen = 0;
  #changed: () => void = () => undefined;

  constructor(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>) {
    const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
    this.#child = spawn("python3", ["-c", bridge, process.execPath, mainFile, ...args], {
      cwd,
      env: { ...inherited, TERM: "xterm", ...env },
    });
    this.#child.stdout.on("data", (chunk: Buffer) => {
      this.#text += chunk.toString("latin1");
      this.#changed();
    });
    this.#ended = new Promise((resolve) => {
      this.#child.on("close", (status) => {
        resolve(status);
        this.#changed();
      });
    });
  }

  /** Types keys. */
  type(keys: string): void {
    this.#child.stdin.write(keys, "latin1");
  }

  /** Waits until text that was not read yet appears, colours and cursor movements left out; returns all up to its end. */
  async read(wanted: string): Promise<string> {
    for (;;) {
      const text = stripVTControlCharacters(this.#text).replaceAll("\r", "");
      const at = text.indexOf(wanted, this.#seen);
      if (at >= 0) {
        const part = text.slice(this.#seen, at + wanted.length);
        this.#seen = at + wanted.length;
        return part;
      }
      if (this.#child.exitCode !== null)
        throw new Error(`ended before ${JSON.stringify(wanted)}: ${text.slice(this.#seen)}`);
      await this.#change(`no ${JSON.stringify(wanted)} in ${JSON.stringify(text.slice(this.#seen))}`);
    }
  }

  /** Waits for more text; rejects after a while. */
  #change(complaint: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(complaint)), 15_000);
      this.#changed = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Everything so far, as the terminal got it. */
  get raw(): string {
    return this.#text;
  }

  /** Exit status of the command. */
  get ended(): Promise<number | null> {
    return this.#ended;
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }
}
