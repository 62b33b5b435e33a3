import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { FileError } from "./file-error.js";
import { type IgnoreRules, readIgnoreRules } from "./ignore-rules.js";
import type { FileSource } from "./pack.js";

export interface LocalFile extends FileSource {
  /** With `/`, relative to the tree's folder, in Unicode's composed form (NFC), which is what people type. */
  readonly path: string;
  /** Bytes, when the tree was read. */
  readonly size: number;
}

/** What a folder of this computer holds, without what is ignored. */
export interface LocalTree {
  readonly files: readonly LocalFile[];
  /** Folders before those in them. */
  readonly folders: readonly string[];
  /** Links that lead out of the folder, or nowhere. */
  readonly skipped: readonly string[];
}

export interface LocalTreeOptions {
  /** Leaves out what the default rules and the folder's `.slotscopeignore` name; default true. */
  readonly ignoring?: boolean;
}

/** The file of rules in a folder that is synchronised. */
export const ignoreFile = ".slotscopeignore";

/**
 * Reads the tree of a folder. A symbolic link is followed if it leads to a place in the folder. Rejects with a `FileError`
 * where something can't be read.
 */
export async function readLocalTree(folder: string, options: LocalTreeOptions = {}): Promise<LocalTree> {
  const root = await guard(folder, () => realpath(folder));
  const rules = readIgnoreRules(options.ignoring === false ? undefined : await readRules(root));
  const found = { files: [] as LocalFile[], folders: [] as string[], skipped: [] as string[] };
  await readFolder(root, root, "", [], rules, found);
  return found;
}

async function readFolder(
  root: string,
  folder: string,
  prefix: string,
  above: readonly string[],
  rules: IgnoreRules,
  found: { files: LocalFile[]; folders: string[]; skipped: string[] },
): Promise<void> {
  const entries = await guard(folder, () => readdir(folder, { withFileTypes: true }));
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const place = join(folder, entry.name);
    const path = prefix + entry.name.normalize("NFC");
    let target = place;
    if (entry.isSymbolicLink()) {
      target = await realpath(place).catch(() => "");
      if (!isInside(root, target) || above.includes(target) || target === folder) {
        if (!rules.ignores(path, false)) found.skipped.push(path);
        continue;
      }
    }
    const about = await guard(place, () => stat(target));
    if (rules.ignores(path, about.isDirectory())) continue;
    if (about.isDirectory()) {
      found.folders.push(path);
      await readFolder(root, target, `${path}/`, [...above, folder], rules, found);
    } else if (about.isFile()) {
      found.files.push({ path, size: about.size, read: () => readLocalFile(target) });
    }
  }
}

/** The bytes of a file of this computer; rejects with a `FileError`. */
export async function readLocalFile(path: string): Promise<Uint8Array> {
  return await guard(path, () => readFile(path));
}

async function readRules(root: string): Promise<string> {
  try {
    return await readFile(join(root, ignoreFile), "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return "";
    throw localError(join(root, ignoreFile), error);
  }
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return path !== "" && way !== "" && way !== ".." && !way.startsWith(`..${sep}`);
}

async function guard<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw localError(path, error);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function localError(path: string, error: unknown): FileError {
  switch (codeOf(error)) {
    case "ENOENT":
      return new FileError("not-found", path, `${path}: there is no such file or folder on this computer.`);
    case "ENOTDIR":
      return new FileError("not-folder", path, `${path}: it is no folder.`);
    case "EISDIR":
      return new FileError("is-folder", path, `${path}: it is a folder.`);
    case "EACCES":
    case "EPERM":
      return new FileError("denied", path, `${path}: this computer does not allow reading it.`);
    default:
      return new FileError(
        "failed",
        path,
        `${path}: ${error instanceof Error ? error.message : String(error)}`,
      );
  }
}
