import { ByteRing } from "./byte-ring.js";

/** Control words in front of the rings, each an Int32. */
const wakeWord = 0;
const workerIdleWord = 1;
const hostListensWord = 2;
const hostNeedsSpaceWord = 3;
const inputEndedWord = 4;
const readingWord = 5;
const controlBytes = 64;

/** Bytes under way in each direction before the sender has to wait. */
const inputCapacity = 1 << 16;
const outputCapacity = 1 << 18;

export function createChannelMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(
    controlBytes + ByteRing.sizeOf(inputCapacity) + ByteRing.sizeOf(outputCapacity),
  );
}

/**
 * What host and worker share: a ring of bytes each way and the words by which they wake each other. Either
 * side can sleep in two ways. The worker blocks in `waitForHost` while Python runs, or returns to its event
 * loop; the host only ever returns to its event loop. A side in its event loop is woken by a message, which
 * is sent at most once for each time it asked.
 */
export class Channel {
  readonly input: ByteRing;
  readonly output: ByteRing;
  readonly #words: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory, 0, controlBytes / 4);
    this.input = new ByteRing(memory, controlBytes, inputCapacity);
    this.output = new ByteRing(memory, controlBytes + ByteRing.sizeOf(inputCapacity), outputCapacity);
  }

  // The host's side.

  /** Wakes the worker from `waitForHost`. True: it sits in its event loop and needs a message. */
  wakeWorker(): boolean {
    Atomics.add(this.#words, wakeWord, 1);
    Atomics.notify(this.#words, wakeWord);
    return Atomics.exchange(this.#words, workerIdleWord, 0) === 1;
  }

  /** Asks for a message when output comes. The output must be looked at once more afterwards. */
  listenForOutput(): void {
    Atomics.store(this.#words, hostListensWord, 1);
  }

  /** Asks for a message when input has been read. The space must be looked at once more afterwards. */
  listenForSpace(): void {
    Atomics.store(this.#words, hostNeedsSpaceWord, 1);
  }

  /** The worker is blocked reading input, so it will see whatever comes. */
  get workerReads(): boolean {
    return Atomics.load(this.#words, readingWord) === 1;
  }

  /** Whether reading past the last byte of input is its end, until more is written. */
  get inputEnded(): boolean {
    return Atomics.load(this.#words, inputEndedWord) === 1;
  }
  set inputEnded(ended: boolean) {
    Atomics.store(this.#words, inputEndedWord, ended ? 1 : 0);
  }

  // The worker's side.

  /** A ticket for `waitForHost`: take it, look whether there is something to do, then wait with it. */
  get ticket(): number {
    return Atomics.load(this.#words, wakeWord);
  }

  /** Blocks this thread until the host wakes it (also since the ticket was taken), or the time in milliseconds is over. */
  waitForHost(ticket: number, timeoutMs?: number): void {
    Atomics.wait(this.#words, wakeWord, ticket, timeoutMs);
  }

  /** From now on the host sends a message with its next wake. The input must be looked at once more afterwards. */
  enterIdle(): void {
    Atomics.store(this.#words, workerIdleWord, 1);
  }

  leaveIdle(): void {
    Atomics.store(this.#words, workerIdleWord, 0);
  }

  set reading(reading: boolean) {
    Atomics.store(this.#words, readingWord, reading ? 1 : 0);
  }

  /** Output has been written. True: the host asked for a message. */
  hostWantsOutput(): boolean {
    return Atomics.exchange(this.#words, hostListensWord, 0) === 1;
  }

  /** Input has been read. True: the host asked for a message. */
  hostWantsSpace(): boolean {
    return (
      Atomics.load(this.#words, hostNeedsSpaceWord) === 1 &&
      Atomics.exchange(this.#words, hostNeedsSpaceWord, 0) === 1
    );
  }
}
