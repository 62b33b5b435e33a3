/**
 * The parse tree, in the shape MicroPython's own compiler sees (py/parse.c and py/grammar.h, 1.26.1): the same rule
 * names, the same number and order of children, and the same collapsing of rules that hold a single child.
 */

/**
 * Kinds of node. The first three and `Token` are *leaves*: MicroPython stores them in a word, so they carry no line of
 * their own for the line table. Every kind from `ConstObject` on is a *struct* node.
 *
 * A rule of grammar.h is missing here if it always collapses into its only child.
 */
export const Kind = {
  /** An identifier; `value` is its text. */
  Id: 1,
  /** An integer that fits the target's small int; `value` is a number, or a bigint beyond 2**53. */
  SmallInt: 2,
  /** A string that MicroPython interns while parsing; `value` is its text. */
  Str: 3,
  /** A keyword or operator; `value` is a `Token`. */
  Token: 4,
  /** Any other constant; `value` is a `Constant`. */
  ConstObject: 5,

  // Lists of statements
  FileInput: 8,
  FileInput2: 9,
  EvalInput: 10,
  EvalInput2: 11,
  SimpleStmt2: 12,
  SuiteBlockStmts: 13,

  // Simple statements
  ExprStmt: 16,
  ExprStmtAugassign: 17,
  ExprStmtAssignList: 18,
  Annassign: 19,
  TestlistStarExpr: 20,
  DelStmt: 21,
  PassStmt: 22,
  BreakStmt: 23,
  ContinueStmt: 24,
  ReturnStmt: 25,
  YieldStmt: 26,
  RaiseStmt: 27,
  RaiseStmtArg: 28,
  ImportName: 29,
  ImportFrom: 30,
  ImportFrom2b: 31,
  OneOrMorePeriodOrEllipsis: 32,
  ImportAsName: 33,
  ImportAsNames: 34,
  DottedAsName: 35,
  DottedAsNames: 36,
  DottedName: 37,
  GlobalStmt: 38,
  NonlocalStmt: 39,
  NameList: 40,
  AssertStmt: 41,

  // Compound statements
  Decorator: 44,
  Decorators: 45,
  Decorated: 46,
  AsyncFuncdef: 47,
  Funcdef: 48,
  Typedargslist: 49,
  TypedargslistName: 50,
  TypedargslistStar: 51,
  TypedargslistDblStar: 52,
  Tfpdef: 53,
  AsyncStmt: 54,
  IfStmt: 55,
  IfStmtElifList: 56,
  IfStmtElif: 57,
  WhileStmt: 58,
  ForStmt: 59,
  TryStmt: 60,
  TryStmtExceptAndMore: 61,
  TryStmtExceptList: 62,
  TryStmtExcept: 63,
  TryStmtAsName: 64,
  TryStmtFinally: 65,
  WithStmt: 66,
  WithStmtList: 67,
  WithItem: 68,
  Classdef: 69,
  Classdef2: 70,

  // Expressions
  NamedexprTest: 72,
  TestIfExpr: 73,
  TestIfElse: 74,
  Lambdef: 75,
  LambdefNocond: 76,
  Varargslist: 77,
  VarargslistName: 78,
  VarargslistStar: 79,
  VarargslistDblStar: 80,
  OrTest: 81,
  AndTest: 82,
  NotTest2: 83,
  Comparison: 84,
  CompOpNotIn: 85,
  CompOpIs: 86,
  CompOpIsNot: 87,
  StarExpr: 88,
  Expr: 89,
  XorExpr: 90,
  AndExpr: 91,
  ShiftExpr: 92,
  ArithExpr: 93,
  Term: 94,
  Factor2: 95,
  Power: 96,
  AtomExprAwait: 97,
  AtomExprNormal: 98,
  AtomExprTrailers: 99,
  AtomParen: 100,
  AtomBracket: 101,
  AtomBrace: 102,
  TestlistComp: 103,
  TrailerParen: 104,
  TrailerBracket: 105,
  TrailerPeriod: 106,
  Subscriptlist: 107,
  Subscript2: 108,
  Subscript3: 109,
  Subscript3c: 110,
  Subscript3d: 111,
  Sliceop: 112,
  Exprlist: 113,
  Testlist: 114,
  Dictorsetmaker: 115,
  DictorsetmakerItem: 116,
  DictorsetmakerList: 117,
  DictorsetmakerList2: 118,
  Arglist: 119,
  ArglistStar: 120,
  ArglistDblStar: 121,
  Argument: 122,
  Argument3: 123,
  CompFor: 124,
  CompIf: 125,
  YieldExpr: 126,
  YieldArgFrom: 127,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** Kinds of token, also the `value` of a `Kind.Token` leaf. */
export const Token = {
  End: 0,
  Invalid: 1,
  DedentMismatch: 2,
  LonelyStringOpen: 3,
  MalformedFstring: 4,
  Newline: 5,
  Indent: 6,
  Dedent: 7,
  Name: 8,
  Integer: 9,
  FloatOrImag: 10,
  String: 11,
  Bytes: 12,
  Ellipsis: 13,

  False: 14,
  None: 15,
  True: 16,
  /** `rf""` in versions that refuse it. */
  FstringRaw: 17,
  And: 18,
  As: 19,
  Assert: 20,
  Async: 21,
  Await: 22,
  Break: 23,
  Class: 24,
  Continue: 25,
  Def: 26,
  Del: 27,
  Elif: 28,
  Else: 29,
  Except: 30,
  Finally: 31,
  For: 32,
  From: 33,
  Global: 34,
  If: 35,
  Import: 36,
  In: 37,
  Is: 38,
  Lambda: 39,
  Nonlocal: 40,
  Not: 41,
  Or: 42,
  Pass: 43,
  Raise: 44,
  Return: 45,
  Try: 46,
  While: 47,
  With: 48,
  Yield: 49,

  /** `:=` */
  Assign: 50,
  Tilde: 51,

  // The order of the next 6, of the 13 after them and of the 13 after those is that of MicroPython's binary operators.
  Less: 52,
  More: 53,
  DblEqual: 54,
  LessEqual: 55,
  MoreEqual: 56,
  NotEqual: 57,

  Pipe: 58,
  Caret: 59,
  Ampersand: 60,
  DblLess: 61,
  DblMore: 62,
  Plus: 63,
  Minus: 64,
  Star: 65,
  At: 66,
  DblSlash: 67,
  Slash: 68,
  Percent: 69,
  DblStar: 70,

  PipeEqual: 71,
  CaretEqual: 72,
  AmpersandEqual: 73,
  DblLessEqual: 74,
  DblMoreEqual: 75,
  PlusEqual: 76,
  MinusEqual: 77,
  StarEqual: 78,
  AtEqual: 79,
  DblSlashEqual: 80,
  SlashEqual: 81,
  PercentEqual: 82,
  DblStarEqual: 83,

  ParenOpen: 84,
  ParenClose: 85,
  BracketOpen: 86,
  BracketClose: 87,
  BraceOpen: 88,
  BraceClose: 89,
  Comma: 90,
  Colon: 91,
  Period: 92,
  Semicolon: 93,
  Equal: 94,
  MinusMore: 95,
} as const;
export type Token = (typeof Token)[keyof typeof Token];

/**
 * A constant as the compiler's constant table holds it. Integers of any size are `int`, `boxed` if MicroPython keeps one on
 * the heap that would fit a small int. Bytes in a `str` that are no UTF-8 stand as lone U+DC80 to U+DCFF, among them those
 * of half a surrogate pair.
 */
export type Constant =
  | { readonly type: "int"; readonly value: bigint; readonly boxed?: true }
  | { readonly type: "float"; readonly value: number }
  | { readonly type: "complex"; readonly real: number; readonly imag: number }
  | { readonly type: "str"; readonly value: string }
  | { readonly type: "bytes"; readonly value: Uint8Array }
  | { readonly type: "tuple"; readonly items: readonly Constant[] }
  | { readonly type: "None" | "True" | "False" | "Ellipsis" };

/** What a node carries besides children: a leaf its text or number, a `ConstObject` its constant, a rule nothing. */
export type NodeValue = string | number | bigint | Constant | null;

/** A child; null is an optional part that is not there (`MP_PARSE_NODE_NULL`). */
export type Child = Node | null;

/** A node of the parse tree. One class for all of them, so that property access stays monomorphic. */
export class Node {
  readonly kind: Kind;
  /**
   * Line of the node's first token, counted from 1; 0 for numbers folded from an expression and for the `pass` that
   * stands for a private `const()`. MicroPython keeps it for struct nodes only: a leaf's line here must not mark code.
   */
  line: number;
  /** UTF-16 offset of the first character; for tokens that came out of an f-string's braces, inside the literal. */
  start: number;
  /** UTF-16 offset after the last character. */
  end: number;
  /** The rule's parts in grammar order, without the blank one MicroPython appends for its own use. */
  readonly children: readonly Child[];
  readonly value: NodeValue;

  constructor(
    kind: Kind,
    line: number,
    start: number,
    end: number,
    children: readonly Child[],
    value: NodeValue,
  ) {
    this.kind = kind;
    this.line = line;
    this.start = start;
    this.end = end;
    this.children = children;
    this.value = value;
  }
}

/** Moves a tree by so many UTF-16 units and lines, as text before it grew or shrank. Only `moveTree` changes a node. */
export function moveTree(node: Node, units: number, lines: number): void {
  node.start += units;
  node.end += units;
  if (node.line !== 0) node.line += lines;
  for (const child of node.children) if (child !== null) moveTree(child, units, lines);
}

/** The children of every leaf and constant. */
export const noChildren: readonly Child[] = Object.freeze([]);

/** Whether a node is a leaf, which in MicroPython has no line (`MP_PARSE_NODE_IS_LEAF`; false for null). */
export function isLeaf(node: Child): node is Node {
  return node !== null && node.kind < Kind.ConstObject;
}

/** Whether a node is a rule or a constant object, which in MicroPython has a line (`MP_PARSE_NODE_IS_STRUCT`). */
export function isStruct(node: Child): node is Node {
  return node !== null && node.kind >= Kind.ConstObject;
}

/** Whether a node is the leaf for this keyword or operator (`MP_PARSE_NODE_IS_TOKEN_KIND`). */
export function isToken(node: Child, token: Token): node is Node {
  return node !== null && node.kind === Kind.Token && node.value === token;
}

/**
 * The elements of an optional list (`mp_parse_node_extract_list`): none for null, a list node's children, or the node
 * itself where the list collapsed into its only element.
 */
export function extractList(node: Child, kind: Kind): readonly Child[] {
  if (node === null) return noChildren;
  return node.kind === kind ? node.children : [node];
}

/** Whether a node is a constant (`mp_parse_node_is_const`): a number, string, bytes, tuple, None, True, False or `...`. */
export function isConst(node: Child): node is Node {
  if (node === null) return false;
  switch (node.kind) {
    case Kind.SmallInt:
    case Kind.Str:
    case Kind.ConstObject:
      return true;
    case Kind.Token:
      return (
        node.value === Token.None ||
        node.value === Token.False ||
        node.value === Token.True ||
        node.value === Token.Ellipsis
      );
    case Kind.AtomParen:
      return node.children[0] === null;
    default:
      return false;
  }
}
