import { Folder, makeConstant } from "./fold.js";
import { Lexer } from "./lexer.js";
import { readDecimal, readInteger } from "./numbers.js";
import type { ResolvedOptions } from "./options.js";
import { markedExtent, type Problem, type ProblemPhase, type ProblemType } from "./problems.js";
import type { StatementHistory } from "./statement-history.js";
import { type Child, type Constant, Kind, Node, noChildren, Token } from "./tree.js";
import { bytesOf, isTooLongName } from "./characters.js";

/** Thrown to give up a statement that is no Python; its problem is already noted. One for all: no stack is wanted. */
export const statementAbandoned = new Error("statement abandoned");

/**
 * How deep brackets, blocks and operators may nest, counted in steps of one rule. It bounds the parser's and the
 * compiler's recursion, far above what MicroPython's own C stack takes on any board.
 */
const deepest = 1000;

/** Problems beyond this number are not noted. */
const mostProblems = 100;

/** What all rules share: the current token, leaves, constants and problems. */
export class ParserBase {
  protected readonly lexer: Lexer;
  protected readonly options: ResolvedOptions;
  protected readonly folder: Folder;
  /** Where statements are kept for the next time, and those of the last time are; or null. */
  protected readonly history: StatementHistory | null;
  readonly problems: Problem[] = [];
  /** How many problems were met, those not noted included. */
  protected problemsMet = 0;
  protected depth = 0;
  /** Constants made by `NAME = const(...)` so far, by entry of the name table. */
  protected readonly constants = new Map<number, Constant>();

  constructor(source: string, options: ResolvedOptions, history: StatementHistory | null) {
    this.options = options;
    this.history = history;
    this.lexer = new Lexer(source, options, history?.log ?? null);
    this.folder = new Folder(options);
  }

  /** Goes on to the next token. */
  protected advance(): void {
    this.lexer.next();
    if (this.lexer.namedEscape) this.noteNamedEscape();
  }

  /** Whether the current token is of this kind. */
  protected at(token: Token): boolean {
    return this.lexer.kind === token;
  }

  /** Takes a token of this kind and says whether it stood there. */
  protected accept(token: Token): boolean {
    if (this.lexer.kind !== token) return false;
    this.advance();
    return true;
  }

  /** Takes a token that must stand here. */
  protected expect(token: Token): void {
    if (this.lexer.kind !== token) this.fail();
    this.advance();
  }

  /** Takes a name that must stand here. */
  protected expectName(): Node {
    if (this.lexer.kind !== Token.Name) this.fail();
    const name = this.nameLeaf();
    this.advance();
    return name;
  }

  /** A leaf for the current token, a name. */
  protected nameLeaf(): Node {
    const lexer = this.lexer;
    const text = lexer.names.names[lexer.name]!;
    if (isTooLongName(text)) {
      this.noteProblem("RuntimeError", "name too long", "parse", -1, lexer.start, lexer.end);
    }
    return new Node(Kind.Id, lexer.tokenLine, lexer.start, lexer.end, noChildren, text);
  }

  /** Takes the current token, a keyword or operator, as a leaf. */
  protected takeToken(): Node {
    const lexer = this.lexer;
    const leaf = new Node(Kind.Token, lexer.tokenLine, lexer.start, lexer.end, noChildren, lexer.kind);
    this.advance();
    return leaf;
  }

  /**
   * Makes a rule's node that ends with the last token taken, or with a child that reaches further: an f-string reaches
   * beyond the tokens made of it.
   */
  protected makeRule(kind: Kind, line: number, start: number, children: readonly Child[]): Node {
    let end = this.lexer.previousEnd;
    for (const child of children) if (child !== null && child.end > end) end = child.end;
    return new Node(kind, line, start, end, children, null);
  }

  protected numberLeaf(): Node {
    const lexer = this.lexer;
    const { tokenLine: line, start, end } = lexer;
    if (lexer.kind === Token.Integer && lexer.digits === "") {
      return this.folder.makeSmallInteger(lexer.integer, line, start, end);
    }
    const reading =
      lexer.kind === Token.Integer
        ? readInteger(lexer.digits, this.options)
        : readDecimal(lexer.digits, this.options);
    if (reading.ok) return this.folder.makeObject(reading.constant, line, start, end);
    this.noteProblem("SyntaxError", reading.message, "lex", line, start, end);
    return new Node(Kind.SmallInt, line, start, end, noChildren, 0);
  }

  protected stringLeaf(): Node {
    const lexer = this.lexer;
    const { tokenLine: line, start, end, stringValue: value } = lexer;
    if (lexer.kind === Token.Bytes) {
      return makeConstant({ type: "bytes", value: bytesOf(value) }, line, start, end);
    }
    if (lexer.interned) return new Node(Kind.Str, line, start, end, noChildren, value);
    return makeConstant({ type: "str", value }, line, start, end);
  }

  /** Goes `steps` deeper; gives the statement up if that is too deep. */
  protected enter(steps: number): void {
    this.depth += steps;
    if (this.depth <= deepest) return;
    const { tokenLine, start, end } = this.lexer;
    this.noteProblem("RuntimeError", "maximum recursion depth exceeded", "parse", tokenLine, start, end);
    throw statementAbandoned;
  }

  /** Notes the syntax error of the current token and gives the statement up. */
  protected fail(): never {
    this.noteSyntaxError();
    throw statementAbandoned;
  }

  /** Notes what MicroPython says of a token no rule takes (end of py/parse.c `mp_parse`). */
  protected noteSyntaxError(): void {
    const { kind, tokenLine } = this.lexer;
    let { start, end } = this.lexer;
    let type: ProblemType = "SyntaxError";
    let message = "invalid syntax";
    let phase: ProblemPhase = "parse";
    switch (kind) {
      case Token.Indent:
        type = "IndentationError";
        message = "unexpected indent";
        break;
      case Token.DedentMismatch:
        type = "IndentationError";
        message = "unindent doesn't match any outer indent level";
        phase = "lex";
        break;
      case Token.MalformedFstring:
        message = "malformed f-string";
        phase = "lex";
        break;
      case Token.FstringRaw:
        message = "raw f-strings are not supported";
        phase = "lex";
        break;
      case Token.Invalid:
      case Token.LonelyStringOpen:
        phase = "lex";
        break;
      default:
    }
    if (type === "IndentationError") {
      start = this.lexer.blankStart;
      end = this.lexer.sourceOffset(this.lexer.pos);
    }
    this.noteProblem(type, message, phase, tokenLine, start, end);
  }

  /** Notes a problem unless one is noted for the same place. */
  protected noteProblem(
    type: ProblemType,
    message: string,
    phase: ProblemPhase,
    line: number,
    start: number,
    end: number,
  ): void {
    this.problemsMet += 1;
    const last = this.problems[this.problems.length - 1];
    if (last?.start === start || this.problems.length >= mostProblems) return;
    this.problems.push({ message, line, type, phase, ...markedExtent(start, end, this.lexer.sourceLength) });
  }

  protected noteNamedEscape(): void {
    const { start, end } = this.lexer;
    this.lexer.namedEscape = false;
    this.noteProblem("NotImplementedError", "unicode name escapes", "lex", -1, start, end);
  }
}
