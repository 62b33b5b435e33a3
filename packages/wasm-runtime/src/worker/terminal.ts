import type { Channel } from "../channel.js";
import { interrupted } from "./errno.js";
import type { EmscriptenFs, FsStream, StreamOps } from "./glue-types.js";

const readyToRead = 1;
const readyToWrite = 4;

/** How long C code that polls for input waits between two looks, in milliseconds. */
const pollPauseMs = 1;

/** What the terminal asks of the VM and tells the host. */
export interface TerminalLinks {
  /** A KeyboardInterrupt waits to be raised: whatever blocks must return. */
  interruptPending(): boolean;
  /** Sends the host the message it asked for. */
  ringHost(): void;
  /**
   * A number that changes while Python code runs, and not while C code waits; undefined in a build whose C code says
   * when it waits, by `pause`.
   */
  activity(): number | undefined;
}

/**
 * Standard input and output of the VM over the channel's rings: byte exact, blocking without load, and
 * interruptible as a system call is (EINTR, upon which MicroPython raises what is pending).
 */
export class Terminal {
  readonly #channel: Channel;
  readonly #links: TerminalLinks;
  #muted = false;
  #swallow = 0;
  #polledAt: number | undefined;
  #watch: { pattern: Uint8Array; matched: number; seen: boolean } | undefined;

  constructor(channel: Channel, links: TerminalLinks) {
    this.#channel = channel;
    this.#links = links;
  }

  /** Connects the file descriptors 0, 1 and 2 of the loaded VM, and keeps programs from closing them. */
  attach(fs: EmscriptenFs): void {
    const input: Partial<StreamOps> = {
      read: (_stream, buffer, offset, length) => this.#read(fs, buffer, offset, length),
      poll: () => this.#poll(),
      fsync: () => 0,
    };
    const output: Partial<StreamOps> = {
      write: (_stream, buffer, offset, length) => this.#writeAll(fs, buffer, offset, length),
      poll: () => readyToWrite,
      fsync: () => 0,
    };
    for (const [fd, operations] of [input, output, output].entries()) {
      const stream = fs.streams[fd];
      if (stream == null) throw new Error(`the VM has no file descriptor ${fd}`);
      stream.stream_ops = operations;
    }
    const close = fs.close.bind(fs);
    fs.close = (stream: FsStream) => {
      if (stream.fd === null || stream.fd > 2) close(stream);
    };
  }

  /** Waits until the host has news, so many milliseconds at most; not at all while there is input to read. */
  pause(ms: number): void {
    const ticket = this.#channel.ticket;
    if (!this.#readable()) this.#wait(ticket, ms);
  }

  /** Drops all output until called with false. */
  mute(muted: boolean): void {
    this.#muted = muted;
  }

  /** Drops the next bytes of output. */
  swallow(count: number): void {
    this.#swallow = count;
  }

  /** Runs `action` and tells whether it wrote the pattern. */
  saw(pattern: Uint8Array, action: () => void): boolean {
    const watch = { pattern, matched: 0, seen: false };
    this.#watch = watch;
    try {
      action();
    } finally {
      this.#watch = undefined;
    }
    return watch.seen;
  }

  /** Writes text of the REPL's own, blocking while the ring is full. */
  write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) done += this.#write(bytes, done, false);
  }

  /**
   * Events that are ready. `select.poll` with a time limit asks over and over from C code, without end if nothing
   * comes: from the second time on it is made to wait a little.
   */
  #poll(): number {
    const ticket = this.#channel.ticket;
    if (this.#readable()) return readyToRead;
    const activity = this.#links.activity();
    if (activity === undefined || activity !== this.#polledAt) {
      this.#polledAt = activity;
      return 0;
    }
    this.#wait(ticket, pollPauseMs);
    return this.#readable() ? readyToRead : 0;
  }

  #wait(ticket: number, ms: number): void {
    if (!this.#links.interruptPending()) this.#channel.waitForHost(ticket, ms);
  }

  #readable(): boolean {
    return this.#channel.input.available > 0 || this.#channel.inputEnded;
  }

  #read(fs: EmscriptenFs, buffer: Uint8Array, offset: number, length: number): number {
    if (length === 0) return 0;
    const { input } = this.#channel;
    for (;;) {
      const ticket = this.#channel.ticket;
      if (this.#links.interruptPending()) throw new fs.ErrnoError(interrupted);
      const count = input.pull(buffer, offset, length);
      if (count > 0) {
        if (this.#channel.hostWantsSpace()) this.#links.ringHost();
        return count;
      }
      if (this.#channel.inputEnded) return 0;
      this.#channel.reading = true;
      this.#channel.waitForHost(ticket);
      this.#channel.reading = false;
    }
  }

  /** All of it unless interrupted, as a blocking write to a serial port. */
  #writeAll(fs: EmscriptenFs, buffer: Uint8Array, offset: number, length: number): number {
    if (this.#watch !== undefined) this.#observe(buffer, offset, length);
    if (this.#muted) return length;
    // A view of plain bytes: the glue passes one of signed bytes.
    let bytes = new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length);
    if (this.#swallow > 0) {
      const dropped = Math.min(this.#swallow, length);
      this.#swallow -= dropped;
      bytes = bytes.subarray(dropped);
    }
    let done = 0;
    while (done < bytes.length) {
      const count = this.#write(bytes, done, true);
      if (count < 0) {
        if (done > 0) return done;
        throw new fs.ErrnoError(interrupted);
      }
      done += count;
    }
    return length;
  }

  /** Writes what fits, waiting until something does; -1 if interrupted before. */
  #write(bytes: Uint8Array, start: number, interruptible: boolean): number {
    const { output } = this.#channel;
    for (;;) {
      const ticket = this.#channel.ticket;
      const count = output.push(bytes, start);
      if (count > 0) {
        if (this.#channel.hostWantsOutput()) this.#links.ringHost();
        return count;
      }
      if (interruptible && this.#links.interruptPending()) return -1;
      this.#channel.waitForHost(ticket);
    }
  }

  #observe(buffer: Uint8Array, offset: number, length: number): void {
    const watch = this.#watch;
    if (watch === undefined) return;
    for (let at = offset; at < offset + length && !watch.seen; at++) {
      // The patterns watched for start with a byte that does not occur in them again.
      if (buffer[at] === watch.pattern[watch.matched]) watch.matched++;
      else watch.matched = buffer[at] === watch.pattern[0] ? 1 : 0;
      watch.seen = watch.matched === watch.pattern.length;
    }
  }
}
