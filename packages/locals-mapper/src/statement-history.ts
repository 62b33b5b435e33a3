import { InterningLog } from "./interning-log.js";
import type { Lexer } from "./lexer.js";
import { type Constant, moveTree, type Node, Token } from "./tree.js";

/** One stretch of a text that was replaced. UTF-16 offsets: `start` in both texts, `oldEnd` in the old, `newEnd` in the new. */
export interface TextChange {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

/** Constants made by `NAME = const(...)`, a chain from the last back to the first of a text; null if there is none yet. */
export interface ConstantChain {
  readonly name: string;
  readonly constant: Constant;
  readonly before: ConstantChain | null;
}

/** A statement that was parsed without a problem, and what its tree rests on besides its own text. */
interface ParsedStatement {
  readonly tree: Node;
  /** Line of its first token. */
  line: number;
  /** Column of the block it stands in. */
  readonly column: number;
  /** How deep the parser was in nested rules. */
  readonly depth: number;
  /** Offset and line of the newline that ends it. */
  newline: number;
  newlineLine: number;
  /** Column of what follows. */
  readonly nextColumn: number;
  /** Offset before which lies all text that was looked at. */
  seenEnd: number;
  /** The entries in the log that its tokens made. */
  logStart: number;
  logEnd: number;
  /** Constants defined before its first token and after its last. */
  constantsBefore: ConstantChain | null;
  constantsAfter: ConstantChain | null;
  /** How many of the statements that follow in the list stand in this one. */
  readonly nested: number;
}

/** Thrown when a string that is used again is interned no longer, or only now: the whole text must be parsed. */
export const internedDifferently = new Error("a string is interned differently");

/** How far beyond its position the lexer may have looked, in UTF-16 units. */
const lookAhead = 3;

/**
 * The statements of a text as they were parsed, and those of the text before it, to be taken over where the change
 * between the two leaves them alone. Statements in blocks are statements of their own.
 */
export class StatementHistory {
  readonly log: InterningLog;
  readonly #text: string;
  #constants: ConstantChain | null = null;
  #before: StatementHistory | null;
  readonly #change: TextChange;
  /** Offsets of the statements' first tokens, rising. */
  readonly #starts: number[] = [];
  /** The statements; undefined for one that can't be taken over, null for one that was. */
  readonly #statements: (ParsedStatement | undefined | null)[] = [];
  /** Links of the chain of constants by the one before. */
  readonly #links = new Map<ConstantChain | null, ConstantChain>();
  /** Where the constants' names stand that two chains tell differently, the last two that were compared. */
  #difference: ConstantDifference | null = null;

  /** @param before that of the text before the change, of no more use after this; null if there is none */
  constructor(text: string, before: StatementHistory | null, change: TextChange) {
    this.log = new InterningLog(text);
    this.#text = text;
    this.#before = before;
    this.#change = change;
  }

  /** Constants defined so far. */
  get constants(): ConstantChain | null {
    return this.#constants;
  }

  /** A constant was defined. One that was defined likewise before the change is the same link of the chain. */
  define(name: string, constant: Constant): void {
    const before = this.#constants;
    const known = this.#before === null ? undefined : this.#before.#findLink(before, name, constant);
    const link = known ?? { name, constant, before };
    this.#links.set(before, link);
    this.#constants = link;
  }

  #findLink(before: ConstantChain | null, name: string, constant: Constant): ConstantChain | undefined {
    const link = this.#links.get(before);
    return link?.name === name && isSameConstant(link.constant, constant) ? link : undefined;
  }

  /**
   * The statement that begins with the current token, if it was parsed before; the lexer then stands at the newline that
   * ends it. Null if it must be parsed. Throws `internedDifferently`.
   */
  takeOver(lexer: Lexer, depth: number): Node | null {
    const before = this.#before;
    if (before === null || lexer.injecting) return null;
    const { start, oldEnd, newEnd } = this.#change;
    let oldStart = lexer.start;
    if (oldStart >= newEnd) oldStart += oldEnd - newEnd;
    else if (oldStart >= start) return null;
    const index = findIndex(before.#starts, oldStart);
    const known = before.#starts[index] === oldStart ? before.#statements[index] : null;
    if (known == null || known.column !== lexer.blockColumn || known.depth !== depth) return null;
    if (oldStart < start && known.seenEnd > start) return null;
    const units = lexer.start - oldStart;
    if (!lexer.fitsColumn(known.nextColumn) || !this.#meansTheSame(known, lexer.start, units)) return null;
    if (!before.#isUntouched(index, known.nested)) return null;

    // The first token has made its entries already.
    const logStart = this.log.tokenStart;
    const rest = known.logStart + this.log.length - logStart;
    const isSame =
      this.log.endsAs(before.log, known.logStart, logStart) &&
      this.log.repeat(before.log, rest, known.logEnd, lexer.names);
    if (!isSame) throw internedDifferently;

    const lines = lexer.tokenLine - known.line;
    const entries = logStart - known.logStart;
    const definesNone = known.constantsBefore === known.constantsAfter;
    if (units !== 0 || lines !== 0) moveTree(known.tree, units, lines);
    for (let i = index; i <= index + known.nested; i++) {
      this.#starts.push(before.#starts[i]! + units);
      const statement = before.#statements[i];
      before.#statements[i] = null;
      if (statement != null) {
        moveStatement(statement, units, lines, entries);
        if (definesNone) {
          statement.constantsBefore = this.#constants;
          statement.constantsAfter = this.#constants;
        }
      }
      this.#statements.push(statement);
    }
    this.#keepLinks(known);
    lexer.skipTo(known.newline, known.newlineLine);
    return known.tree;
  }

  /**
   * Whether a statement parsed before has the same tree with the constants defined now: they are the same, or it defines
   * none itself and has no name in it that means another constant now.
   */
  #meansTheSame(
    { constantsBefore, constantsAfter, newline }: ParsedStatement,
    start: number,
    units: number,
  ): boolean {
    if (constantsBefore === this.#constants) return true;
    if (constantsBefore !== constantsAfter) return false;
    if (this.#difference?.before !== constantsBefore || this.#difference.now !== this.#constants) {
      this.#difference = compareConstants(constantsBefore, this.#constants, this.#text);
    }
    const { places } = this.#difference;
    const place = places[findIndex(places, start)];
    return place === undefined || place >= newline + units;
  }

  /** Whether none of the statements in one has been taken over alone. */
  #isUntouched(index: number, nested: number): boolean {
    for (let i = index + 1; i <= index + nested; i++) if (this.#statements[i] === null) return false;
    return true;
  }

  #keepLinks({ constantsBefore, constantsAfter }: ParsedStatement): void {
    this.#constants = constantsAfter;
    for (let link = constantsAfter; link !== null && link !== constantsBefore; link = link.before) {
      this.#links.set(link.before, link);
    }
  }

  /** A statement is about to be parsed. Gives what `end` or `abandon` take. */
  begin(lexer: Lexer, depth: number, problemsMet: number): OpenStatement {
    this.#statements.push(undefined);
    this.#starts.push(lexer.start);
    return {
      index: this.#starts.length - 1,
      line: lexer.tokenLine,
      column: lexer.blockColumn,
      depth,
      problemsMet,
      logStart: this.log.tokenStart,
      constantsBefore: this.#constants,
      isWhole: !lexer.injecting,
    };
  }

  /** A statement that was begun has been parsed. */
  end(open: OpenStatement, tree: Node, lexer: Lexer, problemsMet: number): void {
    const isWhole = open.isWhole && !lexer.injecting && lexer.newlineStart >= 0;
    if (!isWhole || problemsMet !== open.problemsMet || lexer.kind === Token.Newline) return;
    this.#statements[open.index] = {
      tree,
      line: open.line,
      column: open.column,
      depth: open.depth,
      newline: lexer.newlineStart,
      newlineLine: lexer.newlineLine,
      nextColumn: lexer.newlineColumn,
      seenEnd: lexer.pos + lookAhead,
      logStart: open.logStart,
      logEnd: this.log.tokenStart,
      constantsBefore: open.constantsBefore,
      constantsAfter: this.#constants,
      nested: this.#statements.length - open.index - 1,
    };
  }

  /** A statement that was begun has been given up, with all in it. */
  abandon(open: OpenStatement): void {
    this.#statements.length = open.index;
    this.#starts.length = open.index;
  }

  /** The text is parsed: only what the next one needs is kept. */
  close(): void {
    this.#before = null;
  }
}

/** A statement that is being parsed. */
export interface OpenStatement {
  readonly index: number;
  readonly line: number;
  readonly column: number;
  readonly depth: number;
  readonly problemsMet: number;
  readonly logStart: number;
  readonly constantsBefore: ConstantChain | null;
  readonly isWhole: boolean;
}

/** Where two chains of constants make a difference. */
interface ConstantDifference {
  readonly before: ConstantChain | null;
  readonly now: ConstantChain | null;
  /** Offsets in the text, rising. */
  readonly places: readonly number[];
}

/** Finds all places in a text that hold a name, or a part of one, for which two chains have different constants. */
function compareConstants(
  before: ConstantChain | null,
  now: ConstantChain | null,
  text: string,
): ConstantDifference {
  const constantsBefore = constantsOf(before);
  const constantsNow = constantsOf(now);
  const places: number[] = [];
  for (const name of new Set([...constantsBefore.keys(), ...constantsNow.keys()])) {
    const a = constantsBefore.get(name);
    const b = constantsNow.get(name);
    if (a !== undefined && b !== undefined && isSameConstant(a, b)) continue;
    for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) places.push(at);
  }
  return { before, now, places: places.sort((a, b) => a - b) };
}

/** Constants by name; of several of a name the last. */
function constantsOf(chain: ConstantChain | null): Map<string, Constant> {
  const constants = new Map<string, Constant>();
  for (let link = chain; link !== null; link = link.before) {
    if (!constants.has(link.name)) constants.set(link.name, link.constant);
  }
  return constants;
}

function moveStatement(statement: ParsedStatement, units: number, lines: number, entries: number): void {
  statement.newline += units;
  statement.seenEnd += units;
  statement.line += lines;
  statement.newlineLine += lines;
  statement.logStart += entries;
  statement.logEnd += entries;
}

/** Index of the first of the rising numbers that is not below `bound`. */
function findIndex(rising: readonly number[], bound: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether two constants make the same code wherever they stand. Each NaN is an object of its own. */
function isSameConstant(a: Constant, b: Constant): boolean {
  if (a === b) return true;
  switch (a.type) {
    case "int":
      return b.type === "int" && a.value === b.value && a.boxed === b.boxed;
    case "float":
      return b.type === "float" && Object.is(a.value, b.value) && !Number.isNaN(a.value);
    case "str":
      return b.type === "str" && a.value === b.value;
    case "None":
    case "True":
    case "False":
    case "Ellipsis":
      return a.type === b.type;
    default:
      return false;
  }
}
