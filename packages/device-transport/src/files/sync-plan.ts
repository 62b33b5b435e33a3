import { finishedSuffix } from "./board-code.js";
import { FileError } from "./file-error.js";
import type { RemoteEntry } from "./remote-files.js";
import { claimsFolder, folderMark, type SyncClaims } from "./sync-claims.js";

/** One thing that a synchronisation does, or leaves be. Paths are relative to the folder that is synchronised. */
export interface SyncStep {
  readonly action: "make-folder" | "create" | "replace" | "keep" | "remove" | "remove-folder";
  readonly path: string;
  /** Bytes of the file; of a folder 0. */
  readonly size: number;
}

export interface SyncPlan {
  /** In the order in which they are done. */
  readonly steps: readonly SyncStep[];
  /** Bytes to be written. */
  readonly bytes: number;
  /** What must be settled first; with any of these nothing is done. */
  readonly problems: readonly FileError[];
  /** Files that a synchronisation put there and somebody changed since: they stay, although the computer has none. */
  readonly strangers: readonly string[];
}

/** A file of this computer as a plan sees it. */
export interface SyncSource {
  readonly path: string;
  readonly size: number;
  /** As the board would compute it; needed where the board's file has the same size. */
  readonly hash?: string;
}

export interface SyncLimits {
  /** Bytes that are free on the board. */
  readonly free: number;
  /** Bytes of the longest name of a file or folder. */
  readonly longestName: number;
}

const encoder = new TextEncoder();

/** Characters that a FAT file system does not take, and those that mean something in a path. */
// oxlint-disable-next-line no-control-regex -- control characters are among them
const badCharacters = /[\u0000-\u001f\u007f"*:<>?\\|]/;

/**
 * Decides what makes the board's folder hold what the computer's does. Of files that the computer does not have, those
 * are removed that a synchronisation put there and nobody changed since.
 */
export function planSync(
  local: { readonly files: readonly SyncSource[]; readonly folders: readonly string[] },
  remote: readonly RemoteEntry[],
  claims: SyncClaims,
  limits: SyncLimits,
): SyncPlan {
  const there = new Map(
    remote
      .filter(({ path }) => path !== claimsFolder && !path.startsWith(`${claimsFolder}/`))
      .map((entry) => [entry.path, entry]),
  );
  const files = new Map(local.files.map((file) => [file.path, file]));
  const folders = new Set(local.folders);
  const problems = [...findBadNames(local, limits), ...findDoubles(local)];

  const mayGo = new Set<string>();
  const strangers: string[] = [];
  // From the innermost: a folder may go when all that is in it may.
  for (const entry of [...there.values()].reverse()) {
    if (entry.kind === "file") {
      if (files.has(entry.path)) continue;
      const hashes = claims.get(entry.path);
      if (hashes === undefined) continue;
      if (entry.hash !== undefined && hashes.has(entry.hash)) mayGo.add(entry.path);
      else strangers.push(entry.path);
    } else if (!folders.has(entry.path) && claims.get(`${entry.path}/`)?.has(folderMark)) {
      const inner = [...there.keys()].filter((path) => parentOf(path) === entry.path);
      if (inner.every((path) => mayGo.has(path))) mayGo.add(entry.path);
    }
  }

  // What stands in the way of a file or folder, by its kind or by a name that differs in letter case only, goes first.
  const wanted = new Map([...files.keys(), ...folders].map((path) => [fold(path), path]));
  const isInTheWay = (entry: RemoteEntry): boolean => {
    for (let path = entry.path; path !== ""; path = parentOf(path)) {
      const match = wanted.get(fold(path));
      if (match === undefined) continue;
      if (match !== path) return true;
      const isFolder = path !== entry.path || entry.kind === "folder";
      return isFolder !== folders.has(path);
    }
    return false;
  };
  for (const entry of there.values()) {
    const isWantedAsIs = entry.kind === "file" ? files.has(entry.path) : folders.has(entry.path);
    if (isWantedAsIs || mayGo.has(entry.path)) continue;
    const isFolderHere = entry.kind === "folder" && files.has(entry.path);
    const isFileHere = entry.kind === "file" && folders.has(entry.path);
    if (!isFolderHere && !isFileHere) continue;
    const text = isFolderHere
      ? "it is a folder on the board but a file here; remove the folder on the board first."
      : "it is a file on the board but a folder here; remove the file on the board first.";
    problems.push(
      new FileError(isFolderHere ? "is-folder" : "not-folder", entry.path, `${entry.path}: ${text}`),
    );
  }

  const removals = [...there.values()].filter(({ path }) => mayGo.has(path)).reverse();
  const steps: SyncStep[] = [
    ...removals.filter(isInTheWay).map(removal),
    ...local.folders
      .filter((path) => there.get(path)?.kind !== "folder")
      .map((path): SyncStep => ({ action: "make-folder", path, size: 0 })),
    ...local.files.map(({ path, size, hash }): SyncStep => {
      const entry = there.get(path);
      if (entry?.kind !== "file") return { action: "create", path, size };
      const isSame = entry.size === size && hash !== undefined && entry.hash === hash;
      return { action: isSame ? "keep" : "replace", path, size };
    }),
    ...removals.filter((entry) => !isInTheWay(entry)).map(removal),
  ];
  const written = steps.filter(({ action }) => action === "create" || action === "replace");
  const bytes = sum(written);
  const freed = sum(
    [...there.values()].filter(({ path }) => mayGo.has(path) || written.some((step) => step.path === path)),
  );
  if (bytes > limits.free + freed) {
    const text = `the board has ${limits.free + freed} bytes for them, but the files take ${bytes}; leave some out by .slotscopeignore, or remove files that the board does not need.`;
    problems.push(new FileError("no-space", "", text));
  }
  return { steps, bytes, problems, strangers };
}

function removal({ path, kind, size }: RemoteEntry): SyncStep {
  return { action: kind === "folder" ? "remove-folder" : "remove", path, size };
}

function* findBadNames(
  local: { readonly files: readonly SyncSource[]; readonly folders: readonly string[] },
  { longestName }: SyncLimits,
): Generator<FileError> {
  const advice = "rename it, or name it in .slotscopeignore.";
  const complain = (path: string, what: string): FileError =>
    new FileError("bad-name", path, `${path}: ${what}; ${advice}`);
  const most = longestName - finishedSuffix.length;
  for (const path of [...local.folders, ...local.files.map((file) => file.path)]) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const [bad] = badCharacters.exec(name) ?? [];
    if (bad !== undefined) yield complain(path, `boards take no ${JSON.stringify(bad)} in a name`);
    else if (/[. ]$/.test(name)) yield complain(path, "boards take no name that ends with a dot or a blank");
    else if (encoder.encode(name).length > most) yield complain(path, `the name has more than ${most} bytes`);
    else if (/\.slotscope-(part|full)$/.test(name))
      yield complain(path, "such a name is for files that are under way");
  }
}

/** Names that are the same on a file system that takes letter case as no difference, as FAT does. */
function* findDoubles(local: {
  readonly files: readonly SyncSource[];
  readonly folders: readonly string[];
}): Generator<FileError> {
  const seen = new Map<string, string>();
  for (const path of [...local.folders, ...local.files.map((file) => file.path)]) {
    const other = seen.get(fold(path));
    seen.set(fold(path), path);
    if (other === undefined) continue;
    const text =
      other === path
        ? "two files here have this name, spelt with different Unicode characters"
        : `it differs from ${other} in letter case only, which many boards take for the same`;
    yield new FileError("bad-name", path, `${path}: ${text}; rename one, or name it in .slotscopeignore.`);
  }
}

function fold(path: string): string {
  return path.normalize("NFC").toLowerCase();
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function sum(items: readonly { readonly size: number }[]): number {
  return items.reduce((total, { size }) => total + size, 0);
}
