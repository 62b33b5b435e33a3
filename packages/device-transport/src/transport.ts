import type { TransportError } from "./transport-error.js";

/** What a kind of transport can do beyond moving bytes; told to users, never guessed from a name. */
export interface TransportTraits {
  /** A 0x03 byte reaches the VM while Python code runs in a loop that never reads input. */
  readonly interruptsRunningCode: boolean;
  /** The target sees the host's files as they are (a mounted folder): nothing needs uploading. */
  readonly sharesFiles: boolean;
}

/**
 * Bytes to and from one MicroPython target, whatever carries them. A transport knows nothing of
 * Python or of the agent's frames: what it delivers is what a terminal on that target would show.
 *
 * Life cycle: `open()` once, then any number of writes, then `close()` or a loss. After either end
 * no listener is called again and `write` rejects with a `disconnected` error.
 */
export interface Transport {
  /** What a user would call it, such as `wasm` or `/dev/ttyACM0`. */
  readonly name: string;
  readonly traits: TransportTraits;
  /** Resolves when bytes can flow; rejects with a `TransportError`. */
  open(): Promise<void>;
  /** Resolves when the bytes are on their way and more may be written: back-pressure. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the connection and frees all it holds. May be called at any time and more than once; never rejects. */
  close(): Promise<void>;
  /** Puts the target back to its state after power-on, whatever it is doing; the connection stays open. */
  hardReset?(): Promise<void>;
  /**
   * Ends standard input as a closed pipe does, for targets that know such an end: once all that was written has
   * been read, reading gives the end of file. Writing again takes it back.
   */
  endInput?(): void;
  /** Calls back with bytes in order; the array belongs to the listener. Returns the unsubscriber. */
  onData(listener: (bytes: Uint8Array) => void): () => void;
  /** Calls back at most once, when the target is gone although nobody closed it. */
  onLost(listener: (error: TransportError) => void): () => void;
}
