import type { Socket } from "node:net";
import type { MessageConnection } from "vscode-jsonrpc/node";
import type { CodeRunner } from "../code-runner.js";
import type { RawRepl } from "../raw-repl.js";
import { subscribe } from "../subscribe.js";
import { TransportError } from "../transport-error.js";
import { defer } from "../deferred.js";
import { createLease, type Lease, type LeaseEnds } from "./hub-lease.js";
import { createHubRunner, type GuestPlace, type HubRunner } from "./hub-runner.js";
import { createBoundedConnection, endSocket } from "./message-stream.js";
import * as protocol from "./protocol.js";
import type { DeviceHolder, DeviceStatus, Grant, HubStatus, PublishedStop, StopSession } from "./protocol.js";
import { fromReply, GuestError, toReply, toTransportKind } from "./wire-error.js";

export interface LeaseOptions {
  /** What the device is used for, shown to those who wait, such as `debugging main.py`. */
  readonly purpose: string;
  /** Waits in the order of asking; false: rejects with `busy` if the device is in use. */
  readonly wait: boolean;
  /** Aborting gives up the place in the queue; the call rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** For devices that ask for one. */
  readonly password?: string;
  /** Told for whom one waits, and again when that changes. */
  readonly onWaiting?: (holder: DeviceHolder) => void;
}

export interface RunnerOptions extends LeaseOptions {
  /** Makes what runs code by the raw REPL; default: `rawReplRunner`. */
  readonly makeRunner?: (repl: RawRepl) => CodeRunner;
}

/** A connection to the hub. All methods reject with a `disconnected` TransportError once it has ended. */
export interface Hub {
  /** What the hub is and holds. */
  status(): Promise<HubStatus>;
  /** Devices found, and those that are in use. */
  devices(): Promise<readonly DeviceStatus[]>;
  /** The device for this client alone. Rejects with a TransportError. */
  lease(address: string, options: LeaseOptions): Promise<Lease>;
  /**
   * Runs code on a device that nobody uses, in turn; or, while somebody holds it who takes guests, through that
   * holder. While the holder takes none, calls wait. A call rejects with a `disconnected` TransportError where what
   * earlier ones defined is gone.
   */
  runner(address: string, options: RunnerOptions): Promise<HubRunner>;
  /** Tells all subscribers where a session has stopped; undefined takes that back, as the end of this client does. */
  publishStop(session: StopSession, snapshot: unknown): Promise<void>;
  /** Calls back with what is published, at first with all that stands. Returns the unsubscriber. */
  onStops(listener: (stop: PublishedStop) => void): () => void;
  /** Calls back at most once, when the hub has ended although nobody closed the connection. */
  onLost(listener: (error: TransportError) => void): () => void;
  /** Ends the hub, whoever uses it. */
  stop(): Promise<void>;
  /** Ends the connection and releases all that it holds. Never rejects. */
  close(): Promise<void>;
}

/** What is known of a claim: at first who waits for it, then the lease. */
interface Pending {
  readonly onWaiting: ((holder: DeviceHolder) => void) | undefined;
  ends?: LeaseEnds;
}

export class HubConnection implements Hub {
  readonly #socket: Socket;
  readonly #connection: MessageConnection;
  readonly #closed: Promise<void>;
  readonly #claims = new Map<number, Pending>();
  readonly #lostListeners = new Set<(error: TransportError) => void>();
  readonly #stopListeners = new Set<(stop: PublishedStop) => void>();
  /** The latest stop of each session, for listeners that come later. */
  readonly #stops = new Map<string, PublishedStop>();
  #isSubscribed = false;
  #isClosed = false;
  #lastClaim = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    const closed = defer<void>();
    this.#closed = closed.promise;
    this.#connection = createBoundedConnection(socket, () => {
      this.#end();
      closed.resolve();
    });
    this.#handle();
    this.#connection.listen();
  }

  async hello(name: string): Promise<HubStatus> {
    return await this.#request(() =>
      this.#connection.sendRequest(protocol.hello, { name, pid: process.pid }),
    );
  }

  async status(): Promise<HubStatus> {
    return await this.#request(() => this.#connection.sendRequest(protocol.status));
  }

  async devices(): Promise<readonly DeviceStatus[]> {
    return (await this.status()).devices;
  }

  async lease(address: string, options: LeaseOptions): Promise<Lease> {
    const { id, pending, grant } = await this.#claim(address, options, false);
    return this.#createLease(id, pending, grant);
  }

  async runner(address: string, options: RunnerOptions): Promise<HubRunner> {
    const takeTurn = async () => {
      const { id, pending, grant } = await this.#claim(address, options, true);
      if (grant.how === "guest") return { guest: this.#createGuest(id, grant) };
      return { lease: this.#createLease(id, pending, grant) };
    };
    return await createHubRunner(takeTurn, options.makeRunner);
  }

  async publishStop(session: StopSession, snapshot: unknown): Promise<void> {
    const params = { session, snapshot: snapshot ?? null };
    await this.#request(() => this.#connection.sendRequest(protocol.publish, params));
  }

  onStops(listener: (stop: PublishedStop) => void): () => void {
    const unsubscribe = subscribe(this.#stopListeners, listener);
    for (const stop of this.#stops.values()) listener(stop);
    if (!this.#isSubscribed && !this.#isClosed) {
      this.#isSubscribed = true;
      this.#connection.sendRequest(protocol.subscribe).catch(() => undefined);
    }
    return unsubscribe;
  }

  onLost(listener: (error: TransportError) => void): () => void {
    return subscribe(this.#lostListeners, listener);
  }

  async stop(): Promise<void> {
    await this.#request(() => this.#connection.sendRequest(protocol.stop));
    await this.#closed;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { ends } of this.#claims.values()) void ends?.lease.close();
    endSocket(this.#socket);
    await this.#closed;
  }

  #handle(): void {
    const connection = this.#connection;
    connection.onNotification(protocol.data, ({ lease, data }) => {
      const bytes = Buffer.from(data, "base64");
      this.#claims.get(lease)?.ends?.deliver(bytes);
    });
    connection.onNotification(protocol.lost, ({ lease, kind, message }) => {
      this.#claims.get(lease)?.ends?.lose(new TransportError(toTransportKind(kind), message));
    });
    connection.onNotification(protocol.waiting, ({ lease, holder }) => {
      this.#claims.get(lease)?.onWaiting?.(holder);
    });
    connection.onNotification(protocol.stops, (stop) => {
      const key = JSON.stringify([stop.publisher.connection, stop.session.id]);
      if (stop.snapshot === undefined) this.#stops.delete(key);
      else this.#stops.set(key, stop);
      for (const listener of this.#stopListeners) listener(stop);
    });
    connection.onRequest(protocol.run, async ({ lease, code }) => {
      try {
        const ends = this.#claims.get(lease)?.ends;
        if (!ends) throw new GuestError("gone", "The device has been let go of.");
        return await ends.runGuest(code);
      } catch (error) {
        return toReply(error);
      }
    });
  }

  async #claim(
    address: string,
    { purpose, wait, signal, password, onWaiting }: LeaseOptions,
    guest: boolean,
  ): Promise<{ id: number; pending: Pending; grant: Grant }> {
    signal?.throwIfAborted();
    const id = ++this.#lastClaim;
    const pending: Pending = { onWaiting };
    this.#claims.set(id, pending);
    const abort = (): void => {
      this.#connection.sendRequest(protocol.release, { lease: id }).catch(() => undefined);
    };
    signal?.addEventListener("abort", abort, { once: true });
    const params = { lease: id, address, purpose, wait, guest, ...(password ? { password } : {}) };
    try {
      const grant = await this.#request(() => this.#connection.sendRequest(protocol.claim, params));
      // Granted and aborted at once: the release is on its way.
      signal?.throwIfAborted();
      return { id, pending, grant };
    } catch (error) {
      this.#claims.delete(id);
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  #createLease(id: number, pending: Pending, grant: Grant): Lease {
    const ends = createLease(this.#connection, id, grant, () => this.#claims.delete(id));
    pending.ends = ends;
    return ends.lease;
  }

  #createGuest(id: number, { address }: Grant): GuestPlace {
    return {
      address,
      run: (code) => this.#request(() => this.#connection.sendRequest(protocol.run, { lease: id, code })),
      close: async () => {
        this.#claims.delete(id);
        await this.#request(() => this.#connection.sendRequest(protocol.release, { lease: id })).catch(
          () => undefined,
        );
      },
    };
  }

  async #request<R>(send: () => Promise<R>): Promise<R> {
    if (this.#isClosed) throw new TransportError("disconnected", "The connection to the hub is closed");
    try {
      return await send();
    } catch (error) {
      throw fromReply(error);
    }
  }

  /** The socket has closed. */
  #end(): void {
    const isLost = !this.#isClosed;
    this.#isClosed = true;
    const error = new TransportError("disconnected", "The hub has ended. Try again: it is started anew.");
    for (const { ends } of this.#claims.values()) ends?.lose(error);
    this.#claims.clear();
    const standing = [...this.#stops.values()];
    this.#stops.clear();
    if (isLost) {
      for (const { session, publisher } of standing) {
        for (const listener of this.#stopListeners) listener({ session, publisher });
      }
      for (const listener of this.#lostListeners) listener(error);
    }
    this.#stopListeners.clear();
    this.#lostListeners.clear();
  }
}
