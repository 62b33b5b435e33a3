import { closeSync, constants, openSync, readlinkSync, realpathSync } from "node:fs";
import { basename, join, sep } from "node:path";

/** An error as Node's `fs` throws it. */
export class RefusedError extends Error {
  constructor(readonly code: "EACCES" | "EINVAL" | "ENOENT" | "EROFS") {
    super(code);
  }
}

/** Device names that Windows finds in every folder, whatever follows the first dot. */
const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*|)$/i;

/**
 * Whether a name of one path component means, on this platform's file system, a plain entry of its folder
 * and nothing else: no separator, no drive, no alternate stream, no device, no name that Windows changes.
 */
export function isPlainName(name: string, platform: NodeJS.Platform): boolean {
  if (name === "" || name === "." || name === ".." || name.includes("/") || name.includes("\0")) return false;
  if (platform !== "win32") return true;
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return !/[\\:<>"|?*\u0001-\u001f]/.test(name) && !/[. ]$/.test(name) && !reserved.test(name);
}

/** Whether the real path `path` is `root` or lies below it. Both absolute, without links. */
export function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

/**
 * Runs `action` with a path of the folder that stays this folder whatever happens to links above it, after
 * making sure that the folder lies inside `root`. On Linux the path goes through an open descriptor; other
 * platforms have a moment between check and use in which another process could move the folder.
 */
export function inFolder<T>(root: string, folder: string, action: (path: string) => T): T {
  if (process.platform !== "linux") {
    if (!isInside(root, realpathSync.native(folder))) throw new RefusedError("EACCES");
    return action(folder);
  }
  const fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    const path = `/proc/self/fd/${fd}`;
    if (!isInside(root, readlinkSync(path))) throw new RefusedError("EACCES");
    return action(path);
  } finally {
    closeSync(fd);
  }
}

/** Platforms whose file systems usually find a file by a name of other letter case. */
const foldsCase = process.platform === "win32" || process.platform === "darwin";

/**
 * Whether an existing entry is found under exactly this name. On a board `import Sensors` does not find
 * `sensors.py`; a program that runs here must run there.
 */
export function hasExactName(folder: string, name: string): boolean {
  if (!foldsCase) return true;
  return basename(realpathSync.native(join(folder, name))).normalize("NFC") === name.normalize("NFC");
}
