import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { DebugInput } from "./debug-input.js";

/** What the terminal needs to know of the debugger. */
export interface TerminalHooks {
  complete(line: string): Promise<[string[], string]>;
  /** A line typed while the program runs: its input. */
  programLine(line: string): void;
  /** Ctrl-C while the program runs. */
  interrupt(): void;
  /** Ctrl-D while the program runs. */
  endOfInput(): void;
  /** What the program left on the current line, which redrawing must keep. */
  lineTail(): string;
}

/** How readline takes candidates and the part of the line that they replace. */
type Completed = (error: null, result: [string[], string]) => void;

/** Commands typed at a terminal, with line editing, history and completion. */
export class TerminalInput implements DebugInput {
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #hooks: TerminalHooks;
  #history: string[];
  #readline: Interface | undefined;
  #waiting: ((line: string | undefined) => void) | undefined;

  /** `history`: earlier commands, the latest first. */
  constructor(input: Readable, output: Writable, hooks: TerminalHooks, history: readonly string[]) {
    this.#input = input;
    this.#output = output;
    this.#hooks = hooks;
    this.#history = [...history];
    this.#open();
  }

  /** Commands given so far, the latest first. */
  get history(): readonly string[] {
    return this.#history;
  }

  next(prompt: string): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      const readline = this.#readline ?? this.#open();
      restoreHistory(readline, this.#history);
      readline.setPrompt(prompt);
      readline.prompt();
    });
  }

  async close(): Promise<void> {
    this.#waiting = undefined;
    const readline = this.#readline;
    this.#readline = undefined;
    readline?.close();
  }

  /** Tells line editing what stands left of what is being typed while the program runs. */
  programWrote(): void {
    if (!this.#waiting) this.#readline?.setPrompt(this.#hooks.lineTail());
  }

  #open(): Interface {
    const readline = createInterface({
      input: this.#input,
      output: this.#output,
      terminal: true,
      prompt: "",
      historySize: 500,
      removeHistoryDuplicates: true,
      completer: (line: string, give: Completed) => void this.#complete(line, give),
    });
    readline.on("line", (line) => this.#take(line));
    readline.on("SIGINT", () => this.#interrupt(readline));
    readline.on("close", () => this.#ended());
    this.#readline = readline;
    return readline;
  }

  async #complete(line: string, give: Completed): Promise<void> {
    give(null, this.#waiting ? await this.#hooks.complete(line) : [[], line]);
  }

  #take(line: string): void {
    const waiting = this.#waiting;
    if (!waiting) {
      this.#hooks.programLine(line);
      return;
    }
    this.#waiting = undefined;
    const command = line.trim();
    if (command !== "")
      this.#history = [command, ...this.#history.filter((each) => each !== command)].slice(0, 500);
    // What is typed from now on is the program's: its lines don't belong in the history of commands.
    if (this.#readline) restoreHistory(this.#readline, []);
    this.#readline?.setPrompt("");
    waiting(line);
  }

  /** Ctrl-C at the prompt throws away the line; while the program runs it is for the program. */
  #interrupt(readline: Interface): void {
    if (!this.#waiting) {
      this.#hooks.interrupt();
      return;
    }
    const hint = readline.line === "" ? "(`quit` or ctrl-D leaves)" : "";
    this.#output.write(`${hint}\n`);
    readline.write(null, { ctrl: true, name: "e" });
    readline.write(null, { ctrl: true, name: "u" });
    readline.prompt();
  }

  /** Ctrl-D closes the interface: at the prompt it means leaving, else the program's input ends. */
  #ended(): void {
    if (!this.#readline) return;
    this.#readline = undefined;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) {
      this.#output.write("\n");
      waiting(undefined);
      return;
    }
    this.#hooks.endOfInput();
    this.#open();
  }
}

/** Readline keeps its history in an array property that its types don't declare. */
function restoreHistory(readline: Interface, history: readonly string[]): void {
  (readline as Interface & { history: string[] }).history = [...history];
}
