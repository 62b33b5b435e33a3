/** Where the debugger's commands come from. */
export interface DebugInput {
  /** The next command; undefined when there are no more. */
  next(prompt: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Commands of a script or pipe, each echoed after its prompt so that the output reads like a dialogue. */
export class ScriptInput implements DebugInput {
  readonly #lines: AsyncIterator<string>;
  readonly #echo: (text: string) => void;

  /** `echo` writes one line on the screen. */
  constructor(lines: AsyncIterable<string>, echo: (text: string) => void) {
    this.#lines = lines[Symbol.asyncIterator]();
    this.#echo = echo;
  }

  /** Empty lines and comments (`# ...`) only structure a script: they are passed over. */
  async next(prompt: string): Promise<string | undefined> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done === true) return undefined;
      const line = value.trim();
      if (line === "" || line.startsWith("#")) continue;
      this.#echo(`${prompt}${line}`);
      return line;
    }
  }

  async close(): Promise<void> {
    await this.#lines.return?.();
  }
}
