import { lstat, mkdir } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { TransportError } from "../transport-error.js";
import { hubProtocolVersion } from "./protocol.js";

/** What `sun_path` holds on macOS; Linux has 108 bytes (unix(7)). One byte is the final zero. */
const longestPath = 103;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where this user's hub listens: `SLOTSCOPE_HUB` if set; else a Unix socket in a folder of the user's own, below
 * `XDG_RUNTIME_DIR` or the folder for temporary files; on Windows a named pipe. The name holds the protocol's version,
 * so that hubs of different versions never meet.
 */
export function hubSocket(
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const given = env["SLOTSCOPE_HUB"];
  if (given) return given;
  if (platform === "win32") {
    const user = `${env["USERDOMAIN"] ?? ""}-${env["USERNAME"] ?? userInfo().username}`;
    return `\\\\.\\pipe\\slotscope-hub-${hubProtocolVersion}-${user.replaceAll(/[^A-Za-z0-9.-]/g, "_")}`;
  }
  const runtime = env["XDG_RUNTIME_DIR"];
  const folder = runtime ? join(runtime, "slotscope") : join(tmpdir(), `slotscope-${userInfo().uid}`);
  return join(folder, `hub-${hubProtocolVersion}.sock`);
}

/** Whether a socket's name is that of a Windows pipe, which lies in no folder. */
export function isPipe(socket: string): boolean {
  return socket.startsWith("\\\\.\\pipe\\") || socket.startsWith("\\\\?\\pipe\\");
}

/**
 * Makes the socket's folder, with access for the user only, unless it is there. Rejects with a `denied` TransportError
 * where the folder is somebody else's or open to others: whoever can write there could pose as the hub.
 */
export async function prepareSocketFolder(socket: string): Promise<void> {
  if (isPipe(socket)) return;
  if (Buffer.byteLength(socket) > longestPath) {
    throw new TransportError(
      "denied",
      `${socket} is too long for a socket's path (${longestPath} bytes at most). Set SLOTSCOPE_HUB to a shorter one.`,
    );
  }
  const folder = dirname(socket);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new TransportError("denied", `The hub's folder ${folder} can't be made: ${reasonOf(cause)}.`, {
      cause,
    });
  }
  await checkSocketFolder(socket);
}

/**
 * Whether the socket's folder is there. Rejects with a `denied` TransportError where it is somebody else's or open to
 * others.
 */
export async function checkSocketFolder(socket: string): Promise<boolean> {
  if (isPipe(socket)) return true;
  const folder = dirname(socket);
  const found = await lstat(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return undefined;
    throw new TransportError("denied", `The hub's folder ${folder} can't be read: ${reasonOf(cause)}.`, {
      cause,
    });
  });
  if (found === undefined) return false;
  const user = process.getuid?.();
  const wrong = !found.isDirectory()
    ? "is no folder"
    : user !== undefined && found.uid !== user
      ? "belongs to another user"
      : (found.mode & 0o077) !== 0
        ? "is open to other users"
        : undefined;
  if (wrong === undefined) return true;
  throw new TransportError(
    "denied",
    `The hub's folder ${folder} ${wrong}. Remove it or make it yours alone (chmod 700), or set SLOTSCOPE_HUB to a socket in another folder.`,
  );
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
