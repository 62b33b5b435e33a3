import { randomUUID } from "node:crypto";
import { chmod, lstat, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { connect, type Server } from "node:net";
import { TransportError } from "../transport-error.js";
import { isPipe, prepareSocketFolder } from "./socket-address.js";

/** A lock older than this belongs to a process that was killed while it held it, in milliseconds. */
const lockAgeMs = 10_000;

/** How often a lock that another process holds is looked at again, in milliseconds. */
const lockPauseMs = 20;

/**
 * Makes a server listen where no other does. Rejects with `busy` where another hub listens there, with `denied` where
 * the place may not be used. What a killed hub left there is taken away.
 */
export async function listenAlone(server: Server, socket: string): Promise<void> {
  await prepareSocketFolder(socket);
  if (isPipe(socket)) {
    // A pipe vanishes with the process that made it.
    await listen(server, socket);
    return;
  }
  // Only one process at a time looks whether a socket is a dead one's, takes it away and makes its own.
  await withLock(`${socket}.lock`, async () => {
    const found = await lstat(socket).catch(() => undefined);
    if (found && !found.isSocket()) {
      throw new TransportError("denied", `${socket} is no socket. Set SLOTSCOPE_HUB to another path.`);
    }
    if (await isServed(socket)) throw alreadyServed(socket);
    await rm(socket, { force: true });
    await listen(server, socket);
    await chmod(socket, 0o600);
  });
}

async function listen(server: Server, socket: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException): void => {
      if (cause.code === "EADDRINUSE") reject(alreadyServed(socket));
      else
        reject(
          new TransportError("denied", `The hub can't listen on ${socket}: ${cause.message}`, { cause }),
        );
    };
    server.once("error", fail);
    server.listen(socket, () => {
      server.off("error", fail);
      // A connection that can't be accepted is its client's trouble.
      server.on("error", () => undefined);
      resolve();
    });
  });
}

function alreadyServed(socket: string): TransportError {
  return new TransportError("busy", `A hub already listens on ${socket}.`);
}

/** Whether a process accepts connections there. */
function isServed(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socket);
    probe.once("connect", () => {
      probe.destroy();
      resolve(true);
    });
    // A full queue of connections is one of a process that lives.
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "EAGAIN"));
  });
}

/** Does something while no other process does it under the same lock. */
async function withLock(lock: string, work: () => Promise<void>): Promise<void> {
  const token = randomUUID();
  for (;;) {
    try {
      await writeFile(lock, token, { flag: "wx", mode: 0o600 });
      break;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "EEXIST") {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new TransportError("denied", `The hub's lock can't be made: ${reason}`, { cause });
      }
    }
    await breakOldLock(lock);
    await new Promise((resolve) => setTimeout(resolve, lockPauseMs));
  }
  try {
    await work();
  } finally {
    const isOurs = (await readFile(lock, "utf8").catch(() => "")) === token;
    if (isOurs) await rm(lock, { force: true });
  }
}

/** Takes a lock away whose holder must be dead. Renaming makes sure that only one process takes it. */
async function breakOldLock(lock: string): Promise<void> {
  const found = await stat(lock).catch(() => undefined);
  if (!found || Date.now() - found.mtimeMs < lockAgeMs) return;
  const taken = `${lock}.${randomUUID()}`;
  await rename(lock, taken).catch(() => undefined);
  await rm(taken, { force: true });
}
