import { compileModule } from "./compile-module.js";
import { buildDebugMap } from "./debug-map.js";
import { findImports, type ImportedModule } from "./find-imports.js";
import { findExtents, findNames, type NameUse } from "./find-names.js";
import { type MapOptions, type MappedSource, problemsOf } from "./map-source.js";
import { resolveOptions, type ResolvedOptions } from "./options.js";
import { type ParsedSource, parseAgain } from "./parser.js";
import { SettledFunctions } from "./settled-functions.js";
import { internedDifferently, type StatementHistory, type TextChange } from "./statement-history.js";
import type { Node } from "./tree.js";

/** A stretch of text to replace. */
export interface TextEdit {
  /** UTF-16 offset of the first character to replace; beyond the text it is the end of the text. */
  readonly start: number;
  /** UTF-16 offset after the last one; `start` to insert. Below `start` it is `start`. */
  readonly end: number;
  /** What to put there instead. */
  readonly text: string;
}

/** Maps one document again and again while it is edited. */
export interface Mapper {
  /** What the document maps to as it stands: an empty text until the first `replace`. */
  readonly mapped: MappedSource;
  /**
   * Edits the document and maps it. The edits are made one after the other, each in the text that the one before left,
   * as in LSP's `didChange`; the map is made once, after the last.
   */
  update(edits: readonly TextEdit[]): MappedSource;
  /** Replaces the document's text by another version of it and maps that. */
  replace(text: string): MappedSource;
  /** All uses of names in the document as it stands, rising: see `NameUse`. */
  findNames(): readonly NameUse[];
  /** The modules that the document as it stands imports, rising. */
  findImports(): readonly ImportedModule[];
  /** Extents in UTF-16 offsets of the syntax around an offset, the innermost first. */
  findExtents(offset: number): readonly { readonly start: number; readonly end: number }[];
}

/**
 * Makes a mapper for a document that is being edited. After each change it gives what `mapSource` gives for the whole
 * text, equal in every field, but parses only the statements that the change touches, and compiles only the functions
 * around them and the code outside any function. Of maps handed out before, all stays as it is; ids, slots and lines of
 * functions that the change leaves alone are the same objects in both.
 *
 * Never throws, does no I/O, and keeps no timer: it may be dropped at any time.
 */
export function createMapper({ file, options }: MapOptions): Mapper {
  return new DocumentMapper(file, resolveOptions(options));
}

class DocumentMapper implements Mapper {
  mapped: MappedSource;
  readonly #file: string;
  readonly #options: ResolvedOptions;
  readonly #settled = new SettledFunctions();
  #text = "";
  #history: StatementHistory | null = null;
  #tree: Node | null = null;

  constructor(file: string, options: ResolvedOptions) {
    this.#file = file;
    this.#options = options;
    this.mapped = this.#map("", { start: 0, oldEnd: 0, newEnd: 0 });
  }

  update(edits: readonly TextEdit[]): MappedSource {
    let text = this.#text;
    let change: TextChange | null = null;
    for (const edit of edits) {
      const start = clamp(edit.start, 0, text.length);
      const end = clamp(edit.end, start, text.length);
      text = text.slice(0, start) + edit.text + text.slice(end);
      change = joinChanges(change, { start, oldEnd: end, newEnd: start + edit.text.length });
    }
    return change === null ? this.mapped : this.#map(text, change);
  }

  replace(text: string): MappedSource {
    return text === this.#text ? this.mapped : this.#map(text, changeBetween(this.#text, text));
  }

  findNames(): readonly NameUse[] {
    return findNames(this.#tree, this.#text, this.mapped.debugMap.scopes);
  }

  findImports(): readonly ImportedModule[] {
    return findImports(this.#tree);
  }

  findExtents(offset: number): readonly { readonly start: number; readonly end: number }[] {
    return findExtents(this.#tree, offset);
  }

  #map(text: string, change: TextChange): MappedSource {
    const { tree, problems, history } = this.#parse(text, change);
    this.#text = text;
    this.#history = history;
    this.#tree = tree;
    const module = compileModule(tree, this.#file, this.#options, this.#settled);
    this.mapped = {
      debugMap: buildDebugMap(text, this.#file, this.#options, module),
      problems: problemsOf(problems, module, text.length),
    };
    return this.mapped;
  }

  #parse(text: string, change: TextChange): ParsedSource & { readonly history: StatementHistory } {
    try {
      return parseAgain(text, this.#options, this.#history, change);
    } catch (error) {
      if (error !== internedDifferently) throw error;
      return parseAgain(text, this.#options, null, change);
    }
  }
}

/** Two changes made one after the other, as one. */
function joinChanges(first: TextChange | null, second: TextChange): TextChange {
  if (first === null) return second;
  // What lies behind the first change has moved by this much.
  const moved = first.newEnd - first.oldEnd;
  const oldEnd = Math.max(first.oldEnd, second.oldEnd - moved);
  return {
    start: Math.min(first.start, second.start),
    oldEnd,
    newEnd: oldEnd + moved + second.newEnd - second.oldEnd,
  };
}

/** The smallest change that makes one text of another. */
function changeBetween(before: string, after: string): TextChange {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let oldEnd = before.length;
  let newEnd = after.length;
  while (oldEnd > start && newEnd > start && before.charCodeAt(oldEnd - 1) === after.charCodeAt(newEnd - 1)) {
    oldEnd -= 1;
    newEnd -= 1;
  }
  return { start, oldEnd, newEnd };
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}
