import type { Transport } from "../transport.js";
import { TransportError } from "../transport-error.js";
import { type Deferred, defer } from "../deferred.js";
import type { DeviceHolder } from "./protocol.js";
import { GuestError } from "./wire-error.js";

/** How long bytes of a lease that has ended may take to leave before the device is closed instead, in milliseconds. */
const drainMs = 1000;

/** Bytes that may wait to be written for one lease. */
const mostUnwritten = 4 * 1024 * 1024;

/** What a device tells those who claim it. */
interface ClaimEvents {
  /** The device is the claimer's. */
  granted(transport: Transport): void;
  /** The claimer may run code through the holder. */
  admitted(): void;
  /** The claim has failed and is over. */
  refused(error: TransportError): void;
  /** The client gave the claim up before it was granted. */
  released(): void;
  /** The claim, or a guest's call, waits for this holder. */
  waits(holder: DeviceHolder): void;
  data(bytes: Uint8Array): void;
  /** The device is gone, and the lease with it. */
  lost(error: TransportError): void;
  /** Runs a guest's code; asked only while guests are offered. */
  runGuest(code: string): Promise<string>;
}

/** One client's wish for a device, from asking to release. */
export interface Claim extends ClaimEvents {
  readonly holder: DeviceHolder;
  /** False: refused if it can't be had at once. */
  readonly wait: boolean;
  /** Running code through the holder will do. */
  readonly guest: boolean;
  /** For a device that asks for one. */
  readonly password?: string;
}

/** Bytes on their way to the device for one lease. */
interface Outgoing {
  /** Settles when all of them are written or have failed; never rejects. */
  done: Promise<void>;
  count: number;
  /** Rejects what has not left when the lease is over. */
  readonly over: Deferred<never>;
}

/** A guest's code, until it has run. */
interface GuestCall {
  readonly code: string;
  resolve(result: string): void;
  reject(error: unknown): void;
}

interface Guest {
  readonly claim: Claim;
  /** The holder whose guest it is. */
  readonly host: Claim;
  /** The offer in which its code has run, and which holds what that defined. */
  offer: number | undefined;
  readonly waiting: GuestCall[];
  readonly running: Set<GuestCall>;
}

export interface SharedDeviceOptions {
  readonly address: string;
  /** Makes the transport, not opened. */
  readonly make: (password: string | undefined) => Transport | Promise<Transport>;
  /** How long the device stays open after its last use, in milliseconds. */
  readonly lingerMs: number;
  /** The device has been closed and nobody wants it. */
  readonly onIdle: () => void;
}

/**
 * One device and those who want it: one holder at a time, the others in the order in which they came. The port is
 * opened for the first and closed a while after the last, so that one command after the other does not reset a board
 * whose lines DTR and RTS do that. What a board says while nobody holds it is discarded.
 */
export class SharedDevice {
  readonly #options: SharedDeviceOptions;
  #transport: Transport | undefined;
  #closing: Promise<void> | undefined;
  #isOpening = false;
  #holder: Claim | undefined;
  #offer: number | undefined;
  /** Unsubscribes the holder from the transport. */
  #detach: () => void = () => undefined;
  #outgoing = startOutgoing();
  #queue: Claim[] = [];
  readonly #guests = new Map<Claim, Guest>();
  /** Claims that were released, or whose lease was lost. */
  readonly #over = new WeakSet<Claim>();
  #isEnded = false;
  #linger: ReturnType<typeof setTimeout> | undefined;

  constructor(options: SharedDeviceOptions) {
    this.#options = options;
  }

  get address(): string {
    return this.#options.address;
  }

  get name(): string {
    return this.#transport?.name ?? this.#options.address;
  }

  get state(): "closed" | "opening" | "open" {
    return this.#isOpening ? "opening" : this.#transport ? "open" : "closed";
  }

  get holder(): DeviceHolder | undefined {
    return this.#holder?.holder;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  get offersGuests(): boolean {
    return this.#offer !== undefined;
  }

  /** Closed, and nobody wants it. */
  get isIdle(): boolean {
    return !this.#holder && !this.#transport && !this.#closing;
  }

  /** Enters a claim; its events tell the rest. */
  claim(claim: Claim): void {
    const held = this.#holder;
    if (!held) void this.#serve(claim);
    else if (claim.guest && this.#offer !== undefined) this.#admit(claim, held);
    else if (claim.wait) {
      this.#queue.push(claim);
      claim.waits(held.holder);
    } else claim.refused(busyError(this.address, held.holder));
  }

  /** Ends a claim at whatever point it is; it hears nothing more. Resolves when the next one can have the device. */
  async release(claim: Claim): Promise<void> {
    if (this.#over.has(claim)) return;
    this.#over.add(claim);
    claim.released();
    this.#queue = this.#queue.filter((each) => each !== claim);
    const guest = this.#guests.get(claim);
    if (guest) {
      this.#guests.delete(claim);
      const error = new TransportError("disconnected", `${this.name} was given up`);
      for (const call of [...guest.waiting, ...guest.running]) call.reject(error);
    }
    // While the port opens, whoever opens it looks whether the claim is over.
    if (this.#holder !== claim || this.#isOpening) return;
    this.#dropHolder();
    const port = this.#transport;
    const { count, done, over } = this.#outgoing;
    if (port && count > 0 && !(await settles(done, drainMs)) && this.#transport === port) await this.#close();
    over.reject(new TransportError("disconnected", `${this.name} was given up before it took all bytes`));
    if (this.#holder !== claim) return;
    this.#holder = undefined;
    this.#next();
  }

  /** Writes for the holder, one write after the other; resolves when the device took the bytes. */
  async write(claim: Claim, bytes: Uint8Array): Promise<void> {
    const port = this.#portOf(claim);
    const outgoing = this.#outgoing;
    if (outgoing.count + bytes.length > mostUnwritten) {
      throw new TransportError(
        "busy",
        `${this.name} takes bytes more slowly than they come: wait for each write before the next`,
      );
    }
    outgoing.count += bytes.length;
    const written = outgoing.done.then(() => port.write(bytes));
    outgoing.done = written
      .catch(() => undefined)
      .finally(() => {
        outgoing.count -= bytes.length;
      });
    await Promise.race([written, outgoing.over.promise]);
  }

  async hardReset(claim: Claim): Promise<void> {
    const port = this.#portOf(claim);
    if (!port.hardReset) throw new TransportError("protocol", `${this.name} has no hard reset`);
    await port.hardReset();
  }

  async endInput(claim: Claim): Promise<void> {
    const port = this.#portOf(claim);
    await this.#outgoing.done;
    port.endInput?.();
  }

  /**
   * The holder takes guests from now on, or, by undefined, no longer; calls that it has been given it settles itself.
   * Another number than before says that what guests had defined is gone.
   */
  offerGuests(claim: Claim, offer: number | undefined): void {
    this.#portOf(claim);
    this.#offer = offer;
    if (offer === undefined) return;
    const admitted = this.#queue.filter((each) => each.guest);
    this.#queue = this.#queue.filter((each) => !each.guest);
    for (const each of admitted) this.#admit(each, claim);
    for (const guest of this.#guests.values()) this.#runWaiting(guest);
  }

  /** Runs a guest's code as soon as its host takes guests. */
  async runAsGuest(claim: Claim, code: string): Promise<string> {
    const guest = this.#guests.get(claim);
    if (!guest) throw gone(this.name);
    return await new Promise((resolve, reject) => {
      guest.waiting.push({ code, resolve, reject });
      if (this.#offer === undefined) claim.waits(guest.host.holder);
      else this.#runWaiting(guest);
    });
  }

  /** Ends all that goes on, by the error given, and closes the port; nothing can be claimed any more. */
  async end(error: TransportError): Promise<void> {
    this.#isEnded = true;
    for (const claim of this.#queue.splice(0)) claim.refused(error);
    const held = this.#holder;
    if (held && !this.#isOpening) {
      this.#dropHolder();
      this.#outgoing.over.reject(error);
      this.#holder = undefined;
      if (!this.#over.has(held)) held.lost(error);
    }
    await this.#close();
  }

  #portOf(claim: Claim): Transport {
    if (this.#holder === claim && this.#transport && !this.#isOpening && !this.#over.has(claim)) {
      return this.#transport;
    }
    throw new TransportError("disconnected", `${this.address} is not held`);
  }

  /** Makes a claim the holder, with the port open. */
  async #serve(claim: Claim): Promise<void> {
    clearTimeout(this.#linger);
    this.#holder = claim;
    this.#isOpening = true;
    let failure: TransportError | undefined;
    try {
      await this.#closing;
      if (!this.#transport) await this.#open(claim.password);
    } catch (error) {
      failure = toTransportError(error, this.address);
    }
    this.#isOpening = false;
    if (this.#isEnded) {
      failure ??= new TransportError("disconnected", "The hub has ended");
      await this.#close();
    }
    const port = this.#transport;
    if (!port || this.#over.has(claim)) {
      this.#holder = undefined;
      if (!this.#over.has(claim)) {
        claim.refused(failure ?? new TransportError("disconnected", `${this.address} is gone`));
      }
      this.#next();
      return;
    }
    this.#outgoing = startOutgoing();
    this.#detach = port.onData((bytes) => claim.data(bytes));
    claim.granted(port);
  }

  async #open(password: string | undefined): Promise<void> {
    const port = await this.#options.make(password);
    let early: TransportError | undefined;
    port.onLost((error) => {
      early = error;
      this.#lose(port, error);
    });
    await port.open();
    if (early) throw early;
    this.#transport = port;
  }

  #lose(port: Transport, error: TransportError): void {
    if (this.#transport !== port) return;
    this.#transport = undefined;
    clearTimeout(this.#linger);
    void port.close();
    const held = this.#holder;
    if (this.#isOpening) return;
    if (!held) {
      this.#options.onIdle();
      return;
    }
    this.#dropHolder();
    this.#outgoing.over.reject(error);
    this.#holder = undefined;
    if (!this.#over.has(held)) {
      this.#over.add(held);
      held.lost(error);
    }
    this.#next();
  }

  /** Takes from the holder what it had, and from its guests. */
  #dropHolder(): void {
    this.#detach();
    this.#detach = () => undefined;
    this.#offer = undefined;
    for (const [claim, guest] of this.#guests) {
      this.#guests.delete(claim);
      for (const call of guest.waiting) call.reject(gone(this.name));
      for (const call of guest.running) {
        const reason = `The program that ran this code on ${this.name} has let go of it. Try again.`;
        call.reject(new TransportError("disconnected", reason));
      }
    }
  }

  #next(): void {
    const claim = this.#queue.shift();
    if (claim) {
      void this.#serve(claim);
      for (const each of this.#queue) each.waits(claim.holder);
      return;
    }
    if (!this.#transport) {
      this.#options.onIdle();
      return;
    }
    clearTimeout(this.#linger);
    this.#linger = setTimeout(() => void this.#close().then(this.#options.onIdle), this.#options.lingerMs);
  }

  #close(): Promise<void> {
    clearTimeout(this.#linger);
    const port = this.#transport;
    this.#transport = undefined;
    if (port) {
      this.#closing = port.close().finally(() => {
        this.#closing = undefined;
      });
    }
    return this.#closing ?? Promise.resolve();
  }

  #admit(claim: Claim, host: Claim): void {
    this.#guests.set(claim, { claim, host, offer: undefined, waiting: [], running: new Set() });
    claim.admitted();
  }

  /** Gives the host what a guest wants run. */
  #runWaiting(guest: Guest): void {
    const offered = this.#offer;
    if (offered === undefined) return;
    for (const call of guest.waiting.splice(0)) {
      if (guest.offer !== undefined && guest.offer !== offered) {
        call.reject(gone(this.name));
        continue;
      }
      guest.offer = offered;
      guest.running.add(call);
      guest.host
        .runGuest(call.code)
        .then(
          (result) => call.resolve(result),
          (error: unknown) => {
            if (!(error instanceof GuestError && error.kind === "withdrawn")) {
              call.reject(error);
            } else if (this.#guests.get(guest.claim) === guest) {
              // It crossed the host's word that it takes no guests now.
              guest.waiting.push(call);
              guest.claim.waits(guest.host.holder);
              this.#runWaiting(guest);
            }
          },
        )
        .finally(() => guest.running.delete(call));
    }
  }
}

function startOutgoing(): Outgoing {
  const over = defer<never>();
  over.promise.catch(() => undefined);
  return { done: Promise.resolve(), count: 0, over };
}

/** Why a device can't be had at once. */
function busyError(address: string, { client, pid, purpose }: DeviceHolder): TransportError {
  return new TransportError(
    "busy",
    `${address} is in use by ${client} (${purpose}; process ${pid}). Wait for it, or end it there.`,
  );
}

function gone(name: string): GuestError {
  return new GuestError(
    "gone",
    `The program that ran code on ${name} for others has let go of it, and what it had defined is gone. Try again.`,
  );
}

export function toTransportError(error: unknown, address: string): TransportError {
  if (error instanceof TransportError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new TransportError("disconnected", `${address} can't be opened: ${reason}`, { cause: error });
}

/** Whether a promise that never rejects settles within a time. */
async function settles(promise: Promise<void>, limitMs: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  const isSettled = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return isSettled;
}
