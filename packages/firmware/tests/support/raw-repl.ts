import type { Readable, Writable } from "node:stream";

/** MicroPython's raw REPL on a pair of streams: as much of it as tests of a firmware need. */
export class RawRepl {
  readonly #input: Writable;
  readonly #output: AsyncIterator<Buffer>;
  #received = "";

  constructor(input: Writable, output: Readable) {
    this.#input = input;
    this.#output = output[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  send(text: string): void {
    this.#input.write(text, "latin1");
  }

  /** Resolves to what came up to and including `end`. The test's own time limit ends a wait in vain. */
  async receive(end: string): Promise<string> {
    for (;;) {
      const index = this.#received.indexOf(end);
      if (index >= 0) {
        const text = this.#received.slice(0, index + end.length);
        this.#received = this.#received.slice(index + end.length);
        return text;
      }
      const { value, done } = await this.#output.next();
      if (done) throw new Error(`the firmware ended after: ${this.#received}`);
      this.#received += value.toString("latin1");
    }
  }

  async enter(): Promise<void> {
    this.send("\r\x03\x03\x01");
    await this.receive("raw REPL; CTRL-B to exit\r\n>");
  }

  /** Starts code and resolves as soon as it was taken; `finish` waits for its end. */
  async start(code: string): Promise<void> {
    this.send(`${code}\x04`);
    await this.receive("OK");
  }

  /** What the code wrote, and the traceback that ended it, if any. */
  async finish(): Promise<{ output: string; error: string }> {
    const output = (await this.receive("\x04")).slice(0, -1);
    const error = (await this.receive("\x04")).slice(0, -1);
    await this.receive(">");
    return { output: output.replaceAll("\r\n", "\n"), error: error.replaceAll("\r\n", "\n") };
  }

  async run(code: string): Promise<string> {
    await this.start(code);
    const { output, error } = await this.finish();
    if (error !== "") throw new Error(error);
    return output;
  }
}
