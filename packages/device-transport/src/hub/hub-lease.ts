import type { MessageConnection } from "vscode-jsonrpc/node";
import type { CodeRunner } from "../code-runner.js";
import { subscribe } from "../subscribe.js";
import type { Transport } from "../transport.js";
import { TransportError } from "../transport-error.js";
import { type Deferred, defer } from "../deferred.js";
import * as protocol from "./protocol.js";
import type { Grant } from "./protocol.js";
import { fromReply, GuestError } from "./wire-error.js";

/** Bytes that go into one message. */
const pieceSize = 64 * 1024;

/**
 * A device that is ours until `close`: a transport that is open already. `open` resolves once, as it does for any
 * transport. It is lost when the device is, when the hub ends, and when more than 8 MiB of what the device said were not
 * read.
 */
export interface Lease extends Transport {
  /** The device's own address, whatever it was asked for by. */
  readonly address: string;
  /**
   * Lets other clients run code by this runner while we hold the device, until another call; with undefined they wait.
   * What they have running then fails at once. A runner other than the last one stands for a namespace that is empty.
   */
  offerGuests(runner: CodeRunner | undefined): void;
}

/** The connection's side of a lease: what the hub tells it. */
export interface LeaseEnds {
  readonly lease: Lease;
  deliver(bytes: Uint8Array): void;
  lose(error: TransportError): void;
  runGuest(code: string): Promise<string>;
}

/** Makes the transport of a lease that has been granted. `onClosed` is called when it has ended in any way. */
export function createLease(
  connection: MessageConnection,
  id: number,
  { address, name, traits, hardReset, endInput }: Grant,
  onClosed: () => void,
): LeaseEnds {
  const dataListeners = new Set<(bytes: Uint8Array) => void>();
  const lostListeners = new Set<(error: TransportError) => void>();
  let isOpened = false;
  let closing: Promise<void> | undefined;
  let loss: TransportError | undefined;
  let lastWrite: Promise<void> = Promise.resolve();
  let runner: CodeRunner | undefined;
  let lastRunner: CodeRunner | undefined;
  let offer = 0;
  /** Rejects the guests' calls that are running. */
  let interrupted = deferInterruption();

  const end = (): void => {
    dataListeners.clear();
    lostListeners.clear();
    runner = undefined;
    interrupted.reject(new GuestError("gone", `${name} has been let go of.`));
    onClosed();
  };

  const request = async (send: () => Promise<unknown>): Promise<void> => {
    if (loss) throw new TransportError("disconnected", loss.message, { cause: loss });
    if (closing) throw new TransportError("disconnected", `${name} is not connected`);
    try {
      await send();
    } catch (error) {
      throw fromReply(error);
    }
  };

  async function writePieces(bytes: Uint8Array): Promise<void> {
    for (let start = 0; start < bytes.length; start += pieceSize) {
      const data = Buffer.from(bytes.subarray(start, start + pieceSize)).toString("base64");
      await request(() => connection.sendRequest(protocol.write, { lease: id, data }));
    }
  }

  function write(bytes: Uint8Array): Promise<void> {
    const own = new Uint8Array(bytes);
    const written = lastWrite.then(() => writePieces(own));
    lastWrite = written.catch(() => undefined);
    return written;
  }

  function close(): Promise<void> {
    closing ??= (async () => {
      const wasLost = loss !== undefined;
      end();
      // A hub that has ended holds nothing.
      if (!wasLost) await connection.sendRequest(protocol.release, { lease: id }).catch(() => undefined);
    })();
    return closing;
  }

  function offerGuests(given: CodeRunner | undefined): void {
    if (closing || loss) return;
    if (given && given !== lastRunner) {
      offer++;
      lastRunner = given;
    }
    if (!given) {
      interrupted.reject(
        new TransportError("busy", `The program on ${name} was let run meanwhile. Try again when it stands.`),
      );
      interrupted = deferInterruption();
    }
    runner = given;
    const params = { lease: id, offer: given ? offer : null };
    connection.sendRequest(protocol.offer, params).catch(() => undefined);
  }

  const lease: Lease = {
    name,
    address,
    traits,
    async open() {
      if (isOpened || closing || loss) {
        throw new TransportError("disconnected", "a lease is opened once: take another");
      }
      isOpened = true;
    },
    write,
    close,
    ...(hardReset
      ? { hardReset: () => request(() => connection.sendRequest(protocol.hardReset, { lease: id })) }
      : {}),
    ...(endInput
      ? {
          endInput: () =>
            void connection.sendRequest(protocol.endInput, { lease: id }).catch(() => undefined),
        }
      : {}),
    onData: (listener) => subscribe(dataListeners, listener),
    onLost: (listener) => subscribe(lostListeners, listener),
    offerGuests,
  };

  return {
    lease,
    deliver(bytes) {
      for (const listener of dataListeners) listener(new Uint8Array(bytes));
    },
    lose(error) {
      if (closing || loss) return;
      loss = error;
      const listeners = [...lostListeners];
      end();
      for (const listener of listeners) listener(error);
    },
    async runGuest(code) {
      if (!runner) throw new GuestError("withdrawn", `The program on ${name} runs.`);
      return await Promise.race([runner.run(code), interrupted.promise]);
    },
  };
}

/** A promise that is only ever rejected, and may be without anyone waiting for it. */
function deferInterruption(): Deferred<never> {
  const interruption = defer<never>();
  interruption.promise.catch(() => undefined);
  return interruption;
}
