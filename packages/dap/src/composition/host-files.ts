import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { HostFiles } from "../debugger/types.js";

/** This computer's files. */
export const hostFiles: HostFiles = {
  async read(path) {
    try {
      return await readFile(path, "utf8");
    } catch {
      return undefined;
    }
  },
  canonical(path, base) {
    const absolute = resolve(base ?? ".", path);
    // Windows: drive letters come in either case; VS Code sends them small.
    return absolute.replace(/^[A-Z]:/, (drive) => drive.toLowerCase());
  },
  baseName: (path) => basename(path),
};
