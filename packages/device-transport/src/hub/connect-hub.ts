import { connect, type Socket } from "node:net";
import { TransportError } from "../transport-error.js";
import { type Hub, HubConnection } from "./hub-connection.js";
import { checkSocketFolder, hubSocket } from "./socket-address.js";

/** How often a hub that is being started is looked for, in milliseconds. */
const pauseMs = 30;

/** How long a hub that was started may take before it is started again, in milliseconds. */
const startMs = 5000;

export interface ConnectOptions {
  /** Where the hub listens; default: `hubSocket()`. */
  readonly socket?: string;
  /** The program's name, shown to others that wait for a device it holds, such as `slotscope repl`. */
  readonly name: string;
  /** Starts a hub as a process of its own. Without it there must be one. */
  readonly start?: () => void | Promise<void>;
  /** How long all of this may take, in milliseconds. */
  readonly timeoutMs?: number;
}

/**
 * Connects to this user's hub, which is started if it does not run. Rejects with a TransportError: `disconnected` where
 * there is none and none can be started, `denied` where its place is not the user's alone, `timeout` where it does not
 * answer.
 */
export async function connectHub(options: ConnectOptions): Promise<Hub> {
  const { socket = hubSocket(), start, timeoutMs = 15_000 } = options;
  const deadline = Date.now() + timeoutMs;
  let started = Number.NEGATIVE_INFINITY;
  for (;;) {
    const hub = await attempt(socket, options.name, deadline);
    if (hub) return hub;
    if (!start) throw new TransportError("disconnected", `No hub runs (${socket}).`);
    if (Date.now() >= deadline) {
      throw new TransportError(
        "timeout",
        `The hub did not start within ${timeoutMs / 1000} s. \`slotscope hub\` in a terminal says why.`,
      );
    }
    if (Date.now() - started > startMs) {
      started = Date.now();
      await start();
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** One attempt; undefined where no hub accepts, or one that is just ending. */
async function attempt(socket: string, name: string, deadline: number): Promise<Hub | undefined> {
  if (!(await checkSocketFolder(socket))) return undefined;
  const connected = await openSocket(socket);
  if (!connected) return undefined;
  const connection = new HubConnection(connected);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new TransportError(
      "timeout",
      `The hub on ${socket} does not answer. End its process, then try again.`,
    );
    timer = setTimeout(() => reject(error), Math.max(1000, deadline - Date.now()));
  });
  try {
    await Promise.race([connection.hello(name), late]);
    return connection;
  } catch (error) {
    await connection.close();
    if (error instanceof TransportError && error.kind === "disconnected") return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function openSocket(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.off("error", fail);
      resolve(socket);
    });
    const fail = (cause: NodeJS.ErrnoException): void => {
      const isAbsent = ["ENOENT", "ECONNREFUSED", "ECONNRESET", "EPIPE", "EAGAIN", "EBUSY"].includes(
        cause.code ?? "",
      );
      if (isAbsent) resolve(undefined);
      else
        reject(
          new TransportError("denied", `The hub's socket ${path} can't be used: ${cause.message}`, { cause }),
        );
    };
    socket.once("error", fail);
  });
}
