import { type CompilerOptions, type DebugMap, mapSource, type Problem } from "@slotscope/locals-mapper";
import type { HostFiles } from "./types.js";

/** One text of a file, and what MicroPython's compiler makes of it. */
export interface MappedSource {
  readonly path: string;
  readonly text: string;
  readonly debugMap: DebugMap;
  readonly problems: readonly Problem[];
}

/** Texts kept for one file: the program may run one that was edited since. */
const keptVersions = 4;

/**
 * The texts of the host's files, mapped. A file is read again whenever it is asked for, since the user edits it;
 * it is mapped again only when its text is new. Earlier texts are kept, so that code which the target loaded
 * before an edit can still be recognised.
 */
export class SourceRegistry {
  readonly #files: HostFiles;
  #options: CompilerOptions;
  readonly #versions = new Map<string, MappedSource[]>();
  readonly #loaded = new Map<string, MappedSource>();

  constructor(files: HostFiles, options: CompilerOptions) {
    this.#files = files;
    this.#options = options;
  }

  get options(): CompilerOptions {
    return this.#options;
  }

  /** Maps by other options from now on, if they are others: what was mapped so far is forgotten. */
  compileWith(options: CompilerOptions): void {
    if (JSON.stringify(options) === JSON.stringify(this.#options)) return;
    this.#options = options;
    this.#versions.clear();
    this.#loaded.clear();
  }

  /** The file as it is now; undefined if it can't be read. */
  async read(path: string): Promise<MappedSource | undefined> {
    const key = this.#files.canonical(path);
    const text = await this.#files.read(key);
    if (text === undefined) return undefined;
    const versions = this.#versions.get(key) ?? [];
    const known = versions.find((version) => version.text === text);
    if (known) {
      if (known !== versions[0]) {
        versions.splice(versions.indexOf(known), 1);
        versions.unshift(known);
      }
      return known;
    }
    const { debugMap, problems } = mapSource(text, {
      file: this.#files.baseName(key),
      options: this.#options,
    });
    const mapped = { path: key, text, debugMap, problems };
    versions.unshift(mapped);
    versions.length = Math.min(versions.length, keptVersions);
    this.#versions.set(key, versions);
    return mapped;
  }

  /** Texts of the file met so far, newest first. */
  versions(path: string): readonly MappedSource[] {
    return this.#versions.get(this.#files.canonical(path)) ?? [];
  }

  /** The text that the running program loaded, once code on the target has been recognised as it. */
  loaded(path: string): MappedSource | undefined {
    return this.#loaded.get(this.#files.canonical(path));
  }

  get loadedFiles(): readonly string[] {
    return [...this.#loaded.keys()];
  }

  markLoaded(source: MappedSource): void {
    this.#loaded.set(source.path, source);
  }

  /** Forgets what the program loaded: a new run loads again. */
  forgetLoaded(): void {
    this.#loaded.clear();
  }
}
