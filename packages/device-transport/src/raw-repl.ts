import { type ByteStream, openByteStream } from "./byte-stream.js";
import { HeardBytes } from "./heard-bytes.js";
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

/** How long code of our own may be silent before it counts as lost, in milliseconds. */
const evaluateSilenceMs = 15_000;

/** The first wait for an answer to an attempt to enter, and the longest, in milliseconds; each is twice the one before. */
const firstPatienceMs = 200;
const lastPatienceMs = 800;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const banner = encoder.encode("raw REPL; CTRL-B to exit\r\n");
const prompt = Uint8Array.of(0x3e);

export interface RawReplOptions {
  /** How long the target may take to answer what it must answer at once, in milliseconds. */
  readonly answerMs?: number;
}

export interface EnterOptions {
  /**
   * Also resets the target softly, so that code finds a fresh VM. `boot.py` is run, `main.py` is not (the ports' main.c:
   * only a friendly REPL runs it). A connection over the target's own network ends by it.
   */
  readonly softReset?: boolean;
}

export interface ExecOptions {
  /** Gets what the code writes, as it comes. Without it the result holds all output. */
  readonly onOutput?: (bytes: Uint8Array) => void;
  /** Aborting interrupts the code with ctrl-C; `exec` then ends as the code ends, usually by KeyboardInterrupt. */
  readonly signal?: AbortSignal;
  /**
   * How long the code may write nothing before `exec` gives up with a `timeout` error, in milliseconds: for code of our
   * own, where a byte lost on the way must not end in waiting for ever. Default: no limit.
   */
  readonly silenceMs?: number;
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
 * All methods reject with a `TransportError`: `timeout` when the target answers nothing, `busy` when its program can't
 * be interrupted, `protocol` when it answers what no raw REPL answers, `disconnected` when the transport is lost or
 * closed. After a `timeout` or `protocol` error the raw REPL has to be entered again.
 */
export class RawRepl {
  readonly #transport: Transport;
  readonly #answerMs: number;
  #stream: ByteStream | undefined;
  #rawPaste: boolean | undefined;
  #running = false;
  #answeredBefore = false;

  constructor(transport: Transport, options: RawReplOptions = {}) {
    this.#transport = transport;
    this.#answerMs = options.answerMs ?? 5000;
  }

  /** Whether the target takes code by raw paste; unknown until code was sent. */
  get rawPaste(): boolean | undefined {
    return this.#rawPaste;
  }

  /**
   * Interrupts whatever runs and brings the target into the raw REPL. A target that ignores the first ctrl-C (busy in a
   * handler that swallows it, or still starting up) is asked again until the time is over. What else is on the line,
   * such as the rest of a program's output or an earlier banner, is passed over.
   */
  async enter(options: EnterOptions = {}): Promise<void> {
    this.#running = false;
    const stream = (this.#stream ??= openByteStream(this.#transport));
    try {
      await this.#interrupt(stream);
      if (options.softReset) await this.#resetSoftly(stream);
    } catch (error) {
      this.release();
      throw error;
    }
    this.#answeredBefore = true;
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
      const { onOutput, silenceMs } = options;
      const output = await stream.readUntil(ctrlD, onOutput, silenceMs);
      const report = await stream.readUntil(ctrlD, undefined, silenceMs);
      const exited = await this.#finish(stream);
      return { output, error: decoder.decode(report).replaceAll("\r\n", "\n"), exited };
    } catch (error) {
      throw this.#explainSilence(error);
    } finally {
      this.#running = false;
      clearInterval(again);
      options.signal?.removeEventListener("abort", interrupt);
    }
  }

  /**
   * As `exec`, for code of our own that must not fail: returns its output as text, a traceback is a `protocol` error.
   * After 15 s of silence, or `silenceMs`, it gives up.
   */
  async evaluate(code: string, options: Pick<ExecOptions, "silenceMs"> = {}): Promise<string> {
    const { output, error } = await this.exec(code, { silenceMs: options.silenceMs ?? evaluateSilenceMs });
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

  /** Gives bytes to code that `exec` runs and that reads standard input. */
  async writeInput(bytes: Uint8Array): Promise<void> {
    await this.#write(bytes);
  }

  /** Goes back to the friendly REPL and gives up the incoming bytes. */
  async exit(): Promise<void> {
    if (this.#stream === undefined) return;
    try {
      await this.#write(Uint8Array.of(ctrlB));
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
    if (this.#stream === undefined) {
      throw new TransportError(
        "protocol",
        "the raw REPL has not been entered, or was left by an error: enter it",
      );
    }
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
      throw this.#explainSilence(error);
    }
  }

  /** Raw paste: the target grants windows of bytes, so that no buffer overflows. False if it does not know it. */
  async #sendByRawPaste(stream: ByteStream, bytes: Uint8Array): Promise<boolean> {
    await this.#write(Uint8Array.of(ctrlE, 0x41, ctrlA));
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
          await this.#write(Uint8Array.of(ctrlD));
          return true;
        } else throw this.#unexpected("raw paste", Uint8Array.of(flow ?? 0));
      }
      if (sent === bytes.length) break;
      const end = Math.min(sent + granted, bytes.length);
      await this.#write(bytes.subarray(sent, end));
      granted -= end - sent;
      sent = end;
    }
    await this.#write(Uint8Array.of(ctrlD));
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
      await this.#write(bytes.subarray(start, start + plainChunk));
    }
    await this.#write(Uint8Array.of(ctrlD));
  }

  async #interrupt(stream: ByteStream): Promise<void> {
    const heard = new HeardBytes();
    const stopHearing = this.#transport.onData((bytes) => heard.take(bytes));
    const deadline = Date.now() + this.#answerMs;
    stream.discard();
    try {
      for (let patience = firstPatienceMs; ; patience = Math.min(2 * patience, lastPatienceMs)) {
        heard.beginAttempt();
        // ctrl-B leaves a raw REPL, so that ctrl-A is answered by a banner in every state.
        await this.#write(Uint8Array.of(ctrlC, ctrlC, ctrlB, 0x0d, ctrlA));
        const wait = Math.min(patience, Math.max(deadline - Date.now(), 50));
        const found = await stream.skipPast(banner, wait);
        if (found && (await this.#confirm(stream))) return;
        if (Date.now() >= deadline) break;
      }
      // Whoever answers to a line takes input; a program that only swallows ctrl-C doesn't.
      heard.beginAttempt();
      await this.#write(Uint8Array.of(0x0d));
      await stream.skipPast(banner, firstPatienceMs);
    } finally {
      stopHearing();
    }
    throw heard.explain(this.#transport.name, this.#answeredBefore);
  }

  /**
   * Whether it is the raw REPL that answers now, not the rest of what was on the line: a late target answers every
   * attempt to enter, and what it answers to code sent now comes after all of that.
   */
  async #confirm(stream: ByteStream): Promise<boolean> {
    const mark = `slotscope-${Math.random().toString(36).slice(2)}`;
    // Not by print, which a program may have replaced.
    await this.#sendPlainBytes(encoder.encode(`__import__('sys').stdout.write('${mark}\\n')`));
    const found = await stream.skipPast(encoder.encode(`OK${mark}`), lastPatienceMs);
    return found && stream.skipPast(Uint8Array.of(0x0a, ctrlD, ctrlD, 0x3e), lastPatienceMs);
  }

  /** By ctrl-D where code would stand. A `boot.py` that doesn't end is interrupted. */
  async #resetSoftly(stream: ByteStream): Promise<void> {
    await this.#write(Uint8Array.of(ctrlD));
    if (!(await stream.skipPast(encoder.encode("soft reboot"), this.#answerMs))) {
      throw new TransportError(
        "timeout",
        `${this.#transport.name} did not begin the soft reset; reset it by its button`,
      );
    }
    if (await stream.skipPast(banner, this.#answerMs)) await this.#expectPrompt(stream);
    else await this.#interrupt(stream);
  }

  /** After the second 0x04: a prompt, or the text of a soft reset that ends in the raw REPL's banner. */
  async #finish(stream: ByteStream): Promise<boolean> {
    const first = await stream.read(1, this.#answerMs);
    if (first[0] === prompt[0]) return false;
    if (!(await stream.skipPast(banner, this.#answerMs)))
      throw this.#unexpected("the end of the code", first);
    await this.#expectPrompt(stream);
    return true;
  }

  async #expectPrompt(stream: ByteStream): Promise<void> {
    const answer = await stream.read(1, this.#answerMs);
    if (answer[0] !== prompt[0]) throw this.#unexpected("the raw REPL's banner", answer);
  }

  /** Writes what the target is to take at once: one that takes nothing must not hold us for ever. */
  async #write(bytes: Uint8Array): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const text = `${this.#transport.name} takes no input: it is stuck, or its buffers are full; reset it`;
        reject(new TransportError("timeout", text));
      }, this.#answerMs);
    });
    const written = this.#transport.write(bytes);
    written.catch(() => undefined);
    try {
      await Promise.race([written, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** A target that falls silent while it has our code: what it does is not known, so that the raw REPL is left. */
  #explainSilence(error: unknown): unknown {
    if (!(error instanceof TransportError) || (error.kind !== "timeout" && error.kind !== "protocol"))
      return error;
    this.release();
    if (error.kind === "protocol") return error;
    return new TransportError(
      "timeout",
      `${error.message} while it had code of ours: bytes were lost on the way, or it hangs; try again, else reset it`,
      { cause: error },
    );
  }

  #unexpected(what: string, bytes: Uint8Array): TransportError {
    return new TransportError(
      "protocol",
      `${this.#transport.name} answered ${JSON.stringify(decoder.decode(bytes))} to ${what}`,
    );
  }
}
