import { isNamePart } from "./characters.js";
import { internLength, type NameTable } from "./name-table.js";

/**
 * What a text does with its table of names as far as long strings are concerned: MicroPython interns one only if it is in
 * the table already, as a name that stands further up. In the order of the text.
 */
export class InterningLog {
  /** Names, and strings that were looked up. */
  readonly #texts: string[] = [];
  /** For each, -1 for a name, or whether the string was found: 1 or 0. */
  readonly #answers: number[] = [];
  /** The length in UTF-16 units of the shortest name that can be equal to a long string. */
  readonly shortestName: number;
  /** Length of the log before the current token. */
  tokenStart = 0;

  constructor(source: string) {
    this.shortestName = isAscii(source) ? internLength + 1 : Math.ceil((internLength + 1) / 3);
  }

  /** Entries so far. */
  get length(): number {
    return this.#texts.length;
  }

  /** A token is about to be read. */
  beginToken(): void {
    this.tokenStart = this.#texts.length;
  }

  addName(name: string): void {
    this.#texts.push(name);
    this.#answers.push(-1);
  }

  addQuestion(value: string, isFound: boolean): void {
    if (!isNameLike(value)) return;
    this.#texts.push(value);
    this.#answers.push(isFound ? 1 : 0);
  }

  /** Whether the last entries, from `start` on, are the same as those of an earlier log from `earlierStart` on. */
  endsAs(earlier: InterningLog, earlierStart: number, start: number): boolean {
    for (let i = start; i < this.#texts.length; i++) {
      const j = earlierStart + i - start;
      if (this.#texts[i] !== earlier.#texts[j] || this.#answers[i] !== earlier.#answers[j]) return false;
    }
    return true;
  }

  /**
   * Does to another table what the entries from `start` to before `end` of an earlier log did, and notes it here too. Says
   * whether every string was found or not found as then.
   */
  repeat(earlier: InterningLog, start: number, end: number, names: NameTable): boolean {
    for (let i = start; i < end; i++) {
      const text = earlier.#texts[i]!;
      const answer = earlier.#answers[i]!;
      if (answer < 0) names.internText(text);
      else if (names.has(text) !== (answer === 1)) return false;
      this.#texts.push(text);
      this.#answers.push(answer);
    }
    return true;
  }
}

function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is the range that is meant.
  return !/[^\0-\x7f]/.test(text);
}

function isNameLike(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isNamePart(text.charCodeAt(i))) return false;
  return true;
}
