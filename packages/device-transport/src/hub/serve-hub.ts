import { createServer } from "node:net";
import type { Transport } from "../transport.js";
import { TransportError } from "../transport-error.js";
import { ClientSession } from "./client-session.js";
import { defer } from "../deferred.js";
import { listenAlone } from "./listen.js";
import {
  type DeviceStatus,
  type FoundDevice,
  type HubStatus,
  hubProtocolVersion,
  type PublishedStop,
} from "./protocol.js";
import { Publications } from "./publications.js";
import { SharedDevice, toTransportError } from "./shared-device.js";
import { hubSocket } from "./socket-address.js";

export interface HubOptions {
  /** Where to listen; default: `hubSocket()`. */
  readonly socket?: string;
  /** Slotscope's version, for status. */
  readonly version: string;
  /** Makes the transport of a device, not opened yet. The address is one that `resolveAddress` gave. */
  openDevice(address: string, options: { readonly password?: string }): Transport | Promise<Transport>;
  /** The one address of a device that can be written in several ways. Rejects with a TransportError. */
  resolveAddress?(address: string): Promise<string>;
  /** The devices that can be found without opening them. */
  listDevices?(): Promise<readonly FoundDevice[]>;
  /** How long the hub lives without clients and open ports, in milliseconds. */
  readonly idleMs?: number;
  /** How long a port stays open after its last use, in milliseconds. */
  readonly lingerMs?: number;
}

export interface HubServer {
  readonly socket: string;
  /** Resolves when the hub has ended: idle, stopped by a client, or closed. */
  readonly ended: Promise<void>;
  /** Ends it: leases are lost, ports closed, the socket removed. */
  close(): Promise<void>;
}

/**
 * Serves this user's devices to all their programs (docs/hub.md). Resolves when it listens; rejects with `busy` where
 * another hub does, with `denied` where the place is not the user's alone.
 */
export async function serveHub(options: HubOptions): Promise<HubServer> {
  const { socket = hubSocket(), idleMs = 5000, lingerMs = 2000 } = options;
  const since = new Date().toISOString();
  const sessions = new Set<ClientSession>();
  const devices = new Map<string, SharedDevice>();
  const stops = new Publications((stop) => {
    for (const session of sessions) session.tell(stop);
  });
  const publishers = new Map<ClientSession, PublishedStop["publisher"]>();
  let connections = 0;
  let closing: Promise<void> | undefined;
  let idle: ReturnType<typeof setTimeout> | undefined;
  const ended = defer<void>();

  const server = createServer((connected) => {
    if (closing) {
      connected.destroy();
      return;
    }
    sessions.add(new ClientSession(connected, host));
    watchIdle();
  });

  const host: ConstructorParameters<typeof ClientSession>[1] = {
    status: async (): Promise<HubStatus> => ({
      pid: process.pid,
      version: options.version,
      protocol: hubProtocolVersion,
      socket,
      since,
      clients: [...sessions].flatMap(({ client }) => (client ? [client] : [])),
      devices: describeDevices(await found(), [...devices.values()]),
    }),
    stop: () => void close(),
    deviceAt,
    publish(session, publication) {
      const { name = "", pid = 0 } = session.client ?? {};
      const publisher = publishers.get(session) ?? { connection: ++connections, name, pid };
      publishers.set(session, publisher);
      stops.publish(publisher, publication);
    },
    standingStops: () => stops.standing,
    ended(session) {
      sessions.delete(session);
      const publisher = publishers.get(session);
      publishers.delete(session);
      if (publisher) stops.retract(publisher);
      watchIdle();
    },
  };

  async function found(): Promise<readonly FoundDevice[]> {
    return (await options.listDevices?.()) ?? [];
  }

  async function deviceAt(written: string): Promise<SharedDevice> {
    let address = written;
    try {
      address = (await options.resolveAddress?.(written)) ?? written;
    } catch (error) {
      throw toTransportError(error, written);
    }
    if (closing) throw hubEnded();
    const known = devices.get(address);
    if (known) return known;
    const device = new SharedDevice({
      address,
      lingerMs,
      make: (password) => options.openDevice(address, password === undefined ? {} : { password }),
      onIdle: () => {
        if (device.isIdle && devices.get(address) === device) devices.delete(address);
        watchIdle();
      },
    });
    devices.set(address, device);
    return device;
  }

  /** Ends the hub when nobody has needed it for a while. */
  function watchIdle(): void {
    clearTimeout(idle);
    if (closing || sessions.size > 0 || devices.size > 0) return;
    idle = setTimeout(() => void close(), idleMs);
  }

  function close(): Promise<void> {
    closing ??= (async () => {
      clearTimeout(idle);
      const closed = new Promise<void>((resolve) => {
        // The socket's file goes before connections are refused.
        server.close(() => resolve());
      });
      await Promise.all([...devices.values()].map((device) => device.end(hubEnded())));
      for (const session of sessions) session.end();
      await closed;
      ended.resolve();
    })();
    return closing;
  }

  await listenAlone(server, socket);
  watchIdle();
  return { socket, ended: ended.promise, close };
}

function hubEnded(): TransportError {
  return new TransportError("disconnected", "The hub has ended. Try again: it is started anew.");
}

/** What was found and what is open as one list. */
function describeDevices(found: readonly FoundDevice[], open: readonly SharedDevice[]): DeviceStatus[] {
  const listed = new Map<string, FoundDevice>(found.map((device) => [device.address, device]));
  for (const { address, name } of open) if (!listed.has(address)) listed.set(address, { address, name });
  return [...listed.values()].map((device) => {
    const shared = open.find(({ address }) => address === device.address);
    return {
      ...device,
      state: shared?.state ?? "closed",
      ...(shared?.holder ? { holder: shared.holder } : {}),
      waiting: shared?.waiting ?? 0,
      guests: shared?.offersGuests ?? false,
    };
  });
}
