import { TransportError } from "./transport-error.js";

/** What comes later than this after we wrote is not an answer to that, in milliseconds. */
const answerMs = 120;

/** How often a target must send without being asked for that to be a program's output, not late answers. */
const unaskedOften = 3;

/** How much of what was heard is kept to look at, in bytes. */
const keptBytes = 4096;

const marksOfMicroPython =
  /MicroPython|Traceback \(most recent call last\)|KeyboardInterrupt|>>> |raw REPL; CTRL-B/;

/** Tab, line feed, carriage return, escape. */
const textControls = new Set([0x09, 0x0a, 0x0d, 0x1b]);

/** What was heard of a target that gives no prompt, to tell why. */
export class HeardBytes {
  #kept = "";
  #began = Date.now();
  #unasked = 0;
  #heardUnasked = false;
  #heardInAttempt = false;

  /** Something is about to be written that a REPL would answer. */
  beginAttempt(): void {
    this.#began = Date.now();
    this.#heardUnasked = false;
    this.#heardInAttempt = false;
  }

  take(bytes: Uint8Array): void {
    // One character for each byte.
    const text = String.fromCharCode(...bytes.subarray(-keptBytes));
    this.#kept = (this.#kept + text).slice(-keptBytes);
    this.#heardInAttempt = true;
    if (this.#heardUnasked || Date.now() - this.#began < answerMs) return;
    this.#heardUnasked = true;
    this.#unasked++;
  }

  /**
   * Why there was no prompt; the last attempt was an empty line without ctrl-C. `answeredBefore`: it is MicroPython, it
   * has given a prompt earlier.
   */
  explain(name: string, answeredBefore: boolean): TransportError {
    const reset = "reset it by its button, or unplug it";
    if (this.#kept === "") {
      return answeredBefore
        ? new TransportError("busy", `${name} does not answer any more: its program ignores ctrl-C; ${reset}`)
        : new TransportError(
            "timeout",
            `${name} does not answer: it may not be MicroPython's port, or its program ignores ctrl-C; check the address, or ${reset}`,
          );
    }
    if (answeredBefore || marksOfMicroPython.test(this.#kept)) {
      return new TransportError("busy", `${name} runs a program that goes on in spite of ctrl-C; ${reset}`);
    }
    if (this.#isGarbled()) {
      return new TransportError(
        "protocol",
        `${name} sends what is no text; check the port's speed (most boards: 115200 baud)`,
      );
    }
    if (this.#unasked >= unaskedOften || !this.#heardInAttempt) {
      return new TransportError(
        "busy",
        `${name} sends output but gives no prompt: its program ignores ctrl-C, or it is no MicroPython; ${reset}`,
      );
    }
    return new TransportError(
      "protocol",
      `${name} answers, but not as MicroPython's REPL does: is it MicroPython? It sent ${JSON.stringify(this.#kept.slice(-80))}`,
    );
  }

  #isGarbled(): boolean {
    let odd = 0;
    for (let index = 0; index < this.#kept.length; index++) {
      const code = this.#kept.charCodeAt(index);
      if (code > 0x7e || (code < 0x20 && !textControls.has(code))) odd++;
    }
    return odd * 3 > this.#kept.length;
  }
}
