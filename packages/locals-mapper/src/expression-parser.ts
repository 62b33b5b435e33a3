import { mathNan } from "./constants.js";
import {
  firstMixedLevel,
  isPlainComparison,
  levelKind,
  operatorLevel,
  startsExpression,
  startsTest,
} from "./grammar.js";
import { ParserBase } from "./parser-base.js";
import { type Child, type Constant, Kind, type Node, Token } from "./tree.js";

const operatorOfLevel: readonly Token[] = [Token.Pipe, Token.Pipe, Token.Caret, Token.Ampersand];

/**
 * The expression rules of MicroPython's grammar (py/grammar.h, 1.26.1), one method a rule or a family of rules. Each
 * method starts at the rule's first token, ends after its last, and gives the node MicroPython's parser makes: rules
 * with a single child give that child.
 */
export class ExpressionParser extends ParserBase {
  /** `namedexpr_test` */
  protected parseNamedTest(): Node {
    const { tokenLine: line, start } = this.lexer;
    const left = this.parseTest();
    if (this.lexer.kind !== Token.Assign || !this.options.features.assignExpr) return left;
    this.advance();
    const right = this.parseTest();
    return this.makeRule(Kind.NamedexprTest, line, start, [left, right]);
  }

  /** `test` */
  protected parseTest(): Node {
    const lexer = this.lexer;
    if (lexer.kind === Token.Lambda) return this.parseLambda(Kind.Lambdef);
    const { tokenLine: line, start } = lexer;
    const value = this.parseOrTest();
    if (lexer.kind !== Token.If) return value;
    const { tokenLine: elseLine, start: elseStart } = lexer;
    this.enter(2);
    this.advance();
    const condition = this.parseOrTest();
    this.expect(Token.Else);
    const other = this.parseTest();
    this.depth -= 2;
    const alternative = this.makeRule(Kind.TestIfElse, elseLine, elseStart, [condition, other]);
    return this.makeRule(Kind.TestIfExpr, line, start, [value, alternative]);
  }

  /** `test_nocond` */
  private parseTestWithoutCondition(): Node {
    return this.lexer.kind === Token.Lambda ? this.parseLambda(Kind.LambdefNocond) : this.parseOrTest();
  }

  /** `lambdef` or `lambdef_nocond`: parameters or null, body */
  private parseLambda(kind: typeof Kind.Lambdef | typeof Kind.LambdefNocond): Node {
    const { tokenLine: line, start } = this.lexer;
    this.enter(3);
    this.advance();
    const parameters = this.parseLambdaParameters();
    this.expect(Token.Colon);
    const body = kind === Kind.Lambdef ? this.parseTest() : this.parseTestWithoutCondition();
    this.depth -= 3;
    return this.makeRule(kind, line, start, [parameters, body]);
  }

  /** `varargslist`, or null if there is none */
  private parseLambdaParameters(): Child {
    const { tokenLine: line, start } = this.lexer;
    const first = this.parseLambdaParameter();
    if (first === null || this.lexer.kind !== Token.Comma) return first;
    const items: Child[] = [first];
    while (this.accept(Token.Comma)) {
      const item = this.parseLambdaParameter();
      if (item === null) break;
      items.push(item);
    }
    return this.makeRule(Kind.Varargslist, line, start, items);
  }

  /** `varargslist_item`, or null if none begins here */
  private parseLambdaParameter(): Child {
    const { kind, tokenLine: line, start } = this.lexer;
    if (kind === Token.Name) {
      const name = this.expectName();
      if (!this.accept(Token.Equal)) return name;
      const value = this.parseTest();
      return this.makeRule(Kind.VarargslistName, line, start, [name, value]);
    }
    if (kind === Token.Star) {
      this.advance();
      const name = this.lexer.kind === Token.Name ? this.expectName() : null;
      return this.makeRule(Kind.VarargslistStar, line, start, [name]);
    }
    if (kind === Token.DblStar) {
      this.advance();
      const name = this.expectName();
      return this.makeRule(Kind.VarargslistDblStar, line, start, [name]);
    }
    return null;
  }

  /** `or_test` */
  protected parseOrTest(): Node {
    const lexer = this.lexer;
    const { tokenLine: line, start } = lexer;
    const first = this.parseAndTest();
    if (lexer.kind !== Token.Or) return first;
    const items: Child[] = [first];
    while (this.accept(Token.Or)) items.push(this.parseAndTest());
    return this.finishLogical(Kind.OrTest, line, start, items);
  }

  private parseAndTest(): Node {
    const lexer = this.lexer;
    const { tokenLine: line, start } = lexer;
    const first = this.parseNotTest();
    if (lexer.kind !== Token.And) return first;
    const items: Child[] = [first];
    while (this.accept(Token.And)) items.push(this.parseNotTest());
    return this.finishLogical(Kind.AndTest, line, start, items);
  }

  private finishLogical(
    kind: typeof Kind.OrTest | typeof Kind.AndTest,
    line: number,
    start: number,
    items: Child[],
  ): Node {
    const kept = this.folder.foldLogical(items, kind === Kind.OrTest);
    return kept.length === 1 ? kept[0]! : this.makeRule(kind, line, start, kept);
  }

  private parseNotTest(): Node {
    const lexer = this.lexer;
    if (lexer.kind !== Token.Not) return this.parseComparison();
    const { tokenLine: line, start } = lexer;
    this.enter(1);
    this.advance();
    const operand = this.parseNotTest();
    this.depth -= 1;
    const folded = this.folder.foldNot(operand, start, lexer.previousEnd);
    return folded ?? this.makeRule(Kind.NotTest2, line, start, [operand]);
  }

  private parseComparison(): Node {
    const lexer = this.lexer;
    const { tokenLine: line, start } = lexer;
    const first = this.parseExpr();
    if (!this.atComparison()) return first;
    const items: Child[] = [first];
    do {
      items.push(this.parseComparisonOperator());
      items.push(this.parseExpr());
    } while (this.atComparison());
    return this.makeRule(Kind.Comparison, line, start, items);
  }

  private atComparison(): boolean {
    const kind = this.lexer.kind;
    return isPlainComparison(kind) || kind === Token.Not || kind === Token.Is;
  }

  /** `comp_op` */
  private parseComparisonOperator(): Node {
    const { kind, tokenLine: line, start } = this.lexer;
    if (kind === Token.Not) {
      this.advance();
      this.expect(Token.In);
      return this.makeRule(Kind.CompOpNotIn, line, start, []);
    }
    if (kind === Token.Is) {
      this.advance();
      const { tokenLine: notLine, start: notStart } = this.lexer;
      const negation = this.accept(Token.Not) ? this.makeRule(Kind.CompOpIsNot, notLine, notStart, []) : null;
      return this.makeRule(Kind.CompOpIs, line, start, [negation]);
    }
    return this.takeToken();
  }

  /** `star_expr` */
  private parseStar(): Node {
    const { tokenLine: line, start } = this.lexer;
    this.advance();
    const value = this.parseExpr();
    return this.makeRule(Kind.StarExpr, line, start, [value]);
  }

  /** `expr` */
  protected parseExpr(): Node {
    return this.parseOperand(1);
  }

  /** The operand of an operator: everything that binds at least as tightly as `level`. */
  private parseOperand(level: number): Node {
    const lexer = this.lexer;
    const { tokenLine: line, start } = lexer;
    const first = this.parseFactor();
    return operatorLevel[lexer.kind]! < level ? first : this.parseOperators(first, level, line, start);
  }

  /** Goes on after a first operand with all operators of at least `lowest`, the tightest first. */
  private parseOperators(first: Node, lowest: number, line: number, start: number): Node {
    const lexer = this.lexer;
    let left = first;
    for (;;) {
      const level = operatorLevel[lexer.kind]!;
      if (level < lowest) return left;
      const items: Node[] = [left];
      while (operatorLevel[lexer.kind] === level) {
        if (level < firstMixedLevel) this.advance();
        else items.push(this.takeToken());
        items.push(this.parseOperand(level + 1));
      }
      const folded =
        level < firstMixedLevel
          ? this.folder.foldOperands(operatorOfLevel[level]!, items, start)
          : this.folder.foldOperations(items, start);
      left = folded ?? this.makeRule(levelKind[level]!, line, start, items);
    }
  }

  private parseFactor(): Node {
    const lexer = this.lexer;
    const kind = lexer.kind;
    if (kind !== Token.Plus && kind !== Token.Minus && kind !== Token.Tilde) return this.parsePower();
    const { tokenLine: line, start } = lexer;
    this.enter(1);
    const operator = this.takeToken();
    const operand = this.parseFactor();
    this.depth -= 1;
    const folded = this.folder.foldUnary(kind, operand, start);
    return folded ?? this.makeRule(Kind.Factor2, line, start, [operator, operand]);
  }

  private parsePower(): Node {
    const lexer = this.lexer;
    const { tokenLine: line, start } = lexer;
    const base = this.parseAtomExpression();
    if (lexer.kind !== Token.DblStar) return base;
    this.enter(1);
    this.advance();
    const items = [base, this.parseFactor()];
    this.depth -= 1;
    return (
      this.folder.foldOperands(Token.DblStar, items, start) ?? this.makeRule(Kind.Power, line, start, items)
    );
  }

  /** `atom_expr` */
  private parseAtomExpression(): Node {
    const lexer = this.lexer;
    const { tokenLine: line, start } = lexer;
    if (lexer.kind === Token.Await) {
      this.advance();
      const awaited = this.parseAtom();
      const trailers = this.parseTrailers();
      return this.makeRule(Kind.AtomExprAwait, line, start, [awaited, trailers]);
    }
    const atom = this.parseAtom();
    const kind = lexer.kind;
    if (kind !== Token.ParenOpen && kind !== Token.Period && kind !== Token.BracketOpen) return atom;
    const trailers = this.parseTrailers()!;
    if (atom.kind === Kind.Id && trailers.kind === Kind.TrailerPeriod) {
      const constant = this.moduleConstant(atom.value as string, trailers.children[0]!.value as string);
      if (constant !== null) return this.folder.makeObject(constant, 0, start, lexer.previousEnd);
    }
    return this.makeRule(Kind.AtomExprNormal, line, start, [atom, trailers]);
  }

  /** `atom_expr_trailers`: one trailer or a list of them; null if there is none */
  private parseTrailers(): Child {
    const { tokenLine: line, start } = this.lexer;
    const first = this.parseTrailer();
    if (first === null) return null;
    const second = this.parseTrailer();
    if (second === null) return first;
    const items: Child[] = [first, second];
    for (;;) {
      const item = this.parseTrailer();
      if (item === null) return this.makeRule(Kind.AtomExprTrailers, line, start, items);
      items.push(item);
    }
  }

  private parseTrailer(): Child {
    switch (this.lexer.kind) {
      case Token.ParenOpen:
        return this.parseCall();
      case Token.BracketOpen:
        return this.parseIndex();
      case Token.Period: {
        const { tokenLine: line, start } = this.lexer;
        this.advance();
        const name = this.expectName();
        return this.makeRule(Kind.TrailerPeriod, line, start, [name]);
      }
      default:
        return null;
    }
  }

  /** `trailer_paren`: arguments or null */
  protected parseCall(): Node {
    const { tokenLine: line, start } = this.lexer;
    this.enter(5);
    this.advance();
    const list = this.parseArguments();
    this.depth -= 5;
    this.expect(Token.ParenClose);
    return this.makeRule(Kind.TrailerParen, line, start, [list]);
  }

  /** `trailer_bracket`: subscripts */
  private parseIndex(): Node {
    const { tokenLine: line, start } = this.lexer;
    this.enter(5);
    this.advance();
    const list = this.parseSubscripts();
    this.depth -= 5;
    this.expect(Token.BracketClose);
    return this.makeRule(Kind.TrailerBracket, line, start, [list]);
  }

  /** `atom` */
  private parseAtom(): Node {
    const lexer = this.lexer;
    let leaf: Node;
    switch (lexer.kind) {
      case Token.Name: {
        const constant = this.constants.size === 0 ? undefined : this.constants.get(lexer.name);
        leaf =
          constant === undefined
            ? this.nameLeaf()
            : this.folder.makeObject(constant, lexer.tokenLine, lexer.start, lexer.end);
        break;
      }
      case Token.Integer:
      case Token.FloatOrImag:
        leaf = this.numberLeaf();
        break;
      case Token.String:
      case Token.Bytes:
        leaf = this.stringLeaf();
        break;
      case Token.None:
      case Token.True:
      case Token.False:
      case Token.Ellipsis:
        return this.takeToken();
      case Token.ParenOpen:
        return this.parseParentheses();
      case Token.BracketOpen:
        return this.parseList();
      case Token.BraceOpen:
        return this.parseBraces();
      default:
        return this.fail();
    }
    this.advance();
    return leaf;
  }

  /** `atom_paren`: kept around `()` and lists; a single expression loses its parentheses */
  private parseParentheses(): Node {
    const lexer = this.lexer;
    const { tokenLine: line, start } = lexer;
    this.enter(5);
    this.advance();
    let content: Child = null;
    if (lexer.kind === Token.Yield) content = this.parseYield();
    else if (this.atStarOrTest()) content = this.parseTestlistComp(true);
    this.depth -= 5;
    this.expect(Token.ParenClose);
    if (content !== null && content.kind !== Kind.TestlistComp) return content;
    return this.makeRule(Kind.AtomParen, line, start, [content]);
  }

  private parseList(): Node {
    const { tokenLine: line, start } = this.lexer;
    this.enter(5);
    this.advance();
    const content = this.atStarOrTest() ? this.parseTestlistComp(false) : null;
    this.depth -= 5;
    this.expect(Token.BracketClose);
    return this.makeRule(Kind.AtomBracket, line, start, [content]);
  }

  private atStarOrTest(): boolean {
    return this.lexer.kind === Token.Star || startsTest(this.lexer.kind);
  }

  /** `testlist_comp_2` */
  private parseStarOrNamedTest(): Node {
    return this.lexer.kind === Token.Star ? this.parseStar() : this.parseNamedTest();
  }

  /** `testlist_comp`; `parenthesised` for the contents of `(...)`, where constants make a constant tuple */
  private parseTestlistComp(parenthesised: boolean): Node {
    const lexer = this.lexer;
    const { tokenLine: line, start } = lexer;
    const first = this.parseStarOrNamedTest();
    if (lexer.kind === Token.For) {
      const loop = this.parseCompFor();
      return this.makeRule(Kind.TestlistComp, line, start, [first, loop]);
    }
    if (!this.accept(Token.Comma)) return first;
    const items: Child[] = [first];
    const restLine = lexer.tokenLine;
    let trailing = true;
    while (this.atStarOrTest()) {
      items.push(this.parseStarOrNamedTest());
      trailing = this.accept(Token.Comma);
      if (!trailing) break;
    }
    // Three elements, or two and a comma, are a rule of their own that begins after the first comma.
    const rest = items.length > 2 || (items.length === 2 && trailing);
    const ownLine = rest ? restLine : line;
    if (parenthesised) {
      const tuple = this.folder.foldTuple(items, ownLine, start, lexer.previousEnd);
      if (tuple !== null) return tuple;
    }
    return this.makeRule(Kind.TestlistComp, ownLine, start, items);
  }

  /** `atom_brace`: null, a single element, or a `Dictorsetmaker` */
  private parseBraces(): Node {
    const { tokenLine: line, start } = this.lexer;
    this.enter(5);
    this.advance();
    const content = startsTest(this.lexer.kind) ? this.parseDictOrSet() : null;
    this.depth -= 5;
    this.expect(Token.BraceClose);
    return this.makeRule(Kind.AtomBrace, line, start, [content]);
  }

  private parseDictOrSet(): Node {
    const lexer = this.lexer;
    const { tokenLine: line, start } = lexer;
    const first = this.parseDictOrSetItem();
    const { kind, tokenLine: tailLine, start: tailStart } = lexer;
    if (kind === Token.For) {
      const loop = this.parseCompFor();
      return this.makeRule(Kind.Dictorsetmaker, line, start, [first, loop]);
    }
    if (kind !== Token.Comma) return first;
    this.advance();
    const list = this.parseDictOrSetList();
    const tail = this.makeRule(Kind.DictorsetmakerList, tailLine, tailStart, [list]);
    return this.makeRule(Kind.Dictorsetmaker, line, start, [first, tail]);
  }

  /** `dictorsetmaker_list2`, or null if there is none */
  private parseDictOrSetList(): Child {
    const { tokenLine: line, start } = this.lexer;
    if (!startsTest(this.lexer.kind)) return null;
    const first = this.parseDictOrSetItem();
    if (this.lexer.kind !== Token.Comma) return first;
    const items: Child[] = [first];
    while (this.accept(Token.Comma) && startsTest(this.lexer.kind)) items.push(this.parseDictOrSetItem());
    return this.makeRule(Kind.DictorsetmakerList2, line, start, items);
  }

  private parseDictOrSetItem(): Node {
    const { tokenLine: line, start } = this.lexer;
    const key = this.parseTest();
    if (this.lexer.kind !== Token.Colon) {
      if (!this.options.features.set) this.fail();
      return key;
    }
    this.advance();
    const value = this.parseTest();
    return this.makeRule(Kind.DictorsetmakerItem, line, start, [key, value]);
  }

  /** `subscriptlist` */
  private parseSubscripts(): Node {
    const lexer = this.lexer;
    const { tokenLine: line, start } = lexer;
    const first = this.parseSubscript();
    if (!this.at(Token.Comma)) return first;
    const items: Child[] = [first];
    while (this.accept(Token.Comma)) {
      if (!startsTest(lexer.kind) && !(lexer.kind === Token.Colon && this.options.features.slice)) break;
      items.push(this.parseSubscript());
    }
    const tuple = this.folder.foldTuple(items, line, start, lexer.previousEnd);
    return tuple ?? this.makeRule(Kind.Subscriptlist, line, start, items);
  }

  private parseSubscript(): Node {
    const lexer = this.lexer;
    const { tokenLine: line, start } = lexer;
    if (!this.options.features.slice) return this.parseTest();
    if (lexer.kind === Token.Colon) return this.parseSlice();
    const lower = this.parseTest();
    if (this.lexer.kind !== Token.Colon) return lower;
    const slice = this.parseSlice();
    return this.makeRule(Kind.Subscript2, line, start, [lower, slice]);
  }

  /** `subscript_3`: from the first colon of a slice */
  private parseSlice(): Node {
    const lexer = this.lexer;
    const { tokenLine: line, start } = lexer;
    this.advance();
    const { tokenLine: restLine, start: restStart } = lexer;
    let rest: Child = null;
    if (lexer.kind === Token.Colon) {
      this.advance();
      const step = startsTest(lexer.kind) ? this.parseTest() : null;
      rest = this.makeRule(Kind.Subscript3c, restLine, restStart, [step]);
    } else if (startsTest(lexer.kind)) {
      const upper = this.parseTest();
      rest = upper;
      const { kind, tokenLine: stepLine, start: stepStart } = lexer;
      if (kind === Token.Colon) {
        this.advance();
        const step = startsTest(lexer.kind) ? this.parseTest() : null;
        const tail = this.makeRule(Kind.Sliceop, stepLine, stepStart, [step]);
        rest = this.makeRule(Kind.Subscript3d, restLine, restStart, [upper, tail]);
      }
    }
    return this.makeRule(Kind.Subscript3, line, start, [rest]);
  }

  /** `exprlist` */
  protected parseExprlist(): Node {
    const lexer = this.lexer;
    const { tokenLine: line, start } = lexer;
    const first = lexer.kind === Token.Star ? this.parseStar() : this.parseExpr();
    if (!this.at(Token.Comma)) return first;
    const items: Child[] = [first];
    while (this.accept(Token.Comma)) {
      if (lexer.kind === Token.Star) items.push(this.parseStar());
      else if (startsExpression(lexer.kind)) items.push(this.parseExpr());
      else break;
    }
    return this.makeRule(Kind.Exprlist, line, start, items);
  }

  /** `testlist` */
  protected parseTestlist(): Node {
    const lexer = this.lexer;
    const { tokenLine: line, start } = lexer;
    const first = this.parseTest();
    if (!this.at(Token.Comma)) return first;
    const items: Child[] = [first];
    while (this.accept(Token.Comma) && startsTest(lexer.kind)) items.push(this.parseTest());
    const tuple = this.folder.foldTuple(items, line, start, lexer.previousEnd);
    return tuple ?? this.makeRule(Kind.Testlist, line, start, items);
  }

  /** `testlist_star_expr` */
  protected parseTestlistStar(): Node {
    const lexer = this.lexer;
    const { tokenLine: line, start } = lexer;
    const first = lexer.kind === Token.Star ? this.parseStar() : this.parseTest();
    if (!this.at(Token.Comma)) return first;
    const items: Child[] = [first];
    while (this.accept(Token.Comma) && this.atStarOrTest()) {
      items.push(lexer.kind === Token.Star ? this.parseStar() : this.parseTest());
    }
    const tuple = this.folder.foldTuple(items, line, start, lexer.previousEnd);
    return tuple ?? this.makeRule(Kind.TestlistStarExpr, line, start, items);
  }

  /** `arglist`, or null if there is none */
  protected parseArguments(): Child {
    const lexer = this.lexer;
    const { tokenLine: line, start } = lexer;
    if (!this.atArgument()) return null;
    const first = this.parseArgument();
    if (!this.at(Token.Comma)) return first;
    const items: Child[] = [first];
    while (this.accept(Token.Comma) && this.atArgument()) items.push(this.parseArgument());
    return this.makeRule(Kind.Arglist, line, start, items);
  }

  private atArgument(): boolean {
    const kind = this.lexer.kind;
    return startsTest(kind) || kind === Token.Star || kind === Token.DblStar;
  }

  private parseArgument(): Node {
    const lexer = this.lexer;
    const { kind, tokenLine: line, start } = lexer;
    if (kind === Token.Star || kind === Token.DblStar) {
      this.advance();
      const value = this.parseTest();
      const starred = kind === Token.Star ? Kind.ArglistStar : Kind.ArglistDblStar;
      return this.makeRule(starred, line, start, [value]);
    }
    const value = this.parseTest();
    switch (lexer.kind) {
      case Token.For: {
        const loop = this.parseCompFor();
        return this.makeRule(Kind.Argument, line, start, [value, loop]);
      }
      case Token.Equal: {
        this.advance();
        const given = this.parseTest();
        return this.makeRule(Kind.Argument, line, start, [value, given]);
      }
      case Token.Assign: {
        if (!this.options.features.assignExpr) return value;
        const { tokenLine: walrusLine, start: walrusStart } = lexer;
        this.advance();
        const assigned = this.parseTest();
        const walrus = this.makeRule(Kind.Argument3, walrusLine, walrusStart, [assigned]);
        return this.makeRule(Kind.Argument, line, start, [value, walrus]);
      }
      default:
        return value;
    }
  }

  /** `comp_for`: targets, iterable, further clause or null */
  private parseCompFor(): Node {
    const { tokenLine: line, start } = this.lexer;
    this.enter(2);
    this.advance();
    const targets = this.parseExprlist();
    this.expect(Token.In);
    const iterable = this.parseOrTest();
    const further = this.parseCompClause();
    this.depth -= 2;
    return this.makeRule(Kind.CompFor, line, start, [targets, iterable, further]);
  }

  /** `comp_iter`, or null if there is none */
  private parseCompClause(): Child {
    const { kind, tokenLine: line, start } = this.lexer;
    if (kind === Token.For) return this.parseCompFor();
    if (kind !== Token.If) return null;
    this.enter(2);
    this.advance();
    const condition = this.parseTestWithoutCondition();
    const further = this.parseCompClause();
    this.depth -= 2;
    return this.makeRule(Kind.CompIf, line, start, [condition, further]);
  }

  /** `yield_expr`: what is yielded or null */
  protected parseYield(): Node {
    const lexer = this.lexer;
    const { tokenLine: line, start } = lexer;
    this.advance();
    let value: Child = null;
    if (lexer.kind === Token.From) {
      const { tokenLine: fromLine, start: fromStart } = lexer;
      this.advance();
      const source = this.parseTest();
      value = this.makeRule(Kind.YieldArgFrom, fromLine, fromStart, [source]);
    } else if (startsTest(lexer.kind)) {
      value = this.parseTestlist();
    }
    return this.makeRule(Kind.YieldExpr, line, start, [value]);
  }

  /** The constant a firmware's module has under a name, for `module.NAME` (`MICROPY_COMP_MODULE_CONST`). */
  private moduleConstant(module: string, name: string): Constant | null {
    const { features, moduleConstants } = this.options;
    if (!features.moduleConst || !Object.hasOwn(moduleConstants, module)) return null;
    const members = moduleConstants[module]!;
    if (!Object.hasOwn(members, name)) return null;
    const value = members[name]!;
    if (Number.isInteger(value)) return { type: "int", value: BigInt(value) };
    if (!features.constFloat) return null;
    return Number.isNaN(value) ? mathNan : { type: "float", value };
  }
}
