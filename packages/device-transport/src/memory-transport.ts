import type { Transport, TransportTraits } from "./transport.js";
import { subscribe } from "./subscribe.js";
import { TransportError } from "./transport-error.js";

/** The other end of a memory transport: whoever plays the target. */
export interface FarEnd {
  /** Sends bytes to the transport's listeners, at once. */
  send(bytes: Uint8Array | string): void;
  /** Calls back with what was written to the transport. Returns the unsubscriber. */
  onReceived(listener: (bytes: Uint8Array) => void): () => void;
  /** Ends the connection as a pulled cable does. */
  lose(error?: TransportError): void;
}

/**
 * A transport inside one process: what is written arrives at the far end in the same turn, and the other way round.
 * Stands in where a target's misbehaviour must be forced.
 */
export function createMemoryTransport(
  name = "memory",
  traits: TransportTraits = { interruptsRunningCode: true, sharesFiles: false },
): { transport: Transport; far: FarEnd } {
  const dataListeners = new Set<(bytes: Uint8Array) => void>();
  const lostListeners = new Set<(error: TransportError) => void>();
  const receivedListeners = new Set<(bytes: Uint8Array) => void>();
  let state: "new" | "open" | "ended" = "new";

  const end = (): void => {
    state = "ended";
    dataListeners.clear();
    lostListeners.clear();
  };

  const transport: Transport = {
    name,
    traits,
    open() {
      if (state !== "new") {
        return Promise.reject(new TransportError("disconnected", `${name} cannot be opened again`));
      }
      state = "open";
      return Promise.resolve();
    },
    write(bytes) {
      if (state !== "open")
        return Promise.reject(new TransportError("disconnected", `${name} is not connected`));
      for (const listener of receivedListeners) listener(bytes.slice());
      return Promise.resolve();
    },
    close() {
      end();
      return Promise.resolve();
    },
    onData: (listener) => subscribe(dataListeners, listener),
    onLost: (listener) => subscribe(lostListeners, listener),
  };
  const far: FarEnd = {
    send(bytes) {
      if (state !== "open") return;
      const raw = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
      for (const listener of dataListeners) listener(raw.slice());
    },
    onReceived: (listener) => subscribe(receivedListeners, listener),
    lose(error = new TransportError("disconnected", `${name} is gone`)) {
      if (state !== "open") return;
      const listeners = [...lostListeners];
      end();
      for (const listener of listeners) listener(error);
    },
  };
  return { transport, far };
}
