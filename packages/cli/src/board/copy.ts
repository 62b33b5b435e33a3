import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import {
  type FileProgress,
  type FileSource,
  foldersTo,
  type LocalTree,
  normalizePath,
  readLocalFile,
  readLocalTree,
  type RemoteFiles,
} from "@slotscope/device-transport/files";
import { CommandFailure } from "../command-line/command.js";
import { explainFileError } from "../command-line/explain-file-error.js";
import { baseName, joinBoardPath, writeBoardPath } from "./place.js";

export interface CopyOptions {
  /** Copies folders too. */
  readonly recursive: boolean;
  readonly onTotal: (bytes: number) => void;
  readonly onProgress: (progress: FileProgress) => void;
}

/** A file that was copied, both paths as users write them. */
interface CopiedFile {
  readonly from: string;
  readonly to: string;
  readonly size: number;
}

export interface CopyResult {
  readonly files: readonly CopiedFile[];
  /** Links that lead out of what was copied. */
  readonly skipped: readonly string[];
}

/** Copies files and folders of this computer to the board. */
export async function copyToBoard(
  board: RemoteFiles,
  sources: readonly string[],
  target: string,
  options: CopyOptions,
): Promise<CopyResult> {
  const goesInto = await isFolderOnBoard(board, target, sources.length > 1);
  const folders = new Set<string>();
  const files: (FileSource & CopiedFile)[] = [];
  const skipped: string[] = [];
  for (const source of sources) {
    const size = await sizeOfLocal(source);
    if (size !== undefined) {
      const path = normalizePath(goesInto ? joinBoardPath(target, basename(source)) : target);
      files.push({ path, from: source, to: writeBoardPath(path), size, read: () => readLocalFile(source) });
      continue;
    }
    const tree = await readTree(source, options);
    // As `cp -r` does it: `.` gives what is in it, any other folder goes into one that is there.
    const name = basename(resolve(source));
    const isContent = /^\.?[/\\]*$|[/\\]\.[/\\]*$|^\.\.[/\\]*$/.test(source);
    const root = normalizePath(goesInto && !isContent ? joinBoardPath(target, name) : target);
    for (const folder of [...foldersTo(root), ...tree.folders.map((path) => joinBoardPath(root, path))]) {
      folders.add(folder);
    }
    for (const file of tree.files) {
      const path = joinBoardPath(root, file.path);
      const from = join(source, file.path);
      files.push({ path, from, to: writeBoardPath(path), size: file.size, read: () => file.read() });
    }
    skipped.push(...tree.skipped.map((path) => join(source, path)));
  }
  options.onTotal(files.reduce((sum, { size }) => sum + size, 0));
  if (folders.size > 0) await board.makeFolders([...folders]);
  await board.writeAll(files, { onProgress: options.onProgress });
  return { files: files.map(({ from, to, size }) => ({ from, to, size })), skipped };
}

/** Copies files and folders of the board to this computer. */
export async function copyFromBoard(
  board: RemoteFiles,
  sources: readonly string[],
  target: string,
  options: CopyOptions,
): Promise<CopyResult> {
  const goesInto = await isLocalFolder(target, sources.length > 1);
  const wanted: (CopiedFile & { readonly path: string; readonly place: string })[] = [];
  const add = (path: string, place: string, size: number): void =>
    void wanted.push({ path, place, from: writeBoardPath(path), to: place, size });
  for (const source of sources) {
    const { kind, size } = await board.stat(source);
    if (kind === "file") {
      add(source, goesInto ? join(target, baseName(source)) : target, size);
      continue;
    }
    if (!options.recursive) throw needsRecursive(writeBoardPath(source));
    const root = goesInto ? join(target, baseName(normalizePath(source))) : target;
    await makeLocalFolder(root);
    for (const entry of await board.tree(source)) {
      // What synchronisations remember is of no use elsewhere.
      if (/(^|\/)\.slotscope(\/|$)/.test(entry.path)) continue;
      const place = join(root, ...entry.path.split("/"));
      if (entry.kind === "folder") await makeLocalFolder(place);
      else add(joinBoardPath(source, entry.path), place, entry.size);
    }
  }
  options.onTotal(wanted.reduce((sum, { size }) => sum + size, 0));
  let bytes = 0;
  for (const [index, { path, place, size }] of wanted.entries()) {
    const content = await board.read(path, (done) =>
      options.onProgress({ path, bytes: bytes + done, files: index }),
    );
    bytes += size;
    await writeLocalFile(place, content);
  }
  return { files: wanted.map(({ from, to, size }) => ({ from, to, size })), skipped: [] };
}

/** Copies files within the board. */
export async function copyOnBoard(
  board: RemoteFiles,
  sources: readonly string[],
  target: string,
  options: CopyOptions,
): Promise<CopyResult> {
  const goesInto = await isFolderOnBoard(board, target, sources.length > 1);
  const files: CopiedFile[] = [];
  options.onTotal(0);
  for (const source of sources) {
    const { kind } = await board.stat(source);
    if (kind === "folder") {
      throw new CommandFailure(
        `${writeBoardPath(source)} is a folder. Within a board only files are copied.`,
      );
    }
    const path = normalizePath(goesInto ? joinBoardPath(target, baseName(source)) : target);
    const content = await board.read(source);
    await board.write(path, content, { onProgress: options.onProgress });
    files.push({ from: writeBoardPath(source), to: writeBoardPath(path), size: content.length });
  }
  return { files, skipped: [] };
}

/** Whether things go into the target, or under its name. */
async function isFolderOnBoard(board: RemoteFiles, target: string, isNeeded: boolean): Promise<boolean> {
  if ((await board.find(target))?.kind === "folder") return true;
  if (!isNeeded && !target.endsWith("/")) return false;
  throw new CommandFailure(
    `${writeBoardPath(target)} is no folder of the board. \`slotscope mkdir ${writeBoardPath(target)}\` makes it.`,
  );
}

async function isLocalFolder(target: string, isNeeded: boolean): Promise<boolean> {
  const isFolder = await stat(target).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder || (!isNeeded && !/[/\\]$/.test(target))) return isFolder;
  throw new CommandFailure(`${target} is no folder of this computer. Make it first.`);
}

/** Bytes of a local file; undefined for a folder. */
async function sizeOfLocal(path: string): Promise<number | undefined> {
  try {
    const found = await stat(path);
    return found.isDirectory() ? undefined : found.size;
  } catch (error) {
    throw new CommandFailure(`${path}: ${explainFileError(error)}.`);
  }
}

async function readTree(source: string, { recursive }: CopyOptions): Promise<LocalTree> {
  if (!recursive) throw needsRecursive(source);
  return await readLocalTree(source, { ignoring: false });
}

function needsRecursive(path: string): CommandFailure {
  return new CommandFailure(`${path} is a folder. With -r it is copied with all that is in it.`);
}

async function makeLocalFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw new CommandFailure(`${path}: ${explainFileError(error)}.`);
  }
}

/** Writes a file under another name first, so that it is never there in part. */
async function writeLocalFile(path: string, bytes: Uint8Array): Promise<void> {
  const unfinished = join(dirname(path), `.${basename(path)}.slotscope-part`);
  try {
    await writeFile(unfinished, bytes);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw new CommandFailure(`${path}: ${explainFileError(error)}.`);
  }
}
