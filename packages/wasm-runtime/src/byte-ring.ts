/** Words of control a ring needs in front of its bytes. */
const headWord = 0;
const tailWord = 1;
const controlBytes = 8;

/**
 * A queue of bytes in shared memory between one writer thread and one reader thread. It never blocks: who
 * waits, and for what, is the channel's business. Positions count all bytes ever moved, modulo 2^32.
 */
export class ByteRing {
  readonly #control: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #mask: number;

  /** @param capacity in bytes; a power of two */
  constructor(memory: SharedArrayBuffer, offset: number, capacity: number) {
    this.#control = new Int32Array(memory, offset, controlBytes / 4);
    this.#bytes = new Uint8Array(memory, offset + controlBytes, capacity);
    this.#mask = capacity - 1;
  }

  /** Bytes of shared memory that a ring of this capacity takes. */
  static sizeOf(capacity: number): number {
    return controlBytes + capacity;
  }

  /** Bytes that can be read now. */
  get available(): number {
    return (Atomics.load(this.#control, tailWord) - Atomics.load(this.#control, headWord)) >>> 0;
  }

  /** Bytes that can be written now. */
  get space(): number {
    return this.#bytes.length - this.available;
  }

  /** How many bytes were ever written, modulo 2^32. */
  get received(): number {
    return Atomics.load(this.#control, tailWord);
  }

  /** Writes as much of `source` from `start` as there is space for; returns how much. */
  push(source: Uint8Array, start = 0): number {
    const count = Math.min(this.space, source.length - start);
    if (count <= 0) return 0;
    const tail = Atomics.load(this.#control, tailWord);
    const at = tail & this.#mask;
    const first = Math.min(count, this.#bytes.length - at);
    this.#bytes.set(source.subarray(start, start + first), at);
    if (first < count) this.#bytes.set(source.subarray(start + first, start + count), 0);
    Atomics.store(this.#control, tailWord, (tail + count) | 0);
    return count;
  }

  /** Reads as much as there is, and fits, into `target` from `start`; returns how much. */
  pull(target: Uint8Array, start = 0, limit = target.length - start): number {
    const count = Math.min(this.available, limit);
    if (count <= 0) return 0;
    const head = Atomics.load(this.#control, headWord);
    const at = head & this.#mask;
    const first = Math.min(count, this.#bytes.length - at);
    target.set(this.#bytes.subarray(at, at + first), start);
    if (first < count) target.set(this.#bytes.subarray(0, count - first), start + first);
    Atomics.store(this.#control, headWord, (head + count) | 0);
    return count;
  }

  /** The next byte, or -1. */
  pullByte(): number {
    if (this.available === 0) return -1;
    const head = Atomics.load(this.#control, headWord);
    const byte = this.#bytes[head & this.#mask] ?? -1;
    Atomics.store(this.#control, headWord, (head + 1) | 0);
    return byte;
  }

  /** Forgets all bytes. Only while neither side moves any. */
  clear(): void {
    Atomics.store(this.#control, headWord, Atomics.load(this.#control, tailWord));
  }
}
