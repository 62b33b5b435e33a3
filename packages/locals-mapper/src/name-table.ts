import { Token } from "./tree.js";

/** Strings up to this many bytes are interned by the parser (`MICROPY_ALLOC_PARSE_INTERN_STRING_LEN`). */
export const internLength = 10;

/**
 * The names of one source text: every identifier, keyword and short string, each held once. Looking a piece of the
 * source up allocates nothing once it is known, and equal names are the same JavaScript string object.
 *
 * An entry is a small index; its name and its keyword are read from the arrays.
 */
export class NameTable {
  readonly names: string[] = [];
  /** The keyword an entry is, or `Token.Name`. */
  readonly tokens: Token[] = [];
  /** Length in UTF-16 units of the longest name, to save a look-up for any longer text. */
  longest = 0;
  private hashes = new Int32Array(512);
  private slots = new Int32Array(1024).fill(-1);
  private mask = 1023;

  /** Index of the entry for `source[start, end)`, made if there is none. `hash` is `hashRange`'s for that piece. */
  intern(source: string, start: number, end: number, hash: number): number {
    const slots = this.slots;
    const mask = this.mask;
    let slot = hash & mask;
    for (;;) {
      const entry = slots[slot]!;
      if (entry < 0) return this.insert(source.slice(start, end), hash, slot);
      if (this.hashes[entry] === hash && sameText(this.names[entry]!, source, start, end)) return entry;
      slot = (slot + 1) & mask;
    }
  }

  /** Index of the entry for a whole string, made if there is none. */
  internText(text: string): number {
    return this.intern(text, 0, text.length, hashRange(text, 0, text.length));
  }

  /** Whether the table holds `text`; makes no entry. */
  has(text: string): boolean {
    if (text.length > this.longest) return false;
    const hash = hashRange(text, 0, text.length);
    let slot = hash & this.mask;
    for (;;) {
      const entry = this.slots[slot]!;
      if (entry < 0) return false;
      if (this.hashes[entry] === hash && this.names[entry] === text) return true;
      slot = (slot + 1) & this.mask;
    }
  }

  /** Makes a name a keyword. */
  addKeyword(text: string, token: Token): void {
    this.tokens[this.internText(text)] = token;
  }

  private insert(name: string, hash: number, slot: number): number {
    const entry = this.names.length;
    this.names.push(name);
    this.tokens.push(Token.Name);
    if (name.length > this.longest) this.longest = name.length;
    if (entry === this.hashes.length) {
      this.grow();
      this.place(entry, hash);
    } else {
      this.slots[slot] = entry;
    }
    this.hashes[entry] = hash;
    return entry;
  }

  private grow(): void {
    const hashes = new Int32Array(this.hashes.length * 2);
    hashes.set(this.hashes);
    this.mask = this.slots.length * 2 - 1;
    this.slots = new Int32Array(this.mask + 1).fill(-1);
    for (let entry = 0; entry < this.hashes.length; entry++) this.place(entry, this.hashes[entry]!);
    this.hashes = hashes;
  }

  private place(entry: number, hash: number): void {
    let slot = hash & this.mask;
    while (this.slots[slot] !== -1) slot = (slot + 1) & this.mask;
    this.slots[slot] = entry;
  }
}

/** Hash of `source[start, end)`, a 32-bit integer: starts at 0, times 31 plus the unit for each UTF-16 unit. */
export function hashRange(source: string, start: number, end: number): number {
  let hash = 0;
  for (let index = start; index < end; index++) hash = (Math.imul(hash, 31) + source.charCodeAt(index)) | 0;
  return hash;
}

function sameText(name: string, source: string, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let index = 0; index < name.length; index++) {
    if (name.charCodeAt(index) !== source.charCodeAt(start + index)) return false;
  }
  return true;
}
