import { concatenate } from "./concatenate.js";
import type { Transport } from "./transport.js";
import { TransportError } from "./transport-error.js";

/** A transport's incoming bytes, read by asking instead of by being called. Ends with the transport's loss. */
export interface ByteStream {
  /** Bytes received and not yet read. */
  readonly available: number;
  /** Exactly `count` bytes; rejects with `timeout` when they do not come within the time. */
  read(count: number, timeoutMs: number): Promise<Uint8Array>;
  /**
   * All bytes before the next `end` byte, which is swallowed. With `sink` they go there as they come, and the result is
   * empty. Rejects with `timeout` when no byte comes for `silenceMs`; without it there is no limit.
   */
  readUntil(end: number, sink?: (bytes: Uint8Array) => void, silenceMs?: number): Promise<Uint8Array>;
  /** Swallows everything through the next occurrence of `pattern`. False when that does not come within the time. */
  skipPast(pattern: Uint8Array, timeoutMs: number): Promise<boolean>;
  /** Forgets what was received and not read. */
  discard(): void;
  /** Gives what was not read, and from then on every byte, to `listener`. Returns the unsubscriber. The stream is closed. */
  handOver(listener: (bytes: Uint8Array) => void): () => void;
  close(): void;
}

/** Subscribes to the transport. One reader at a time. */
export function openByteStream(transport: Transport): ByteStream {
  let chunks: Uint8Array[] = [];
  let available = 0;
  let failure: TransportError | undefined;
  let wake: (() => void) | undefined;
  let direct: ((bytes: Uint8Array) => void) | undefined;

  const stopData = transport.onData((bytes) => {
    if (direct !== undefined) {
      direct(bytes);
      return;
    }
    chunks.push(bytes);
    available += bytes.length;
    wake?.();
  });
  const stopLost = transport.onLost((error) => {
    failure = error;
    wake?.();
  });
  const close = (): void => {
    stopData();
    stopLost();
    failure ??= new TransportError("disconnected", `nobody listens to ${transport.name} any more`);
    wake?.();
  };

  /** Resolves true when more bytes have come, false when the time is over. */
  const more = async (deadline: number): Promise<boolean> => {
    if (failure !== undefined) throw failure;
    const before = available;
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (deadline !== Number.POSITIVE_INFINITY) {
        timer = setTimeout(resolve, Math.max(0, deadline - Date.now()));
      }
    });
    wake = undefined;
    clearTimeout(timer);
    if (available > before) return true;
    if (failure !== undefined) throw failure;
    return false;
  };

  const takeAll = (): Uint8Array => {
    const all = concatenate(chunks);
    chunks = [];
    available = 0;
    return all;
  };
  const putBack = (bytes: Uint8Array): void => {
    if (bytes.length === 0) return;
    chunks.unshift(bytes);
    available += bytes.length;
  };

  return {
    get available() {
      return available;
    },
    async read(count, timeoutMs) {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        if (available >= count) break;
        if (!(await more(deadline))) {
          throw new TransportError("timeout", `${transport.name} does not answer`);
        }
      }
      const all = takeAll();
      putBack(all.subarray(count));
      return all.subarray(0, count);
    },
    async readUntil(end, sink, silenceMs = Number.POSITIVE_INFINITY) {
      const kept: Uint8Array[] = [];
      for (;;) {
        const all = takeAll();
        const at = all.indexOf(end);
        const part = at < 0 ? all : all.subarray(0, at);
        if (part.length > 0) {
          if (sink === undefined) kept.push(part);
          else sink(part);
        }
        if (at >= 0) {
          putBack(all.subarray(at + 1));
          return concatenate(kept);
        }
        if (!(await more(Date.now() + silenceMs))) {
          throw new TransportError("timeout", `${transport.name} has been silent for ${silenceMs} ms`);
        }
      }
    },
    async skipPast(pattern, timeoutMs) {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const all = takeAll();
        const at = indexOf(all, pattern);
        if (at >= 0) {
          putBack(all.subarray(at + pattern.length));
          return true;
        }
        // The pattern may have begun in what is there: keep as much of its length as could be its start.
        const keep = Math.min(all.length, pattern.length - 1);
        putBack(all.subarray(all.length - keep));
        // A target that never stops sending would never let the time be over.
        if (Date.now() >= deadline || !(await more(deadline))) return false;
      }
    },
    discard() {
      takeAll();
    },
    handOver(listener) {
      direct = listener;
      stopLost();
      const rest = takeAll();
      if (rest.length > 0) listener(rest);
      return stopData;
    },
    close,
  };
}

function indexOf(bytes: Uint8Array, pattern: Uint8Array): number {
  const first = pattern[0];
  if (first === undefined) return 0;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (at + pattern.length > bytes.length) return -1;
    let same = 1;
    while (same < pattern.length && bytes[at + same] === pattern[same]) same++;
    if (same === pattern.length) return at;
  }
  return -1;
}
