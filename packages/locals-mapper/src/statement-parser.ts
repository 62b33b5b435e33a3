import { ExpressionParser } from "./expression-parser.js";
import { isAugmentedAssign, startsTest } from "./grammar.js";
import { constantOf } from "./constants.js";
import { type Child, Kind, Node, noChildren, Token } from "./tree.js";

/** The rules for simple statements (py/grammar.h, 1.26.1), with what the parser does to them: `const()`, docstrings. */
export class StatementParser extends ExpressionParser {
  /** `simple_stmt`: a statement, or a `SimpleStmt2` of several, up to and with the newline */
  protected parseSimpleStatement(): Node {
    const lexer = this.lexer;
    const { tokenLine: line, start } = lexer;
    const first = this.parseSmallStatement();
    let statement = first;
    if (this.at(Token.Semicolon)) {
      const items: Child[] = [first];
      while (this.accept(Token.Semicolon)) {
        if (lexer.kind === Token.Newline || !this.atSmallStatement()) break;
        items.push(this.parseSmallStatement());
      }
      statement = this.makeRule(Kind.SimpleStmt2, line, start, items);
    }
    this.endLine();
    return statement;
  }

  /** Takes the newline after a simple statement. A wrong dedent is noted here and doesn't cost the statement. */
  private endLine(): void {
    if (this.lexer.kind === Token.DedentMismatch) {
      this.noteSyntaxError();
      this.lexer.acceptMismatch();
    }
    this.expect(Token.Newline);
  }

  private atSmallStatement(): boolean {
    const kind = this.lexer.kind;
    if (startsTest(kind) || kind === Token.Star) return true;
    switch (kind) {
      case Token.Del:
      case Token.Pass:
      case Token.Break:
      case Token.Continue:
      case Token.Return:
      case Token.Raise:
      case Token.Yield:
      case Token.Import:
      case Token.From:
      case Token.Global:
      case Token.Nonlocal:
      case Token.Assert:
        return true;
      default:
        return false;
    }
  }

  /** `small_stmt` */
  private parseSmallStatement(): Node {
    const { kind, tokenLine: line, start } = this.lexer;
    switch (kind) {
      case Token.Del: {
        this.advance();
        const targets = this.parseExprlist();
        return this.makeRule(Kind.DelStmt, line, start, [targets]);
      }
      case Token.Pass:
        return this.parseWord(Kind.PassStmt);
      case Token.Break:
        return this.parseWord(Kind.BreakStmt);
      case Token.Continue:
        return this.parseWord(Kind.ContinueStmt);
      case Token.Return: {
        this.advance();
        const value = startsTest(this.lexer.kind) ? this.parseTestlist() : null;
        return this.makeRule(Kind.ReturnStmt, line, start, [value]);
      }
      case Token.Raise:
        return this.parseRaise();
      case Token.Yield: {
        const value = this.parseYield();
        return this.makeRule(Kind.YieldStmt, line, start, [value]);
      }
      case Token.Import:
        return this.parseImport();
      case Token.From:
        return this.parseFromImport();
      case Token.Global:
        return this.parseNames(Kind.GlobalStmt);
      case Token.Nonlocal:
        return this.parseNames(Kind.NonlocalStmt);
      case Token.Assert: {
        this.advance();
        const test = this.parseTest();
        const message = this.accept(Token.Comma) ? this.parseTest() : null;
        return this.makeRule(Kind.AssertStmt, line, start, [test, message]);
      }
      default:
        return this.parseExpressionStatement();
    }
  }

  private parseWord(kind: Kind): Node {
    const { tokenLine: line, start } = this.lexer;
    this.advance();
    return this.makeRule(kind, line, start, noChildren);
  }

  private parseRaise(): Node {
    const lexer = this.lexer;
    const { tokenLine: line, start } = lexer;
    this.advance();
    let argument: Child = null;
    if (startsTest(lexer.kind)) {
      const { tokenLine: argumentLine, start: argumentStart } = lexer;
      argument = this.parseTest();
      if (this.accept(Token.From)) {
        const cause = this.parseTest();
        argument = this.makeRule(Kind.RaiseStmtArg, argumentLine, argumentStart, [argument, cause]);
      }
    }
    return this.makeRule(Kind.RaiseStmt, line, start, [argument]);
  }

  /** `global_stmt` or `nonlocal_stmt` */
  private parseNames(kind: typeof Kind.GlobalStmt | typeof Kind.NonlocalStmt): Node {
    const { tokenLine: line, start } = this.lexer;
    this.advance();
    const { tokenLine: listLine, start: listStart } = this.lexer;
    const items: Child[] = [this.expectName()];
    while (this.accept(Token.Comma)) items.push(this.expectName());
    const names = items.length === 1 ? items[0]! : this.makeRule(Kind.NameList, listLine, listStart, items);
    return this.makeRule(kind, line, start, [names]);
  }

  /** `import_name` */
  private parseImport(): Node {
    const { tokenLine: line, start } = this.lexer;
    this.advance();
    const { tokenLine: listLine, start: listStart } = this.lexer;
    const items: Child[] = [this.parseDottedAsName()];
    while (this.accept(Token.Comma)) items.push(this.parseDottedAsName());
    const names =
      items.length === 1 ? items[0]! : this.makeRule(Kind.DottedAsNames, listLine, listStart, items);
    return this.makeRule(Kind.ImportName, line, start, [names]);
  }

  private parseDottedAsName(): Node {
    const { tokenLine: line, start } = this.lexer;
    const module = this.parseDottedName();
    if (!this.accept(Token.As)) return module;
    const name = this.expectName();
    return this.makeRule(Kind.DottedAsName, line, start, [module, name]);
  }

  /** `dotted_name` */
  protected parseDottedName(): Node {
    const { tokenLine: line, start } = this.lexer;
    const first = this.expectName();
    if (this.lexer.kind !== Token.Period) return first;
    const items: Child[] = [first];
    while (this.accept(Token.Period)) items.push(this.expectName());
    return this.makeRule(Kind.DottedName, line, start, items);
  }

  /** `import_from`: module, names */
  private parseFromImport(): Node {
    const { tokenLine: line, start } = this.lexer;
    this.advance();
    const module = this.parseFromModule();
    this.expect(Token.Import);
    const names = this.parseFromNames();
    return this.makeRule(Kind.ImportFrom, line, start, [module, names]);
  }

  private parseFromModule(): Node {
    const { tokenLine: line, start } = this.lexer;
    const dots: Child[] = [];
    while (this.lexer.kind === Token.Period || this.lexer.kind === Token.Ellipsis)
      dots.push(this.takeToken());
    if (dots.length === 0) return this.parseDottedName();
    const level =
      dots.length === 1 ? dots[0]! : this.makeRule(Kind.OneOrMorePeriodOrEllipsis, line, start, dots);
    if (this.lexer.kind !== Token.Name) return level;
    const module = this.parseDottedName();
    return this.makeRule(Kind.ImportFrom2b, line, start, [level, module]);
  }

  private parseFromNames(): Node {
    if (this.lexer.kind === Token.Star) return this.takeToken();
    if (!this.accept(Token.ParenOpen)) return this.parseImportAsNames();
    const names = this.parseImportAsNames();
    this.expect(Token.ParenClose);
    return names;
  }

  private parseImportAsNames(): Node {
    const { tokenLine: line, start } = this.lexer;
    const first = this.parseImportAsName();
    if (!this.at(Token.Comma)) return first;
    const items: Child[] = [first];
    while (this.accept(Token.Comma) && this.lexer.kind === Token.Name) items.push(this.parseImportAsName());
    return this.makeRule(Kind.ImportAsNames, line, start, items);
  }

  private parseImportAsName(): Node {
    const { tokenLine: line, start } = this.lexer;
    const name = this.expectName();
    const alias = this.accept(Token.As) ? this.expectName() : null;
    return this.makeRule(Kind.ImportAsName, line, start, [name, alias]);
  }

  /** `expr_stmt`: target or expression; null, an annotation, an augmented assignment, a value or a list of values */
  private parseExpressionStatement(): Node {
    const lexer = this.lexer;
    const { tokenLine: line, start } = lexer;
    const target = this.parseTestlistStar();
    const { kind, tokenLine: restLine, start: restStart } = lexer;
    let rest: Child = null;
    if (kind === Token.Equal) {
      rest = this.parseAssignments(restLine, restStart);
    } else if (kind === Token.Colon) {
      rest = this.parseAnnotation(restLine, restStart);
    } else if (isAugmentedAssign(kind)) {
      const operator = this.takeToken();
      const value = this.parseAssignedValue();
      rest = this.makeRule(Kind.ExprStmtAugassign, restLine, restStart, [operator, value]);
    } else if (this.options.mode !== "single" && !this.options.features.docStrings && isLonely(target)) {
      return this.makeRule(Kind.PassStmt, line, start, noChildren);
    }
    if (rest !== null && target.kind === Kind.Id && this.options.features.const) {
      rest = this.defineConstant(target.value as string, rest);
      if (rest === null) return this.makeRule(Kind.PassStmt, 0, start, noChildren);
    }
    return this.makeRule(Kind.ExprStmt, line, start, [target, rest]);
  }

  /** One or more `= value`. */
  private parseAssignments(line: number, start: number): Node {
    this.advance();
    const first = this.parseAssignedValue();
    if (this.lexer.kind !== Token.Equal) return first;
    const items: Child[] = [first];
    while (this.accept(Token.Equal)) items.push(this.parseAssignedValue());
    return this.makeRule(Kind.ExprStmtAssignList, line, start, items);
  }

  private parseAnnotation(line: number, start: number): Node {
    this.advance();
    const annotation = this.parseTest();
    const value = this.accept(Token.Equal) ? this.parseAssignedValue() : null;
    return this.makeRule(Kind.Annassign, line, start, [annotation, value]);
  }

  /** `expr_stmt_6` */
  private parseAssignedValue(): Node {
    return this.lexer.kind === Token.Yield ? this.parseYield() : this.parseTestlistStar();
  }

  /**
   * Carries out `NAME = const(value)` and, from 1.29 on, `NAME: annotation = const(value)` (py/parse.c
   * `fold_constants`): from here on NAME is the value. Returns what stands after NAME now: the value without its call,
   * null if the whole statement vanishes (NAME begins with `_`), or `rest` as it was.
   */
  private defineConstant(name: string, rest: Node): Child {
    const { features, minorVersion } = this.options;
    if (!features.constFolding) return rest;
    const annotated = rest.kind === Kind.Annassign && minorVersion >= 29;
    const definition = annotated ? rest.children[1]! : rest;
    if (definition === null || definition.kind !== Kind.AtomExprNormal) return rest;
    const [callee, call] = definition.children;
    if (callee!.kind !== Kind.Id || callee!.value !== "const" || call!.kind !== Kind.TrailerParen)
      return rest;
    const value = call!.children[0]!;
    const constant = constantOf(value);
    if (constant === null) {
      const { line, start, end } = definition;
      this.noteProblem("SyntaxError", "not a constant", "parse", line, start, end);
      return rest;
    }
    this.constants.set(this.lexer.names.internText(name), constant);
    this.history?.define(name, constant);
    if (name.startsWith("_")) return null;
    if (!annotated) return value;
    return new Node(Kind.Annassign, rest.line, rest.start, rest.end, [rest.children[0]!, value], null);
  }
}

/** A constant that stands alone as a statement, such as a docstring. */
function isLonely(node: Node): boolean {
  return node.kind !== Kind.Id && node.kind <= Kind.ConstObject;
}
