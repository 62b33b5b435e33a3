import { isNameStart } from "./characters.js";
import { startsTest } from "./grammar.js";
import { resolveOptions, type CompilerOptions, type ResolvedOptions } from "./options.js";
import { statementAbandoned } from "./parser-base.js";
import type { Problem } from "./problems.js";
import { type ConstantChain, StatementHistory, type TextChange } from "./statement-history.js";
import { StatementParser } from "./statement-parser.js";
import { type Child, Kind, Node, noChildren, Token } from "./tree.js";

/** A parsed text. */
export interface ParsedSource {
  /** The tree of all that is whole; null only if an `eval` or `single` text is no expression or statement. */
  readonly tree: Node | null;
  /** Problems in the order found; the first is the one MicroPython raises. Empty if MicroPython parses the text. */
  readonly problems: readonly Problem[];
}

/**
 * Parses a MicroPython source text into the tree MicroPython's own parser makes (py/parse.c, 1.26.1), constants folded.
 * Never throws. After an error it goes on at the next statement, so that `tree` holds the statements around it.
 */
export function parseSource(source: string, options: CompilerOptions | ResolvedOptions = {}): ParsedSource {
  const resolved = "minorVersion" in options ? options : resolveOptions(options);
  return new SourceParser(source, resolved, null).parse();
}

/**
 * Parses a text of which an earlier version was parsed, taking over the statements that the change leaves alone: their
 * nodes are the same, moved to where they stand now. The earlier tree is of no more use. What comes out equals what
 * `parseSource` gives.
 *
 * @param before what parsing the earlier version left; null to parse all of the text
 */
export function parseAgain(
  source: string,
  options: ResolvedOptions,
  before: StatementHistory | null,
  change: TextChange,
): ParsedSource & { readonly history: StatementHistory } {
  const history = new StatementHistory(source, before, change);
  const parsed = new SourceParser(source, options, history).parse();
  history.close();
  return { ...parsed, history };
}

class SourceParser extends StatementParser {
  /** Columns of the indented blocks being parsed, from the outside. */
  private readonly blockColumns: number[] = [];
  /** How many units of text the parser may still look at again after errors. */
  private rereadsLeft = 100_000;

  parse(): ParsedSource {
    this.lexer.begin();
    if (this.lexer.namedEscape) this.noteNamedEscape();
    let tree: Child = null;
    if (this.options.mode === "exec") tree = this.parseFile();
    else tree = this.parseInput();
    return { tree, problems: this.problems };
  }

  /** `file_input` */
  private parseFile(): Node {
    const { tokenLine: line, start } = this.lexer;
    const statements = this.parseStatements(true);
    if (statements.length === 0)
      return new Node(Kind.FileInput, line, 0, this.lexer.sourceLength, [null], null);
    if (statements.length === 1) return statements[0]!;
    const end = statements[statements.length - 1]!.end;
    return new Node(Kind.FileInput2, line, start, end, statements, null);
  }

  /** `single_input` or `eval_input` */
  private parseInput(): Child {
    try {
      const tree = this.options.mode === "single" ? this.parseSingle() : this.parseEval();
      if (this.lexer.kind !== Token.End) this.noteSyntaxError();
      return tree;
    } catch (error) {
      if (error === statementAbandoned) return null;
      throw error;
    }
  }

  private parseSingle(): Node {
    // Of 1.28 and 1.29 the latter was seen to refuse an empty text.
    const refused = this.lexer.sourceLength === 0 && this.options.minorVersion >= 28;
    if (this.lexer.kind === Token.Newline && !refused) return this.takeToken();
    return this.parseStatement();
  }

  private parseEval(): Node {
    const { tokenLine: line, start } = this.lexer;
    const value = this.parseTestlist();
    const { kind, tokenLine: endLine, start: endStart } = this.lexer;
    if (kind !== Token.Newline) return value;
    this.advance();
    const newline = this.makeRule(Kind.EvalInput2, endLine, endStart, noChildren);
    return this.makeRule(Kind.EvalInput, line, start, [value, newline]);
  }

  /**
   * Statements up to the end of their block (the dedent is not taken) or of the text. A statement that is no Python is
   * left out, its problem noted; an indented block nobody asked for counts as part of this one.
   */
  private parseStatements(topLevel: boolean): Node[] {
    const lexer = this.lexer;
    const statements: Node[] = [];
    const depth = this.depth;
    const blocks = this.blockColumns.length;
    /** The number of blocks from which on statements are dropped: those in the body of a broken `def` or `class`. */
    let dropFrom = Number.POSITIVE_INFINITY;
    /** Whether the statement just before was given up, and whether its body is a scope of its own. */
    let broken = false;
    let brokenScope = false;
    for (;;) {
      const kind = lexer.kind;
      if (kind === Token.End) break;
      if (kind === Token.Dedent) {
        if (this.blockColumns.length <= blocks) break;
        this.closeBlock();
        if (this.blockColumns.length < dropFrom) dropFrom = Number.POSITIVE_INFINITY;
        continue;
      }
      if (kind === Token.Indent) {
        if (!broken) this.noteSyntaxError();
        this.openBlock();
        if (brokenScope) dropFrom = Math.min(dropFrom, this.blockColumns.length);
        broken = false;
        brokenScope = false;
        continue;
      }
      const { start, tokenLine: line } = lexer;
      const open = this.blockColumns.length;
      broken = false;
      brokenScope = false;
      try {
        const statement = topLevel && kind === Token.Newline ? this.takeToken() : this.readStatement();
        if (open < dropFrom) statements.push(statement);
      } catch (error) {
        if (error !== statementAbandoned) throw error;
        this.depth = depth;
        this.blockColumns.length = open;
        broken = true;
        brokenScope = kind === Token.Def || kind === Token.Class || kind === Token.Async;
        this.recover(start, line);
      }
    }
    return statements;
  }

  /** A statement, taken over or parsed. */
  private readStatement(): Node {
    const { history, lexer, depth } = this;
    if (history === null) return this.parseStatement();
    const before = history.constants;
    const known = history.takeOver(lexer, depth);
    if (known !== null) {
      this.adoptConstants(history.constants, before);
      this.advance();
      return known;
    }
    const open = history.begin(lexer, depth, this.problemsMet);
    try {
      const statement = this.parseStatement();
      history.end(open, statement, lexer, this.problemsMet);
      return statement;
    } catch (error) {
      history.abandon(open);
      throw error;
    }
  }

  /** Defines the constants of a statement that was taken over. */
  private adoptConstants(last: ConstantChain | null, before: ConstantChain | null): void {
    if (last === before || last === null) return;
    this.adoptConstants(last.before, before);
    this.constants.set(this.lexer.names.internText(last.name), last.constant);
  }

  /** Takes an indent token. */
  private openBlock(): void {
    this.blockColumns.push(this.lexer.blockColumn);
    this.advance();
  }

  /** Takes a dedent token. */
  private closeBlock(): void {
    this.blockColumns.pop();
    this.advance();
  }

  /**
   * Goes to the line where parsing can resume after the statement that began at `start`, on `line`, was given up: the
   * line of the offending token if it is the first there, else the one after it; or, if a bracket was left open, the
   * first line that can begin a statement of the same block.
   */
  private recover(start: number, line: number): void {
    const lexer = this.lexer;
    const { kind, start: errorStart, end: errorEnd, tokenLine: errorLine, bracketLevel } = lexer;
    lexer.dropInjections();
    const { text, pos } = lexer;
    const errorLineStart = startOfLine(text, errorStart);
    let resume: number;
    if (errorLineStart > start && isBlank(text, errorLineStart, errorStart)) resume = errorLineStart;
    else if (kind === Token.String || kind === Token.Bytes) resume = startOfNextLine(text, errorEnd);
    else resume = startOfNextLine(text, errorStart);
    let resumeLine = errorLine + countNewlines(text, errorStart, resume);

    const column = this.blockColumns[this.blockColumns.length - 1] ?? 0;
    const earlier = bracketLevel > 0 ? findStatementLine(text, start, resume, column) : -1;
    if (earlier >= 0) {
      resume = earlier;
      resumeLine = line + countNewlines(text, start, earlier);
    }
    // Without a bound, hostile text would take quadratic time.
    if (pos - resume > this.rereadsLeft) {
      resume = startOfNextLine(text, pos);
      resumeLine = errorLine + countNewlines(text, errorStart, resume);
    } else if (pos > resume) {
      this.rereadsLeft -= pos - resume;
    }
    lexer.resumeAt(resume, resumeLine, this.blockColumns);
    if (lexer.namedEscape) this.noteNamedEscape();
  }

  /** `stmt` */
  private parseStatement(): Node {
    const { kind, tokenLine: line, start } = this.lexer;
    switch (kind) {
      case Token.If:
        return this.parseIf();
      case Token.While:
        return this.parseWhile();
      case Token.For:
        return this.parseFor();
      case Token.Try:
        return this.parseTry();
      case Token.With:
        return this.parseWith();
      case Token.Def:
        return this.parseFunction();
      case Token.Class:
        return this.parseClass();
      case Token.At:
        return this.parseDecorated();
      case Token.Async: {
        this.advance();
        const statement = this.parseAsync();
        return new Node(Kind.AsyncStmt, line, start, statement.end, [statement], null);
      }
      default:
        return this.parseSimpleStatement();
    }
  }

  /** `async_stmt_2` */
  private parseAsync(): Node {
    switch (this.lexer.kind) {
      case Token.Def:
        return this.parseFunction();
      case Token.With:
        return this.parseWith();
      case Token.For:
        return this.parseFor();
      default:
        return this.fail();
    }
  }

  /** `suite`: a block or the simple statements of the same line */
  private parseSuite(): Node {
    const lexer = this.lexer;
    if (lexer.kind === Token.DedentMismatch) {
      this.noteSyntaxError();
      lexer.acceptMismatch();
    }
    if (!this.at(Token.Newline)) return this.parseSimpleStatement();
    this.advance();
    if (!this.at(Token.Indent)) this.fail();
    this.enter(5);
    this.openBlock();
    const { tokenLine: line, start } = lexer;
    const statements = this.parseStatements(false);
    this.depth -= 5;
    if (lexer.kind === Token.Dedent) this.closeBlock();
    if (statements.length === 1) return statements[0]!;
    if (statements.length === 0) return new Node(Kind.PassStmt, line, start, start, noChildren, null);
    const end = statements[statements.length - 1]!.end;
    return new Node(Kind.SuiteBlockStmts, line, start, end, statements, null);
  }

  /** `if_stmt`: test, body, `elif`s or null, `else` or null */
  private parseIf(): Node {
    const { tokenLine: line, start } = this.lexer;
    this.advance();
    const test = this.parseNamedTest();
    this.expect(Token.Colon);
    const body = this.parseSuite();
    const { tokenLine: elifLine, start: elifStart } = this.lexer;
    const branches: Child[] = [];
    while (this.lexer.kind === Token.Elif) branches.push(this.parseElif());
    let elifs: Child = null;
    if (branches.length > 0) {
      elifs = branches[0]!;
      const end = branches[branches.length - 1]!.end;
      if (branches.length > 1)
        elifs = new Node(Kind.IfStmtElifList, elifLine, elifStart, end, branches, null);
    }
    const otherwise = this.parseElse();
    const end = (otherwise ?? elifs ?? body).end;
    return new Node(Kind.IfStmt, line, start, end, [test, body, elifs, otherwise], null);
  }

  private parseElif(): Node {
    const { tokenLine: line, start } = this.lexer;
    this.advance();
    const test = this.parseNamedTest();
    this.expect(Token.Colon);
    const body = this.parseSuite();
    return new Node(Kind.IfStmtElif, line, start, body.end, [test, body], null);
  }

  /** `else_stmt`, or null if there is none */
  private parseElse(): Child {
    if (!this.accept(Token.Else)) return null;
    this.expect(Token.Colon);
    return this.parseSuite();
  }

  /** `while_stmt`: test, body, `else` or null */
  private parseWhile(): Node {
    const { tokenLine: line, start } = this.lexer;
    this.advance();
    const test = this.parseNamedTest();
    this.expect(Token.Colon);
    const body = this.parseSuite();
    const otherwise = this.parseElse();
    return new Node(Kind.WhileStmt, line, start, (otherwise ?? body).end, [test, body, otherwise], null);
  }

  /** `for_stmt`: targets, iterable, body, `else` or null */
  private parseFor(): Node {
    const { tokenLine: line, start } = this.lexer;
    this.advance();
    const targets = this.parseExprlist();
    this.expect(Token.In);
    const iterable = this.parseTestlist();
    this.expect(Token.Colon);
    const body = this.parseSuite();
    const otherwise = this.parseElse();
    const end = (otherwise ?? body).end;
    return new Node(Kind.ForStmt, line, start, end, [targets, iterable, body, otherwise], null);
  }

  /** `try_stmt`: body, handlers. Without any handler the statement is no Python, but its body stays. */
  private parseTry(): Node {
    const lexer = this.lexer;
    const { tokenLine: line, start } = lexer;
    this.advance();
    this.expect(Token.Colon);
    const body = this.parseSuite();
    let handlers: Node;
    if (lexer.kind === Token.Except) {
      handlers = this.parseHandlers();
    } else if (lexer.kind === Token.Finally) {
      handlers = this.parseFinally();
    } else {
      this.noteSyntaxError();
      return body;
    }
    return new Node(Kind.TryStmt, line, start, handlers.end, [body, handlers], null);
  }

  /** `try_stmt_except_and_more`: handlers, and where there are more parts, `else` or null and `finally` or null */
  private parseHandlers(): Node {
    const { tokenLine: line, start } = this.lexer;
    const items: Node[] = [];
    while (this.lexer.kind === Token.Except) items.push(this.parseHandler());
    const last = items[items.length - 1]!;
    const handlers =
      items.length === 1 ? last : new Node(Kind.TryStmtExceptList, line, start, last.end, items, null);
    const otherwise = this.parseElse();
    const final = this.lexer.kind === Token.Finally ? this.parseFinally() : null;
    if (otherwise === null && final === null) return handlers;
    const end = (final ?? otherwise ?? last).end;
    return new Node(Kind.TryStmtExceptAndMore, line, start, end, [handlers, otherwise, final], null);
  }

  /** `try_stmt_except`: type, type and name, or null; body */
  private parseHandler(): Node {
    const { tokenLine: line, start } = this.lexer;
    this.advance();
    const { kind, tokenLine: typeLine, start: typeStart } = this.lexer;
    let type: Child = null;
    if (startsTest(kind)) {
      type = this.parseTest();
      if (this.accept(Token.As)) {
        const name = this.expectName();
        type = this.makeRule(Kind.TryStmtAsName, typeLine, typeStart, [type, name]);
      }
    }
    this.expect(Token.Colon);
    const body = this.parseSuite();
    return new Node(Kind.TryStmtExcept, line, start, body.end, [type, body], null);
  }

  /** `try_stmt_finally` */
  private parseFinally(): Node {
    const { tokenLine: line, start } = this.lexer;
    this.advance();
    this.expect(Token.Colon);
    const body = this.parseSuite();
    return new Node(Kind.TryStmtFinally, line, start, body.end, [body], null);
  }

  /** `with_stmt`: items, body */
  private parseWith(): Node {
    const { tokenLine: line, start } = this.lexer;
    this.advance();
    const { tokenLine: listLine, start: listStart } = this.lexer;
    const items: Child[] = [this.parseWithItem()];
    while (this.accept(Token.Comma)) items.push(this.parseWithItem());
    const list =
      items.length === 1 ? items[0]! : this.makeRule(Kind.WithStmtList, listLine, listStart, items);
    this.expect(Token.Colon);
    const body = this.parseSuite();
    return new Node(Kind.WithStmt, line, start, body.end, [list, body], null);
  }

  private parseWithItem(): Node {
    const { tokenLine: line, start } = this.lexer;
    const context = this.parseTest();
    if (!this.accept(Token.As)) return context;
    const target = this.parseExpr();
    return this.makeRule(Kind.WithItem, line, start, [context, target]);
  }

  /** `decorated`: decorators, definition */
  private parseDecorated(): Node {
    const lexer = this.lexer;
    const { tokenLine: line, start } = lexer;
    const items: Child[] = [];
    while (lexer.kind === Token.At) items.push(this.parseDecorator());
    const decorators = items.length === 1 ? items[0]! : this.makeRule(Kind.Decorators, line, start, items);
    const { kind, tokenLine: asyncLine, start: asyncStart } = lexer;
    let definition: Node;
    if (kind === Token.Async) {
      this.advance();
      if (lexer.kind !== Token.Def) this.fail();
      const funcdef = this.parseFunction();
      definition = new Node(Kind.AsyncFuncdef, asyncLine, asyncStart, funcdef.end, [funcdef], null);
    } else if (kind === Token.Class) {
      definition = this.parseClass();
    } else if (kind === Token.Def) {
      definition = this.parseFunction();
    } else {
      this.fail();
    }
    return new Node(Kind.Decorated, line, start, definition.end, [decorators, definition], null);
  }

  /** `decorator`: name, call or null */
  private parseDecorator(): Node {
    const { tokenLine: line, start } = this.lexer;
    this.advance();
    const name = this.parseDottedName();
    const call = this.lexer.kind === Token.ParenOpen ? this.parseCall() : null;
    const decorator = this.makeRule(Kind.Decorator, line, start, [name, call]);
    this.expect(Token.Newline);
    return decorator;
  }

  /** `funcdef`: name, parameters or null, return annotation or null, body */
  private parseFunction(): Node {
    const { tokenLine: line, start } = this.lexer;
    this.advance();
    const name = this.expectName();
    this.expect(Token.ParenOpen);
    const parameters = this.parseParameters();
    this.expect(Token.ParenClose);
    const result = this.accept(Token.MinusMore) ? this.parseTest() : null;
    this.expect(Token.Colon);
    const body = this.parseSuite();
    return new Node(Kind.Funcdef, line, start, body.end, [name, parameters, result, body], null);
  }

  /** `typedargslist`, or null if there is none */
  private parseParameters(): Child {
    const { tokenLine: line, start } = this.lexer;
    const first = this.parseParameter();
    if (first === null || this.lexer.kind !== Token.Comma) return first;
    const items: Child[] = [first];
    while (this.accept(Token.Comma)) {
      const item = this.parseParameter();
      if (item === null) break;
      items.push(item);
    }
    return this.makeRule(Kind.Typedargslist, line, start, items);
  }

  /** `typedargslist_item`, or null if none begins here */
  private parseParameter(): Child {
    const lexer = this.lexer;
    const { kind, tokenLine: line, start } = lexer;
    if (kind === Token.Name) {
      const name = this.expectName();
      const annotation = this.accept(Token.Colon) ? this.parseTest() : null;
      const value = this.accept(Token.Equal) ? this.parseTest() : null;
      if (annotation === null && value === null) return name;
      return this.makeRule(Kind.TypedargslistName, line, start, [name, annotation, value]);
    }
    if (kind !== Token.Star && kind !== Token.DblStar) return null;
    this.advance();
    const { kind: nameKind, tokenLine: nameLine, start: nameStart } = lexer;
    if (kind === Token.Star && nameKind !== Token.Name) {
      return this.makeRule(Kind.TypedargslistStar, line, start, [null]);
    }
    const name = this.expectName();
    const annotation = this.accept(Token.Colon) ? this.parseTest() : null;
    if (kind === Token.DblStar) {
      return this.makeRule(Kind.TypedargslistDblStar, line, start, [name, annotation]);
    }
    const named = this.makeRule(Kind.Tfpdef, nameLine, nameStart, [name, annotation]);
    return this.makeRule(Kind.TypedargslistStar, line, start, [named]);
  }

  /** `classdef`: name, bases (a `Classdef2` for empty parentheses) or null, body */
  private parseClass(): Node {
    const { tokenLine: line, start } = this.lexer;
    this.advance();
    const name = this.expectName();
    const { tokenLine: basesLine, start: basesStart } = this.lexer;
    let bases: Child = null;
    if (this.accept(Token.ParenOpen)) {
      bases = this.parseArguments();
      this.expect(Token.ParenClose);
      bases ??= this.makeRule(Kind.Classdef2, basesLine, basesStart, [null]);
    }
    this.expect(Token.Colon);
    const body = this.parseSuite();
    return new Node(Kind.Classdef, line, start, body.end, [name, bases, body], null);
  }
}

function isLineEnd(code: number): boolean {
  return code === 10 || code === 13;
}

function startOfLine(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && !isLineEnd(text.charCodeAt(start - 1))) start -= 1;
  return start;
}

/** Start of the line after the one `offset` is on; the text ends in a newline and three NULs. */
function startOfNextLine(text: string, offset: number): number {
  const last = text.length - 3;
  let end = Math.min(offset, last);
  while (end < last && !isLineEnd(text.charCodeAt(end))) end += 1;
  if (end < last && text.charCodeAt(end) === 13 && text.charCodeAt(end + 1) === 10) end += 1;
  return Math.min(end + 1, last);
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code !== 32 && code !== 9 && code !== 12) return false;
  }
  return true;
}

function countNewlines(text: string, start: number, end: number): number {
  let count = 0;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code === 10 || (code === 13 && text.charCodeAt(index + 1) !== 10)) count += 1;
  }
  return count;
}

/**
 * The first line after the one `start` is on, and before `end`, that stands no deeper than `column` and begins with a
 * letter or a decorator: where a statement left open most likely ought to have ended. -1 if there is none.
 */
function findStatementLine(text: string, start: number, end: number, column: number): number {
  for (let line = startOfNextLine(text, start); line < end; line = startOfNextLine(text, line)) {
    let first = line;
    while (text.charCodeAt(first) === 32 || text.charCodeAt(first) === 9) first += 1;
    const code = text.charCodeAt(first);
    if (first - line <= column && (isNameStart(code) || code === 64)) return line;
  }
  return -1;
}
