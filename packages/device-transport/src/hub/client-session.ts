import type { Socket } from "node:net";
import {
  ErrorCodes,
  type MessageConnection,
  RequestType,
  RequestType0,
  ResponseError,
} from "vscode-jsonrpc/node";
import type { Transport, TransportTraits } from "../transport.js";
import { TransportError } from "../transport-error.js";
import { createBoundedConnection, endSocket } from "./message-stream.js";
import * as protocol from "./protocol.js";
import type { ClaimParams, DeviceHolder, ErrorData, Grant, HubStatus, PublishedStop } from "./protocol.js";
import {
  readClaim,
  readCode,
  readData,
  readHello,
  readLease,
  readOffer,
  readPublication,
} from "./read-params.js";
import type { Claim, SharedDevice } from "./shared-device.js";
import { fromReply, toReply } from "./wire-error.js";

/** How long a program that connects may take to say who it is, in milliseconds. */
const helloMs = 10_000;

/** Requests of one client that wait for their reply, and leases that it has or waits for, at most. */
const mostRequests = 1024;
const mostLeases = 256;

/** Bytes of a board that wait for their client to read them; above this the lease is lost. */
const mostUnread = 8 * 1024 * 1024;

/** Bytes that go into one message. */
const pieceSize = 64 * 1024;

/** What a session needs of its hub. */
export interface SessionHost {
  status(): Promise<HubStatus>;
  /** Ends the hub, after the reply to the request has gone. */
  stop(): void;
  /** The device of an address, whichever way that is written. Rejects with a TransportError. */
  deviceAt(address: string): Promise<SharedDevice>;
  publish(session: ClientSession, publication: ReturnType<typeof readPublication>): void;
  standingStops(): readonly PublishedStop[];
  ended(session: ClientSession): void;
}

/** A claim as its client knows it. */
interface OwnLease {
  claim: Claim | undefined;
  device: SharedDevice | undefined;
  /** Released before the device was known. */
  isOver: boolean;
  outgoing: Uint8Array[];
  outgoingSize: number;
  isSending: boolean;
}

/** One program that uses the hub. What it holds ends with its connection. */
export class ClientSession {
  readonly #host: SessionHost;
  readonly #socket: Socket;
  readonly #connection: MessageConnection;
  readonly #leases = new Map<number, OwnLease>();
  readonly #since = new Date().toISOString();
  #client: { readonly name: string; readonly pid: number } | undefined;
  #requests = 0;
  #isSubscribed = false;

  constructor(socket: Socket, host: SessionHost) {
    this.#host = host;
    this.#socket = socket;
    this.#connection = createBoundedConnection(socket, () => this.#ended());
    this.#handleRequests();
    this.#connection.listen();
    const late = setTimeout(() => this.#client ?? socket.destroy(), helloMs);
    socket.once("close", () => clearTimeout(late));
  }

  /** Who it is, once it has said so. */
  get client(): { readonly name: string; readonly pid: number; readonly since: string } | undefined {
    return this.#client && { ...this.#client, since: this.#since };
  }

  /** Tells a stop to a client that wants to know. */
  tell(stop: PublishedStop): void {
    if (this.#isSubscribed) void this.#notify(protocol.stops.method, stop);
  }

  /** Ends the connection once all that was said to the client has left. */
  end(): void {
    endSocket(this.#socket);
  }

  #handleRequests(): void {
    this.#handle(protocol.hello, async (params) => {
      if (this.#client) throw new ResponseError(ErrorCodes.InvalidRequest, "hello has been said");
      const { name, pid } = readHello(params);
      this.#client = { name, pid };
      return await this.#host.status();
    });
    this.#handle(protocol.status, () => this.#host.status());
    this.#handle(protocol.stop, async () => {
      setImmediate(() => this.#host.stop());
      return null;
    });
    this.#handle(protocol.claim, (params) => this.#claim(readClaim(params)));
    this.#handle(protocol.release, async (params) => {
      await this.#release(readLease(params));
      return null;
    });
    this.#handle(protocol.write, async (params) => {
      const { device, claim } = this.#heldLease(params);
      await device.write(claim, readData(params));
      return null;
    });
    this.#handle(protocol.hardReset, async (params) => {
      const { device, claim } = this.#heldLease(params);
      await device.hardReset(claim);
      return null;
    });
    this.#handle(protocol.endInput, async (params) => {
      const { device, claim } = this.#heldLease(params);
      await device.endInput(claim);
      return null;
    });
    this.#handle(protocol.offer, async (params) => {
      const { device, claim } = this.#heldLease(params);
      device.offerGuests(claim, readOffer(params));
      return null;
    });
    this.#handle(protocol.run, async (params) => {
      const { device, claim } = this.#heldLease(params);
      return await device.runAsGuest(claim, readCode(params));
    });
    this.#handle(protocol.publish, async (params) => {
      this.#host.publish(this, readPublication(params));
      return null;
    });
    this.#handle(protocol.subscribe, async () => {
      this.#isSubscribed = true;
      for (const stop of this.#host.standingStops()) this.tell(stop);
      return null;
    });
  }

  /** Answers a request; what other programs may get wrong is a reply. */
  #handle<P, R>(
    type: RequestType<P, R, ErrorData> | RequestType0<R, ErrorData>,
    answer: (params: unknown) => Promise<R>,
  ): void {
    this.#connection.onRequest<unknown, ErrorData>(type.method, async (params: unknown): Promise<unknown> => {
      if (!this.#client && type.method !== protocol.hello.method) {
        return new ResponseError(ErrorCodes.ServerNotInitialized, `say ${protocol.hello.method} first`);
      }
      if (this.#requests >= mostRequests) {
        this.#socket.destroy();
        return new ResponseError(ErrorCodes.InvalidRequest, "too many requests wait");
      }
      this.#requests++;
      try {
        return await answer(params);
      } catch (error) {
        return toReply(error);
      } finally {
        this.#requests--;
      }
    });
  }

  async #claim(params: ClaimParams): Promise<Grant> {
    const { lease: id, address, purpose, wait, guest, password } = params;
    if (this.#leases.has(id)) throw new ResponseError(ErrorCodes.InvalidParams, `lease ${id} is in use`);
    if (this.#leases.size >= mostLeases) {
      throw new TransportError("busy", `a client has ${mostLeases} leases at most`);
    }
    const lease: OwnLease = {
      claim: undefined,
      device: undefined,
      isOver: false,
      outgoing: [],
      outgoingSize: 0,
      isSending: false,
    };
    this.#leases.set(id, lease);
    try {
      const device = await this.#host.deviceAt(address);
      if (lease.isOver) throw givenUp(address);
      return await new Promise<Grant>((resolve, reject) => {
        const grant = (how: Grant["how"], port?: Transport): Grant => ({
          how,
          address: device.address,
          name: device.name,
          traits: port?.traits ?? noTraits,
          hardReset: port?.hardReset !== undefined,
          endInput: port?.endInput !== undefined,
        });
        const { name, pid } = this.#client ?? { name: "", pid: 0 };
        const holder: DeviceHolder = { client: name, pid, purpose, since: new Date().toISOString() };
        lease.device = device;
        lease.claim = {
          holder,
          wait,
          guest,
          ...(password === undefined ? {} : { password }),
          granted: (port) => resolve(grant("lease", port)),
          admitted: () => resolve(grant("guest")),
          refused: reject,
          released: () => reject(givenUp(address)),
          waits: (held) => void this.#notify(protocol.waiting.method, { lease: id, holder: held }),
          data: (bytes) => this.#send(id, lease, bytes),
          lost: ({ kind, message }) => this.#lose(id, kind, message),
          runGuest: (code) =>
            this.#connection.sendRequest(protocol.run, { lease: id, code }).catch((error: unknown) => {
              throw fromReply(error);
            }),
        };
        device.claim(lease.claim);
      });
    } catch (error) {
      if (this.#leases.get(id) === lease) this.#leases.delete(id);
      throw error;
    }
  }

  async #release(id: number): Promise<void> {
    const lease = this.#leases.get(id);
    if (!lease) return;
    this.#leases.delete(id);
    lease.isOver = true;
    if (lease.claim) await lease.device?.release(lease.claim);
  }

  /** The lease a request names; rejects where the client has none of that number. */
  #heldLease(params: unknown): { device: SharedDevice; claim: Claim } {
    const id = readLease(params);
    const { device, claim } = this.#leases.get(id) ?? {};
    if (device && claim) return { device, claim };
    throw new TransportError("disconnected", `lease ${id} is over`);
  }

  /** Sends what a board says, in larger pieces where the client is slower than the board. */
  #send(id: number, lease: OwnLease, bytes: Uint8Array): void {
    if (lease.isOver) return;
    lease.outgoing.push(bytes);
    lease.outgoingSize += bytes.length;
    if (lease.outgoingSize > mostUnread) {
      const { device, claim } = lease;
      this.#lose(
        id,
        "disconnected",
        `${device?.name ?? "the device"} was let go of: more than ${mostUnread / 1024 ** 2} MiB of its output were not read`,
      );
      if (claim) void device?.release(claim);
      return;
    }
    if (!lease.isSending) void this.#pump(id, lease);
  }

  async #pump(id: number, lease: OwnLease): Promise<void> {
    lease.isSending = true;
    while (lease.outgoing.length > 0 && !lease.isOver) {
      const all = Buffer.concat(lease.outgoing);
      const piece = all.subarray(0, pieceSize);
      lease.outgoing = piece.length < all.length ? [all.subarray(pieceSize)] : [];
      lease.outgoingSize -= piece.length;
      await this.#notify(protocol.data.method, { lease: id, data: piece.toString("base64") });
    }
    lease.isSending = false;
  }

  #lose(id: number, kind: string, message: string): void {
    const lease = this.#leases.get(id);
    if (!lease) return;
    this.#leases.delete(id);
    lease.isOver = true;
    // What the board said last comes before its loss.
    const rest = lease.outgoingSize > mostUnread ? [] : lease.outgoing;
    for (const bytes of rest) {
      void this.#notify(protocol.data.method, { lease: id, data: Buffer.from(bytes).toString("base64") });
    }
    void this.#notify(protocol.lost.method, { lease: id, kind, message });
  }

  /** Resolves when it is on its way, or the client is gone. */
  async #notify(method: string, params: object): Promise<void> {
    try {
      await this.#connection.sendNotification(method, params);
    } catch {
      // Its end is told by the socket.
    }
  }

  #ended(): void {
    for (const id of this.#leases.keys()) void this.#release(id);
    this.#host.ended(this);
  }
}

/** Of a device that a guest does not hold. */
const noTraits: TransportTraits = { interruptsRunningCode: false, sharesFiles: false };

function givenUp(address: string): TransportError {
  return new TransportError("disconnected", `${address} was given up`);
}
