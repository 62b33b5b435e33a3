import { subscribe } from "./subscribe.js";
import type { Transport } from "./transport.js";
import type { TransportError } from "./transport-error.js";

/** What a transport tells its listeners, and its end, of which there is one. */
export interface TransportEvents extends Pick<Transport, "onData" | "onLost"> {
  /** Gives every listener the bytes in an array of its own. */
  emit(bytes: Uint8Array): void;
  readonly hasEnded: boolean;
  /** Ends it because somebody closed it: no listener is called again, and all that `orEnd` waits for is rejected. */
  end(error: TransportError): void;
  /** Ends it because the target is gone, and tells so. */
  lose(error: TransportError): void;
  /** What `promise` gives, or the error that the transport ends with meanwhile. */
  orEnd<T>(promise: Promise<T>): Promise<T>;
}

export function createTransportEvents(): TransportEvents {
  const dataListeners = new Set<(bytes: Uint8Array) => void>();
  const lostListeners = new Set<(error: TransportError) => void>();
  const waiting = new Set<(error: TransportError) => void>();
  let ending: TransportError | undefined;

  const end = (error: TransportError): void => {
    if (ending !== undefined) return;
    ending = error;
    dataListeners.clear();
    lostListeners.clear();
    for (const reject of waiting) reject(error);
    waiting.clear();
  };

  return {
    emit(bytes) {
      for (const listener of dataListeners) listener(Uint8Array.from(bytes));
    },
    get hasEnded() {
      return ending !== undefined;
    },
    end,
    lose(error) {
      const listeners = [...lostListeners];
      end(error);
      for (const listener of listeners) listener(error);
    },
    async orEnd(promise) {
      promise.catch(() => undefined);
      if (ending !== undefined) throw ending;
      let stop: ((error: TransportError) => void) | undefined;
      const ended = new Promise<never>((_, reject) => {
        stop = reject;
        waiting.add(reject);
      });
      try {
        return await Promise.race([promise, ended]);
      } finally {
        if (stop !== undefined) waiting.delete(stop);
      }
    },
    onData: (listener) => subscribe(dataListeners, listener),
    onLost: (listener) => subscribe(lostListeners, listener),
  };
}
