import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Transport } from "../../dist/index.js";

/** Joins a connection and an opened target, with back-pressure, until either ends. */
export async function joinTarget(socket: Socket, target: Transport): Promise<void> {
  socket.on("error", () => undefined);
  socket.once("close", () => void target.close());
  target.onData((bytes) => socket.write(bytes));
  target.onLost(() => socket.destroy());
  try {
    for await (const bytes of socket) await target.write(bytes as Buffer);
  } catch {
    // One of them has ended.
  }
  socket.destroy();
}

/** A server on a port of this computer. */
export interface Listening {
  readonly port: number;
  /** Ends it and all connections, as a computer that is switched off does. */
  close(): Promise<void>;
}

/** Listens on a free port. */
export async function listen(server: Server): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Serves targets on a TCP port, of which `make` makes a new one for each connection. */
export function serveTransport(make: () => Transport): Promise<Listening> {
  return listen(
    createServer({ noDelay: true }, (socket) => {
      const target = make();
      target.open().then(
        () => joinTarget(socket, target),
        () => socket.destroy(),
      );
    }),
  );
}
