import { type Transport, TransportError } from "../../dist/index.js";

/** A transport that passes so many bytes on to the target, and then is unplugged: `inner` is closed. */
export function cutAfter(inner: Transport, count: number): Transport {
  let left = count;
  const lost = new Set<(error: TransportError) => void>();
  const die = async (): Promise<never> => {
    const error = new TransportError("disconnected", "unplugged");
    await inner.close();
    for (const listener of lost) listener(error);
    throw error;
  };
  return {
    name: inner.name,
    traits: inner.traits,
    open: () => inner.open(),
    close: () => inner.close(),
    async write(bytes) {
      const part = bytes.subarray(0, left);
      left -= part.length;
      if (part.length > 0) await inner.write(part);
      if (part.length < bytes.length) await die();
    },
    onData: (listener) => inner.onData(listener),
    onLost(listener) {
      lost.add(listener);
      const stop = inner.onLost(listener);
      return () => {
        lost.delete(listener);
        stop();
      };
    },
  };
}
