import type { Writable } from "node:stream";
import type { Style } from "../terminal/style.js";

/** Characters of an unfinished line that are remembered. */
const longestTail = 500;

/**
 * Where the debugger and the program both write. The program's bytes go through unchanged; what the debugger says
 * always begins on a line of its own.
 */
export class Screen {
  readonly style: Style;
  readonly #stream: Writable & { readonly columns?: number };
  /** What stands on the current line, as text: empty at its start. */
  #lineTail = "";

  constructor(stream: Writable & { readonly columns?: number }, style: Style) {
    this.#stream = stream;
    this.style = style;
  }

  /** Columns there are for one line; without a terminal a number that keeps transcripts readable. */
  get columns(): number {
    return this.#stream.columns || 120;
  }

  /** What the program has written on the line that it has not ended yet: usually its prompt for input. */
  get lineTail(): string {
    return this.#lineTail;
  }

  programOutput(bytes: Uint8Array, text: string): void {
    this.#stream.write(bytes);
    const lineBreak = Math.max(text.lastIndexOf("\n"), text.lastIndexOf("\r"));
    const tail = lineBreak < 0 ? this.#lineTail + text : text.slice(lineBreak + 1);
    this.#lineTail = tail.slice(-longestTail);
  }

  /** One line of the debugger's, or several. */
  say(...lines: readonly string[]): void {
    const start = this.#lineTail === "" ? "" : "\n";
    this.#lineTail = "";
    this.#stream.write(`${start}${lines.join("\n")}\n`);
  }

  /** Begins a new line if the program left one open, so that a prompt can stand there. */
  freshLine(): void {
    if (this.#lineTail !== "") this.#stream.write("\n");
    this.#lineTail = "";
  }

  /** The user ended the current line by typing return. */
  lineEnded(): void {
    this.#lineTail = "";
  }
}
