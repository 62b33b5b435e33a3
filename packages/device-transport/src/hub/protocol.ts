import { NotificationType, RequestType, RequestType0 } from "vscode-jsonrpc/node";
import type { TransportTraits } from "../transport.js";

/** Part of the socket's name. Goes up with every change that older clients or hubs don't understand. */
export const hubProtocolVersion = 1;

/** Who uses a device. */
export interface DeviceHolder {
  /** The program's name, as it gave it, such as `slotscope repl`. */
  readonly client: string;
  readonly pid: number;
  /** What it does with the device, such as `debugging main.py`. */
  readonly purpose: string;
  /** Since when, ISO 8601. */
  readonly since: string;
}

/** A device that can be found without opening it. */
export interface FoundDevice {
  /** By which the hub opens it. */
  readonly address: string;
  /** What a user would call it. */
  readonly name: string;
  /** Facts for programs, such as USB numbers; opaque to the hub. */
  readonly details?: unknown;
  /** Why it can't be used, and what to do. */
  readonly problem?: string;
}

/** A device that was found, or that the hub has been asked for. */
export interface DeviceStatus extends FoundDevice {
  /** Whether the hub has it open. It stays open a short while after its last use. */
  readonly state: "closed" | "opening" | "open";
  readonly holder?: DeviceHolder;
  /** How many claims wait for it. */
  readonly waiting: number;
  /** Whether the holder runs other clients' code now. */
  readonly guests: boolean;
}

export interface ClientStatus {
  readonly name: string;
  readonly pid: number;
  /** ISO 8601. */
  readonly since: string;
}

export interface HubStatus {
  readonly pid: number;
  /** Slotscope's version. */
  readonly version: string;
  readonly protocol: number;
  readonly socket: string;
  /** ISO 8601. */
  readonly since: string;
  readonly clients: readonly ClientStatus[];
  readonly devices: readonly DeviceStatus[];
}

/** A debug session that publishes its stops. */
export interface StopSession {
  /** Unique among the client's sessions. */
  readonly id: string;
  readonly name: string;
  readonly address?: string;
}

/** The latest stop of a session, or its end: the program runs again, or is over, or the client is gone. */
export interface PublishedStop {
  readonly session: StopSession;
  /** `connection` tells a client from others of the same process. */
  readonly publisher: { readonly connection: number; readonly name: string; readonly pid: number };
  /** Absent where the program no longer stands. */
  readonly snapshot?: unknown;
}

/** What stands in `data` of an error's reply. */
export type ErrorData =
  | { readonly error: "transport"; readonly kind: string }
  | { readonly error: "agent"; readonly kind: string; readonly exception?: unknown }
  /** The holder through which a guest ran code is gone, and with it what the code defined. */
  | { readonly error: "gone" }
  /** The holder had taken its offer back before it met this call. */
  | { readonly error: "withdrawn" };

export interface HelloParams {
  readonly name: string;
  readonly pid: number;
}

export interface ClaimParams {
  /** A number of the client's choice for this claim, not in use. */
  readonly lease: number;
  readonly address: string;
  readonly purpose: string;
  /** False: an error if it can't be had at once. */
  readonly wait: boolean;
  /** True: running code through the holder will do. */
  readonly guest: boolean;
  /** For devices that ask for one. */
  readonly password?: string;
}

export interface Grant {
  readonly how: "lease" | "guest";
  /** The device's own address, whatever it was claimed by. */
  readonly address: string;
  readonly name: string;
  readonly traits: TransportTraits;
  readonly hardReset: boolean;
  readonly endInput: boolean;
}

interface OfLease {
  readonly lease: number;
}

/** Requests of clients. */
export const hello = new RequestType<HelloParams, HubStatus, ErrorData>("hub/hello");
export const status = new RequestType0<HubStatus, ErrorData>("hub/status");
export const stop = new RequestType0<null, ErrorData>("hub/stop");
export const claim = new RequestType<ClaimParams, Grant, ErrorData>("device/claim");
export const release = new RequestType<OfLease, null, ErrorData>("device/release");
export const write = new RequestType<OfLease & { readonly data: string }, null, ErrorData>("device/write");
export const hardReset = new RequestType<OfLease, null, ErrorData>("device/hardReset");
export const endInput = new RequestType<OfLease, null, ErrorData>("device/endInput");
export const offer = new RequestType<OfLease & { readonly offer: number | null }, null, ErrorData>(
  "guests/offer",
);
export const publish = new RequestType<
  { readonly session: StopSession; readonly snapshot: unknown },
  null,
  ErrorData
>("stops/publish");
export const subscribe = new RequestType0<null, ErrorData>("stops/subscribe");

/** A guest's request to the hub, and the hub's to the holder. */
export const run = new RequestType<OfLease & { readonly code: string }, string, ErrorData>("guests/run");

/** Notifications of the hub. */
export const data = new NotificationType<OfLease & { readonly data: string }>("device/data");
export const lost = new NotificationType<OfLease & { readonly kind: string; readonly message: string }>(
  "device/lost",
);
export const waiting = new NotificationType<OfLease & { readonly holder: DeviceHolder }>("device/waiting");
export const stops = new NotificationType<PublishedStop>("stops/changed");
