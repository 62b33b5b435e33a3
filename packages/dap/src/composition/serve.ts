import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import type { Debugger } from "../debugger/types.js";
import { AdapterSession } from "../handlers/adapter-session.js";
import { encodeMessage, MessageDecoder } from "../protocol/message-stream.js";

/** Makes the debugger of one session. */
export type MakeDebugger = () => Debugger;

/**
 * Serves one client on a pair of streams until it disconnects or a stream ends. Resolves when the session's program is
 * over and its target is free; never rejects.
 */
export function serveStreams(input: Readable, output: Writable, makeDebugger: MakeDebugger): Promise<void> {
  return new Promise((resolve) => {
    const debug = makeDebugger();
    const decoder = new MessageDecoder();
    const session = new AdapterSession(debug, {
      end: () => output.end(end),
      isCongested: () => output.writableNeedDrain,
    });
    let ended = false;
    function end() {
      if (ended) return;
      ended = true;
      input.pause();
      void debug.close().then(resolve);
    }
    session.onDidSendMessage((message) => {
      if (!ended && output.writable) output.write(encodeMessage(message));
    });
    input.on("data", (chunk: Uint8Array) => {
      if (ended) return;
      const { messages, complaints } = decoder.push(chunk);
      for (const complaint of complaints) session.complain(complaint);
      for (const message of messages) session.handleMessage(message);
    });
    output.on("drain", () => session.drained());
    // A client that dies closes its side without a word.
    for (const event of ["end", "close", "error"]) input.on(event, end);
    for (const event of ["close", "error"]) output.on(event, end);
  });
}

/** Serves the one client on standard input and output. */
export function serveStdio(makeDebugger: MakeDebugger): Promise<void> {
  return serveStreams(process.stdin, process.stdout, makeDebugger);
}

export interface Listening {
  readonly port: number;
  /** Ends all sessions and stops listening. */
  close(): Promise<void>;
}

/** Serves any number of clients, each in a session of its own, on a port of the loopback interface; 0 picks one. */
export async function serveLoopback(port: number, makeDebugger: MakeDebugger): Promise<Listening> {
  const sessions = new Map<Socket, Promise<void>>();
  const server: Server = createServer((socket) => {
    const session = serveStreams(socket, socket, makeDebugger).finally(() => {
      sessions.delete(socket);
      socket.destroy();
    });
    sessions.set(socket, session);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: "127.0.0.1", port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const ended = [...sessions.values()];
      for (const socket of sessions.keys()) socket.destroy();
      await Promise.all(ended);
      await closed;
    },
  };
}
