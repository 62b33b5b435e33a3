import type { CodeRunner } from "../code-runner.js";
import { BoardLink } from "./board-link.js";
import { FileError } from "./file-error.js";
import { deflate, type FileSource, packFiles, type PackedPart, type Segment } from "./pack.js";
import { readRepr, stringLiteral, tupleLiteral } from "../python-literal.js";

export interface RemoteEntry {
  /** As the operation's own folder sees it: `lib/a.py`. */
  readonly path: string;
  readonly kind: "file" | "folder";
  /** Bytes; 0 for a folder. */
  readonly size: number;
  /** Given where it was asked for. */
  readonly hash?: string;
}

export interface RemoteStat {
  readonly kind: "file" | "folder";
  /** Bytes; 0 for a folder. */
  readonly size: number;
  /** Seconds since the board's epoch; whatever its clock says. */
  readonly modified: number;
}

/** How far a transfer is. */
export interface FileProgress {
  readonly path: string;
  /** Bytes of all files that have arrived. */
  readonly bytes: number;
  /** Files that stand whole under their names. */
  readonly files: number;
}

export interface WriteOptions {
  readonly onProgress?: (progress: FileProgress) => void;
  /** A file on the board that gets a line about each file before it takes its place. */
  readonly claims?: Claims;
}

/** Where the board writes down what it has been given. */
export interface Claims {
  readonly path: string;
  /** The folder that the paths in it are relative to; "" is the board's current one. */
  readonly root: string;
}

export interface TreeOptions {
  /** Folders directly in the root that are looked into; all unless given. */
  readonly folders?: ReadonlySet<string>;
  /** Files of these sizes get a hash. */
  readonly hashSizes?: ReadonlySet<number>;
  /** Removes what a write that was cut off has left. */
  readonly clean?: boolean;
  /** Folders named in this file of claims are looked into as well. */
  readonly claims?: string;
}

/** Least and most bytes that one piece of code carries. */
const leastLoad = 512;
const mostLoad = 16_384;
/** Parts of files in one piece of code: each takes memory of its own on the board. */
const mostParts = 64;
/** Files that one piece of code hashes. */
const hashedAtOnce = 20;
/** Files that one piece of code removes. */
const removedAtOnce = 50;

/**
 * Files of a board. A path is relative to the board's current folder unless it begins with `/`. Operations may be
 * called at any time; they run in order. All reject with a `FileError` where the file system refuses, and with a
 * `TransportError` where the link fails.
 *
 * A file arrives whole or not at all: it is written under another name, read back by hash on the board, and renamed.
 * Where a file system can't replace a file in one step, the complete new file waits under a name of its own, and the
 * next operation that meets it finishes the step.
 */
export class RemoteFiles {
  readonly #link: BoardLink;

  constructor(runner: CodeRunner) {
    this.#link = new BoardLink(runner);
  }

  /** The entries of one folder, folders first, by name. */
  async list(path: string): Promise<RemoteEntry[]> {
    return await this.tree(path, { folders: new Set() });
  }

  /** All that is in a folder, by path; folders come before what is in them. */
  async tree(path: string, options: TreeOptions = {}): Promise<RemoteEntry[]> {
    const root = normalizePath(path);
    const folders =
      options.folders === undefined ? "None" : setLiteral([...options.folders].map(stringLiteral));
    const sizes = setLiteral([...(options.hashSizes ?? [])].map(String));
    const claims = options.claims === undefined ? "None" : stringLiteral(options.claims);
    await this.#link.call(
      `start(${stringLiteral(root)}, ${folders}, ${sizes}, ${options.clean ? "True" : "False"}, ${claims}) or ''`,
    );
    const { freeMemory } = await this.#link.facts();
    const budget = Math.max(512, Math.min(4096, Math.floor(freeMemory / 16)));
    const prefix = root === "" || root.endsWith("/") ? root : `${root}/`;
    const entries: RemoteEntry[] = [];
    for (let isMore = true; isMore; ) {
      const answer = await this.#link.call(`more(${budget})`);
      isMore = answer.endsWith("+");
      for (const line of answer.split("\n")) {
        const [, size, hash, name] = /^(-?\d+) (\S+) (.*)$/.exec(line) ?? [];
        if (size === undefined || name === undefined) continue;
        entries.push({
          path: readRepr(name).slice(prefix.length),
          kind: size === "-1" ? "folder" : "file",
          size: Math.max(0, Number(size)),
          ...(hash === undefined || hash === "-" ? {} : { hash }),
        });
      }
    }
    return entries.sort((a, b) => compare(sortKey(a), sortKey(b)));
  }

  async stat(path: string): Promise<RemoteStat> {
    const answer = await this.#link.call(`info(${stringLiteral(normalizePath(path))})`);
    const [size = 0, modified = 0] = answer.split(" ").map(Number);
    return { kind: size < 0 ? "folder" : "file", size: Math.max(0, size), modified };
  }

  /** Whether there is a file or folder of that name; undefined if not. */
  async find(path: string): Promise<RemoteStat | undefined> {
    try {
      return await this.stat(path);
    } catch (error) {
      if (error instanceof FileError && (error.kind === "not-found" || error.kind === "not-folder"))
        return undefined;
      throw error;
    }
  }

  /** The bytes of a file, verified by a hash of the board's. */
  async read(path: string, onProgress?: (done: number, size: number) => void): Promise<Uint8Array> {
    const name = stringLiteral(normalizePath(path));
    const { freeMemory } = await this.#link.facts();
    const chunk = Math.max(256, Math.min(6144, Math.floor(freeMemory / 16 / 3) * 3));
    const [size = "0", hash = "", text = ""] = (await this.#link.call(`head(${name}, ${chunk})`)).split(" ");
    const bytes = new Uint8Array(Number(size));
    let at = 0;
    for (let part = await this.#link.bytesOf(text); part.length > 0 && at + part.length <= bytes.length; ) {
      bytes.set(part, at);
      at += part.length;
      onProgress?.(at, bytes.length);
      if (at === bytes.length) break;
      part = await this.#link.bytesOf(await this.#link.call(`fetch(${name}, ${at}, ${chunk})`));
    }
    if (at !== bytes.length || (await this.#link.digest(bytes)) !== hash) {
      throw new FileError(
        "damaged",
        path,
        `${path}: it was changed on the board while it was read; read it again.`,
      );
    }
    return bytes;
  }

  /** Writes a file, replacing one of that name. Its folder must be there. */
  async write(path: string, bytes: Uint8Array, options: WriteOptions = {}): Promise<void> {
    await this.writeAll([{ path, read: () => Promise.resolve(bytes) }], options);
  }

  /** Writes files, each of which arrives whole; their folders must be there. Many small ones go together. */
  async writeAll(files: Iterable<FileSource>, options: WriteOptions = {}): Promise<void> {
    const { freeMemory } = await this.#link.facts();
    const sources = [...files].map((file) => ({
      path: normalizePath(file.path),
      isNew: file.isNew === true,
      read: () => file.read(),
    }));
    const done = { bytes: 0, files: 0 };
    let whole = 0;
    const arrived = new Set<string>();
    const arrive = ({ path, count, size, hash }: PackedPart): void => {
      done.bytes += count;
      if (hash !== "") {
        done.files++;
        whole += size;
        arrived.add(path);
      }
      options.onProgress?.({ path, ...done });
    };
    for (let load = Math.max(leastLoad, Math.min(mostLoad, Math.floor(freeMemory / 8))); ; ) {
      try {
        const waiting = sources.filter(({ path }) => !arrived.has(path));
        await this.#send(waiting, load, options.claims, arrive);
        return;
      } catch (error) {
        // What is free may lie in small pieces.
        if (!(error instanceof FileError) || error.kind !== "no-memory" || load === leastLoad) throw error;
        done.bytes = whole;
        load = Math.max(leastLoad, Math.floor(load / 4));
      }
    }
  }

  async #send(
    files: readonly FileSource[],
    load: number,
    claims: Claims | undefined,
    arrive: (part: PackedPart) => void,
  ): Promise<void> {
    const { hasDeflate } = await this.#link.facts();
    const bits = Math.max(9, Math.min(13, Math.floor(Math.log2(load))));
    const batch = new Batch(load, claims);
    const send = async (): Promise<void> => {
      await this.#link.call(batch.expression, batch.data);
      for (const part of batch.parts) arrive(part);
      batch.clear();
    };
    const digest = (bytes: Uint8Array): Promise<string> => this.#link.digest(bytes);
    for await (const segment of packFiles(files, 2 ** bits, mostParts, digest)) {
      const packed = hasDeflate && segment.bytes.length > 64 ? await deflate(segment.bytes) : undefined;
      const isSmaller = packed !== undefined && packed.length < segment.bytes.length * 0.95;
      const data = isSmaller ? packed : segment.bytes;
      if (!batch.fits(data, segment)) await send();
      batch.add(data, isSmaller ? bits : 0, segment);
    }
    if (batch.parts.length > 0) await send();
  }

  /** Removes a file. */
  async remove(path: string): Promise<void> {
    await this.#link.call(`remove(${stringLiteral(normalizePath(path))})`);
  }

  /** Removes an empty folder. */
  async removeFolder(path: string): Promise<void> {
    await this.#link.call(`remove_folder(${stringLiteral(normalizePath(path))})`);
  }

  /** Removes a folder and all that is in it, or a file. */
  async removeTree(path: string): Promise<void> {
    const { kind } = await this.stat(path);
    if (kind === "file") return await this.remove(path);
    const name = stringLiteral(normalizePath(path));
    while ((await this.#link.call(`clear(${name}, ${removedAtOnce})`)) === "+");
  }

  /** Gives a file or folder another name; rejects with `exists` where that is taken. */
  async rename(from: string, to: string): Promise<void> {
    await this.#link.call(
      `rename(${stringLiteral(normalizePath(from))}, ${stringLiteral(normalizePath(to))})`,
    );
  }

  /** Makes folders that are not there yet, in this order: a folder before those in it. */
  async makeFolders(paths: readonly string[], claims?: Claims): Promise<void> {
    for (let at = 0; at < paths.length; at += mostParts) {
      const names = paths.slice(at, at + mostParts).map((path) => stringLiteral(normalizePath(path)));
      await this.#link.call(`make(${tupleLiteral(names)}, ${claimWords(claims)})`);
    }
  }

  /** Makes a folder and, with `parents`, those that it lies in. Without, it must not be there yet. */
  async mkdir(path: string, options: { readonly parents?: boolean } = {}): Promise<void> {
    const name = normalizePath(path);
    if (options.parents) return await this.makeFolders(foldersTo(name));
    if ((await this.find(name)) !== undefined) {
      throw new FileError("exists", path, `${path}: it is there already.`);
    }
    await this.makeFolders([name]);
  }

  /** Bytes that are free where a path lies, and how long a name may be, in bytes. */
  async space(path: string): Promise<{ free: number; longestName: number }> {
    const answer = await this.#link.call(`room(${stringLiteral(normalizePath(path))})`);
    const [free = 0, longestName = 255] = answer.split(" ").map(Number);
    return { free, longestName };
  }

  /** Paths of the files that modules were loaded from since the board's start, without a leading `/` or `./`. */
  async loadedFiles(): Promise<string[]> {
    const answer = await this.#link.call("loaded()");
    return answer
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => readRepr(line).replace(/^(\.?\/)+/, ""));
  }

  /** Hashes of files, as `tree` gives them. */
  async hash(paths: readonly string[]): Promise<string[]> {
    const hashes: string[] = [];
    for (let at = 0; at < paths.length; at += hashedAtOnce) {
      const names = paths.slice(at, at + hashedAtOnce).map((path) => stringLiteral(normalizePath(path)));
      const answer = await this.#link.call(`' '.join([digest(path) for path in ${tupleLiteral(names)}])`);
      hashes.push(...answer.split(" "));
    }
    return hashes;
  }

  /** The hash that `tree` gives for a file of these bytes on this board. */
  async digest(bytes: Uint8Array): Promise<string> {
    return await this.#link.digest(bytes);
  }
}

/** What one piece of code carries: segments until it is full. */
class Batch {
  readonly #load: number;
  readonly #claims: string;
  #calls: string[] = [];
  #size = 0;
  data: Uint8Array[] = [];
  parts: PackedPart[] = [];

  constructor(load: number, claims: Claims | undefined) {
    this.#load = load;
    this.#claims = claimWords(claims);
  }

  get expression(): string {
    return this.#calls.join(" + ");
  }

  fits(data: Uint8Array, segment: Segment): boolean {
    if (this.parts.length === 0) return true;
    return this.#size + data.length <= this.#load && this.parts.length + segment.parts.length <= mostParts;
  }

  add(data: Uint8Array, bits: number, segment: Segment): void {
    const items = segment.parts.map(
      ({ path, first, isNew, count, size, hash }) =>
        `(${stringLiteral(path)},${first ? (isNew ? 2 : 1) : 0},${count},${size},${stringLiteral(hash)})`,
    );
    this.#calls.push(`feed(${bits}, load[${this.data.length}], ${tupleLiteral(items)}, ${this.#claims})`);
    this.data.push(data);
    this.parts.push(...segment.parts);
    this.#size += data.length;
  }

  clear(): void {
    this.#calls = [];
    this.#size = 0;
    this.data = [];
    this.parts = [];
  }
}

function claimWords(claims: Claims | undefined): string {
  if (claims === undefined) return "None, 0";
  const { path, root } = claims;
  const skip = Array.from(root).length + (root === "" || root.endsWith("/") ? 0 : 1);
  return `${stringLiteral(path)}, ${skip}`;
}

function setLiteral(items: readonly string[]): string {
  return `set(${tupleLiteral(items)})`;
}

/** Without `.`, doubled and trailing slashes; "" for the current folder. */
export function normalizePath(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return (path.startsWith("/") ? "/" : "") + parts.join("/");
}

/** A folder and those that it lies in, the outermost first. */
export function foldersTo(path: string): string[] {
  const start = path.startsWith("/") ? "/" : "";
  const parts = path.split("/").filter((part) => part !== "");
  return parts.map((_, index) => start + parts.slice(0, index + 1).join("/"));
}

function sortKey({ path, kind }: RemoteEntry): string {
  // Folders first, and a folder before what is in it.
  const parts = path.split("/");
  return parts
    .map((part, index) => (index < parts.length - 1 || kind === "folder" ? `\0${part}` : `\u0001${part}`))
    .join("/");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
