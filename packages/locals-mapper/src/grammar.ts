import { Kind, Token } from "./tree.js";

/** What a token can begin, as bits: see the `starts...` functions. */
const beginnings = new Uint8Array(96);
const expression = 1;
const test = 2;

for (const token of [
  Token.Name,
  Token.Integer,
  Token.FloatOrImag,
  Token.String,
  Token.Bytes,
  Token.Ellipsis,
  Token.None,
  Token.True,
  Token.False,
  Token.ParenOpen,
  Token.BracketOpen,
  Token.BraceOpen,
  Token.Plus,
  Token.Minus,
  Token.Tilde,
  Token.Await,
]) {
  beginnings[token] = expression | test;
}
beginnings[Token.Lambda] = test;
beginnings[Token.Not] = test;

/** Whether a token can begin the rule `expr`. */
export function startsExpression(token: number): boolean {
  return (beginnings[token]! & expression) !== 0;
}

/** Whether a token can begin the rule `test`. */
export function startsTest(token: number): boolean {
  return (beginnings[token]! & test) !== 0;
}

/** Binding strength of binary operators, 1 for `|` to 6 for `*`; 0 for any other token. */
export const operatorLevel = new Uint8Array(96);
operatorLevel[Token.Pipe] = 1;
operatorLevel[Token.Caret] = 2;
operatorLevel[Token.Ampersand] = 3;
operatorLevel[Token.DblLess] = 4;
operatorLevel[Token.DblMore] = 4;
operatorLevel[Token.Plus] = 5;
operatorLevel[Token.Minus] = 5;
operatorLevel[Token.Star] = 6;
operatorLevel[Token.At] = 6;
operatorLevel[Token.Slash] = 6;
operatorLevel[Token.Percent] = 6;
operatorLevel[Token.DblSlash] = 6;

/** The rule of each operator level; from 4 on its children hold the operators too. */
export const levelKind: readonly Kind[] = [
  Kind.Expr,
  Kind.Expr,
  Kind.XorExpr,
  Kind.AndExpr,
  Kind.ShiftExpr,
  Kind.ArithExpr,
  Kind.Term,
];

/** The first level whose node holds its operators between the operands. */
export const firstMixedLevel = 4;

/** Whether a token is an augmented assignment. */
export function isAugmentedAssign(token: number): boolean {
  return token >= Token.PipeEqual && token <= Token.DblStarEqual;
}

/** Whether a token is a comparison that takes one token (the others begin with `not` or `is`). */
export function isPlainComparison(token: number): boolean {
  return (token >= Token.Less && token <= Token.NotEqual) || token === Token.In;
}
