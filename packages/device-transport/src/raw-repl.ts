import { type ByteStream, openByteStream } from "./byte-stream.js";
import type { Transport } from "./transport.js";
import { TransportError } from "./transport-error.js";

const ctrlA = 0x01;
const ctrlB = 0x02;
const ctrlC = 0x03;
const ctrlD = 0x04;
const ctrlE = 0x05;

/** Bytes that a target without raw paste takes at once, and the pause it needs to take them in. */
const plainChunk = 256;
const plainPauseMs = 10;

/** How often code that was asked to end by ctrl-C is asked again, in milliseconds. */
const interruptAgainMs = 500;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const banner = encoder.encode("raw REPL; CTRL-B to exit\r\n");
const prompt = Uint8Array.of(0x3e);

export interface RawReplOptions {
  /** How long the target may take to answer what it must answer at once, in milliseconds. */
  readonly answerMs?: number;
}

export interface ExecOptions {
  /** Gets what the code writes, as it comes. Without it the result holds all output. */
  readonly onOutput?: (bytes: Uint8Array) => void;
  /** Aborting interrupts the code with ctrl-C; `exec` then ends as the code ends, usually by KeyboardInterrupt. */
  readonly signal?: AbortSignal;
}

export interface ExecResult {
  /** What the code wrote; empty if `onOutput` took it. */
  readonly output: Uint8Array;
  /** The traceback as the target printed it, line ends `\n`; empty if the code ran to its end. */
  readonly error: string;
  /** The code left by SystemExit: the target has been reset softly and is in the raw REPL again. */
  readonly exited: boolean;
}

/**
 * Client of MicroPython's raw REPL (shared/runtime/pyexec.c), the same for every target. It owns the
 * transport's incoming bytes from `enter` until `exit`, `launch` or `release`.
 *
 * All methods reject with a `TransportError`: `timeout` when the target answers nothing, `protocol`
 * when it answers what no raw REPL answers, `disconnected` when the transport is lost or closed.
 */
export class RawRepl {
  readonly #transport: Transport;
  readonly #answerMs: number;
  #stream: ByteStream | undefined;
  #rawPaste: boolean | undefined;
  #running = false;

  constructor(transport: Transport, options: RawReplOptions = {}) {
    this.#transport = transport;
    this.#answerMs = options.answerMs ?? 5000;
  }

  /** Whether the target takes code by raw paste; unknown until code was sent. */
  get rawPaste(): boolean | undefined {
    return this.#rawPaste;
  }

  /**
   * Interrupts whatever runs and brings the target into the raw REPL. A target that ignores the first
   * ctrl-C (busy in a handler that swallows it, or still starting up) is asked again until the time is over.
   */
  async enter(): Promise<void> {
    const stream = (this.#stream ??= openByteStream(this.#transport));
    const deadline = Date.now() + this.#answerMs;
    stream.discard();
    this.#running = false;
    let heard = 0;
    let attempts = 0;
    for (;;) {
      attempts++;
      // ctrl-B leaves a raw REPL, so that ctrl-A is answered by a banner in every state.
      await this.#transport.write(Uint8Array.of(ctrlC, ctrlC, ctrlB, 0x0d, ctrlA));
      const patience = Math.min(Math.max(deadline - Date.now(), 50), Math.max(200, this.#answerMs / 8));
      const seen = await stream.skipPast(banner, patience);
      heard += seen.skipped;
      if (seen.found) break;
      if (Date.now() >= deadline) throw this.#noRepl(heard);
    }
    await this.#expectPrompt(stream);
    if (attempts > 1) await this.#synchronize(stream);
  }

  /**
   * Runs code to its end and returns what it wrote. There is no time limit: a program may run for days.
   * Abort `signal` to interrupt it. Code that raised is no error of `exec`: see `ExecResult.error`.
   */
  async exec(code: string | Uint8Array, options: ExecOptions = {}): Promise<ExecResult> {
    const stream = this.#entered();
    options.signal?.throwIfAborted();
    await this.#send(stream, code);
    let again: ReturnType<typeof setInterval> | undefined;
    const interrupt = (): void => {
      const send = (): void => void this.#transport.write(Uint8Array.of(ctrlC)).catch(() => undefined);
      send();
      // One that comes while the target still compiles is taken for input.
      again = setInterval(send, interruptAgainMs);
    };
    options.signal?.addEventListener("abort", interrupt, { once: true });
    try {
      if (options.signal?.aborted) interrupt();
      const output = await stream.readUntil(ctrlD, options.onOutput);
      const error = decoder.decode(await stream.readUntil(ctrlD)).replaceAll("\r\n", "\n");
      const exited = await this.#finish(stream);
      return { output, error, exited };
    } finally {
      this.#running = false;
      clearInterval(again);
      options.signal?.removeEventListener("abort", interrupt);
    }
  }

  /** As `exec`, for code of our own that must not fail: returns its output as text, a traceback is a `protocol` error. */
  async evaluate(code: string): Promise<string> {
    const { output, error } = await this.exec(code);
    if (error !== "") throw new TransportError("protocol", `code run on the target failed:\n${error}`);
    return decoder.decode(output);
  }

  /**
   * Starts code and gives the wire to it: from its first byte on, everything the target sends goes to
   * `onData` as it comes, not read as raw REPL. Resolves when the target has taken the code; the result
   * unsubscribes `onData`. To use the raw REPL again, `enter` it again.
   */
  async launch(code: string | Uint8Array, onData: (bytes: Uint8Array) => void): Promise<() => void> {
    const stream = this.#entered();
    await this.#send(stream, code);
    this.#stream = undefined;
    this.#running = false;
    return stream.handOver(onData);
  }

  /** Goes back to the friendly REPL and gives up the incoming bytes. */
  async exit(): Promise<void> {
    if (this.#stream === undefined) return;
    try {
      await this.#transport.write(Uint8Array.of(ctrlB));
      await this.#stream.skipPast(encoder.encode(">>> "), this.#answerMs);
    } finally {
      this.release();
    }
  }

  /** Gives up the incoming bytes without a word to the target. */
  release(): void {
    this.#stream?.close();
    this.#stream = undefined;
    this.#running = false;
  }

  #entered(): ByteStream {
    if (this.#stream === undefined) throw new TransportError("protocol", "the raw REPL has not been entered");
    if (this.#running) throw new TransportError("busy", "the raw REPL is still running other code");
    return this.#stream;
  }

  async #send(stream: ByteStream, code: string | Uint8Array): Promise<void> {
    const bytes = typeof code === "string" ? encoder.encode(code) : code;
    for (const byte of bytes) {
      if (byte !== 0 && byte <= ctrlE) {
        throw new TransportError(
          "protocol",
          `code for the raw REPL holds the control character 0x0${byte.toString(16)}; write it as an escape`,
        );
      }
    }
    if (bytes.length === 0) throw new TransportError("protocol", "the raw REPL takes no empty code");
    this.#running = true;
    try {
      if (this.#rawPaste !== false && (await this.#sendByRawPaste(stream, bytes))) return;
      await this.#sendPlain(stream, bytes);
    } catch (error) {
      this.#running = false;
      throw error;
    }
  }

  /** Raw paste: the target grants windows of bytes, so that no buffer overflows. False if it does not know it. */
  async #sendByRawPaste(stream: ByteStream, bytes: Uint8Array): Promise<boolean> {
    await this.#transport.write(Uint8Array.of(ctrlE, 0x41, ctrlA));
    const answer = await stream.read(2, this.#answerMs);
    if (answer[0] === 0x52 && answer[1] === 0x00) {
      this.#rawPaste = false;
      // After `R\0` the raw REPL resets its line and prompts again (pyexec.c, pyexec_raw_repl_process_char).
      await this.#expectPrompt(stream);
      return false;
    }
    if (answer[0] === banner[0] && answer[1] === banner[1]) {
      this.#rawPaste = false;
      await stream.skipPast(banner.subarray(2), this.#answerMs);
      await this.#expectPrompt(stream);
      return false;
    }
    if (answer[0] !== 0x52 || answer[1] !== 0x01) throw this.#unexpected("raw paste", answer);
    this.#rawPaste = true;
    const size = await stream.read(2, this.#answerMs);
    const window = (size[0] ?? 0) | ((size[1] ?? 0) << 8);
    if (window === 0) throw this.#unexpected("raw paste", size);
    let granted = window;
    let sent = 0;
    for (;;) {
      while (granted === 0 || stream.available > 0) {
        const flow = (await stream.read(1, this.#answerMs))[0];
        if (flow === ctrlA) granted += window;
        else if (flow === ctrlD) {
          // The target gave up reading (a syntax error ends it early): acknowledge, its report follows.
          await this.#transport.write(Uint8Array.of(ctrlD));
          return true;
        } else throw this.#unexpected("raw paste", Uint8Array.of(flow ?? 0));
      }
      if (sent === bytes.length) break;
      const end = Math.min(sent + granted, bytes.length);
      await this.#transport.write(bytes.subarray(sent, end));
      granted -= end - sent;
      sent = end;
    }
    await this.#transport.write(Uint8Array.of(ctrlD));
    for (;;) {
      const flow = (await stream.read(1, this.#answerMs))[0];
      if (flow === ctrlD) return true;
      if (flow !== ctrlA) throw this.#unexpected("raw paste", Uint8Array.of(flow ?? 0));
    }
  }

  async #sendPlain(stream: ByteStream, bytes: Uint8Array): Promise<void> {
    await this.#sendPlainBytes(bytes);
    const answer = await stream.read(2, this.#answerMs);
    if (answer[0] !== 0x4f || answer[1] !== 0x4b) throw this.#unexpected("code", answer);
  }

  async #sendPlainBytes(bytes: Uint8Array): Promise<void> {
    for (let start = 0; start < bytes.length; start += plainChunk) {
      if (start > 0) await new Promise((resolve) => setTimeout(resolve, plainPauseMs));
      await this.#transport.write(bytes.subarray(start, start + plainChunk));
    }
    await this.#transport.write(Uint8Array.of(ctrlD));
  }

  /** A late target answers every attempt to enter. What it answers to code sent now comes after all of that. */
  async #synchronize(stream: ByteStream): Promise<void> {
    const mark = `slotscope-${Math.random().toString(36).slice(2)}`;
    await this.#sendPlainBytes(encoder.encode(`print('${mark}')`));
    const end = Uint8Array.of(0x0a, ctrlD, ctrlD, 0x3e);
    const seen = await stream.skipPast(encoder.encode(`OK${mark}`), this.#answerMs);
    if (!seen.found) throw this.#noRepl(seen.skipped);
    await stream.skipPast(end, this.#answerMs);
  }

  /** After the second 0x04: a prompt, or the text of a soft reset that ends in the raw REPL's banner. */
  async #finish(stream: ByteStream): Promise<boolean> {
    const first = await stream.read(1, this.#answerMs);
    if (first[0] === prompt[0]) return false;
    const seen = await stream.skipPast(banner, this.#answerMs);
    if (!seen.found) throw this.#unexpected("the end of the code", first);
    await this.#expectPrompt(stream);
    return true;
  }

  async #expectPrompt(stream: ByteStream): Promise<void> {
    const answer = await stream.read(1, this.#answerMs);
    if (answer[0] !== prompt[0]) throw this.#unexpected("the raw REPL's banner", answer);
  }

  #noRepl(heard: number): TransportError {
    return heard === 0
      ? new TransportError("timeout", `${this.#transport.name} does not answer`)
      : new TransportError("protocol", `${this.#transport.name} answers, but not as MicroPython's REPL does`);
  }

  #unexpected(what: string, bytes: Uint8Array): TransportError {
    return new TransportError(
      "protocol",
      `${this.#transport.name} answered ${JSON.stringify(decoder.decode(bytes))} to ${what}`,
    );
  }
}
