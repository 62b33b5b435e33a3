import { describe, expect, test } from "vitest";
import type { CompilerOptions } from "../../src/options.js";
import { parseSource } from "../../src/parser.js";
import { type Child, Kind } from "../../src/tree.js";
import { showTree } from "../support/show-tree.js";

function parse(source: string, options: CompilerOptions = {}, lines = false): string {
  const { tree, problems } = parseSource(source, options);
  expect(problems).toEqual([]);
  return showTree(tree, lines);
}

/** The trees expected below are MicroPython's own: they were compared with a debug print of its parser. */
describe("simple statements", () => {
  test.each([
    ["x\n", "(ExprStmt x -)"],
    ["x = y = 1, z\n", "(ExprStmt x (ExprStmtAssignList y (TestlistStarExpr 1 z)))"],
    ["x += yield\n", "(ExprStmt x (ExprStmtAugassign <PlusEqual> (YieldExpr -)))"],
    ["x: int\n", "(ExprStmt x (Annassign int -))"],
    ["x: int = *a, b\n", "(ExprStmt x (Annassign int (TestlistStarExpr (StarExpr a) b)))"],
    ["a; b;\n", "(SimpleStmt2 (ExprStmt a -) (ExprStmt b -))"],
    ["a;\n", "(SimpleStmt2 (ExprStmt a -))"],
    ["del a, b.c\n", "(DelStmt (Exprlist a (AtomExprNormal b (TrailerPeriod c))))"],
    ["return\n", "(ReturnStmt -)"],
    ["return 1, x\n", "(ReturnStmt (Testlist 1 x))"],
    ["raise\n", "(RaiseStmt -)"],
    ["raise a from b\n", "(RaiseStmt (RaiseStmtArg a b))"],
    ["yield from x\n", "(YieldStmt (YieldExpr (YieldArgFrom x)))"],
    ["import a, b.c as d\n", "(ImportName (DottedAsNames a (DottedAsName (DottedName b c) d)))"],
    ["from a import *\n", "(ImportFrom a <Star>)"],
    [
      "from . import (a as b, c,)\n",
      "(ImportFrom <Period> (ImportAsNames (ImportAsName a b) (ImportAsName c -)))",
    ],
    ["from ...a.b import c\n", "(ImportFrom (ImportFrom2b <Ellipsis> (DottedName a b)) (ImportAsName c -))"],
    ["from .. import c\n", "(ImportFrom (OneOrMorePeriodOrEllipsis <Period> <Period>) (ImportAsName c -))"],
    ["global a, b\n", "(GlobalStmt (NameList a b))"],
    ["nonlocal a\n", "(NonlocalStmt a)"],
    ["assert a, b\n", "(AssertStmt a b)"],
    ["pass\n", "(PassStmt)"],
  ])("%j", (source, tree) => {
    expect(parse(source)).toBe(tree);
  });

  test("a constant that stands alone is dropped, but for the REPL and firmware that keeps docstrings", () => {
    expect(parse("'doc'\n")).toBe("(PassStmt)");
    expect(parse("'doc'\n", { mode: "single" })).toBe('(ExprStmt "doc" -)');
    expect(parse("'doc'\n", { features: { docStrings: true } })).toBe('(ExprStmt "doc" -)');
    expect(parse("()\n")).toBe("(ExprStmt (AtomParen -) -)");
  });
});

describe("compound statements", () => {
  test.each([
    ["if a: b\n", "(IfStmt a (ExprStmt b -) - -)"],
    [
      "if a:\n b\nelif c:\n d\nelif e:\n f\nelse:\n g\n h\n",
      "(IfStmt a (ExprStmt b -) (IfStmtElifList (IfStmtElif c (ExprStmt d -)) (IfStmtElif e (ExprStmt f -)))" +
        " (SuiteBlockStmts (ExprStmt g -) (ExprStmt h -)))",
    ],
    ["while a: b\nelse: c\n", "(WhileStmt a (ExprStmt b -) (ExprStmt c -))"],
    ["for a, in b, c: d\n", "(ForStmt (Exprlist a) (Testlist b c) (ExprStmt d -) -)"],
    ["try: a\nfinally: b\n", "(TryStmt (ExprStmt a -) (TryStmtFinally (ExprStmt b -)))"],
    ["try: a\nexcept: b\n", "(TryStmt (ExprStmt a -) (TryStmtExcept - (ExprStmt b -)))"],
    [
      "try: a\nexcept b as c: d\nexcept: e\nelse: f\n",
      "(TryStmt (ExprStmt a -) (TryStmtExceptAndMore (TryStmtExceptList (TryStmtExcept (TryStmtAsName b c)" +
        " (ExprStmt d -)) (TryStmtExcept - (ExprStmt e -))) (ExprStmt f -) -))",
    ],
    ["with a as b, c: d\n", "(WithStmt (WithStmtList (WithItem a b) c) (ExprStmt d -))"],
    ["def f(): pass\n", "(Funcdef f - - (PassStmt))"],
    [
      "def f(a, b: int = 1, *c: str, d=2, **e: x) -> y: pass\n",
      "(Funcdef f (Typedargslist a (TypedargslistName b int 1) (TypedargslistStar (Tfpdef c str))" +
        " (TypedargslistName d - 2) (TypedargslistDblStar e x)) y (PassStmt))",
    ],
    ["def f(*, a): pass\n", "(Funcdef f (Typedargslist (TypedargslistStar -) a) - (PassStmt))"],
    ["def f(a,): pass\n", "(Funcdef f (Typedargslist a) - (PassStmt))"],
    ["class A: pass\n", "(Classdef A - (PassStmt))"],
    ["class A(): pass\n", "(Classdef A (Classdef2 -) (PassStmt))"],
    ["class A(B): pass\n", "(Classdef A B (PassStmt))"],
    [
      "@a.b\n@c()\nclass A: pass\n",
      "(Decorated (Decorators (Decorator (DottedName a b) -) (Decorator c (TrailerParen -)))" +
        " (Classdef A - (PassStmt)))",
    ],
    ["@a\nasync def f(): pass\n", "(Decorated (Decorator a -) (AsyncFuncdef (Funcdef f - - (PassStmt))))"],
    ["async with a: b\n", "(AsyncStmt (WithStmt a (ExprStmt b -)))"],
  ])("%j", (source, tree) => {
    expect(parse(source)).toBe(tree);
  });
});

describe("expressions", () => {
  test.each([
    ["a if b else c", "(TestIfExpr a (TestIfElse b c))"],
    ["lambda: 0", "(Lambdef - 0)"],
    [
      "lambda a, b=1, *c, **d: a",
      "(Lambdef (Varargslist a (VarargslistName b 1) (VarargslistStar c) (VarargslistDblStar d)) a)",
    ],
    ["lambda *: a", "(Lambdef (VarargslistStar -) a)"],
    ["a or b and not c", "(OrTest a (AndTest b (NotTest2 c)))"],
    ["a < b not in c is not d", "(Comparison a <Less> b (CompOpNotIn) c (CompOpIs (CompOpIsNot)) d)"],
    ["a | b | c ^ d & e", "(Expr a b (XorExpr c (AndExpr d e)))"],
    ["a + b * c - d << e", "(ShiftExpr (ArithExpr a <Plus> (Term b <Star> c) <Minus> d) <DblLess> e)"],
    ["a * b @ c // d % e / f", "(Term a <Star> b <At> c <DblSlash> d <Percent> e <Slash> f)"],
    ["-a ** -b", "(Factor2 <Minus> (Power a (Factor2 <Minus> b)))"],
    ["await a.b ** c", "(Power (AtomExprAwait a (TrailerPeriod b)) c)"],
    [
      "a.b(c)[d]",
      "(AtomExprNormal a (AtomExprTrailers (TrailerPeriod b) (TrailerParen c) (TrailerBracket d)))",
    ],
    ["a()", "(AtomExprNormal a (TrailerParen -))"],
    [
      "a(b, *c, d=e, **f)",
      "(AtomExprNormal a (TrailerParen (Arglist b (ArglistStar c) (Argument d e) (ArglistDblStar f))))",
    ],
    ["a(b for b in c)", "(AtomExprNormal a (TrailerParen (Argument b (CompFor b c -))))"],
    ["a(b := c)", "(AtomExprNormal a (TrailerParen (Argument b (Argument3 c))))"],
    [
      "a[b:c:d, e]",
      "(AtomExprNormal a (TrailerBracket (Subscriptlist (Subscript2 b (Subscript3 (Subscript3d c (Sliceop d)))) e)))",
    ],
    ["a[::b]", "(AtomExprNormal a (TrailerBracket (Subscript3 (Subscript3c b))))"],
    ["a[:]", "(AtomExprNormal a (TrailerBracket (Subscript3 -)))"],
    ["a[b,]", "(AtomExprNormal a (TrailerBracket (Subscriptlist b)))"],
    ["((a))", "a"],
    ["(a,)", "(AtomParen (TestlistComp a))"],
    ["(a, *b)", "(AtomParen (TestlistComp a (StarExpr b)))"],
    ["(yield)", "(YieldExpr -)"],
    ["(a := b)", "(NamedexprTest a b)"],
    [
      "(a for b in c if d for e in f)",
      "(AtomParen (TestlistComp a (CompFor b c (CompIf d (CompFor e f -)))))",
    ],
    ["[]", "(AtomBracket -)"],
    ["[a]", "(AtomBracket a)"],
    ["[a, b, c]", "(AtomBracket (TestlistComp a b c))"],
    [
      "[a for b, in c if lambda: d]",
      "(AtomBracket (TestlistComp a (CompFor (Exprlist b) c (CompIf (LambdefNocond - d) -))))",
    ],
    ["{}", "(AtomBrace -)"],
    ["{a}", "(AtomBrace a)"],
    ["{a: b}", "(AtomBrace (DictorsetmakerItem a b))"],
    ["{a, b, c}", "(AtomBrace (Dictorsetmaker a (DictorsetmakerList (DictorsetmakerList2 b c))))"],
    ["{a: b,}", "(AtomBrace (Dictorsetmaker (DictorsetmakerItem a b) (DictorsetmakerList -)))"],
    ["{a: b for a in c}", "(AtomBrace (Dictorsetmaker (DictorsetmakerItem a b) (CompFor a c -)))"],
    ["'a' 'b'", '"ab"'],
    ["'a string of some length'", '{"a string of some length"}'],
    ["b'ab'", "{bytes 97 98}"],
    ["f'{a}'", '(AtomExprNormal "{}" (AtomExprTrailers (TrailerPeriod format) (TrailerParen (Arglist a))))'],
  ])("%s", (source, tree) => {
    expect(parse(`x = ${source}\n`)).toBe(`(ExprStmt x ${tree})`);
  });

  test("a long string is a leaf once it is interned", () => {
    const long = '{"identifier_of_length"}';
    expect(parse("x = 'identifier_of_length'\n")).toBe(`(ExprStmt x ${long})`);
    expect(parse("identifier_of_length = 'identifier_of_length'\n")).toBe(
      '(ExprStmt identifier_of_length "identifier_of_length")',
    );
    expect(parse("x = 'identifier_of_length'\n", { internedStrings: ["identifier_of_length"] })).toBe(
      '(ExprStmt x "identifier_of_length")',
    );
    expect(parse("x = 'NotImplementedError'\n")).toBe('(ExprStmt x "NotImplementedError")');
  });

  test("the length of a short string is counted in bytes", () => {
    expect(parse("x = 'ééééé'\n")).toBe('(ExprStmt x "ééééé")');
    expect(parse("x = 'éééééé'\n")).toBe('(ExprStmt x {"éééééé"})');
  });
});

describe("modes", () => {
  test("eval gives an expression and the newline after it", () => {
    expect(parse("a, b", { mode: "eval" })).toBe("(EvalInput (Testlist a b) (EvalInput2))");
    expect(parseSource("a = b", { mode: "eval" }).problems[0]?.message).toBe("invalid syntax");
    expect(parseSource("", { mode: "eval" }).tree).toBeNull();
  });

  test("single gives one statement", () => {
    expect(parse("a; b\n", { mode: "single" })).toBe("(SimpleStmt2 (ExprStmt a -) (ExprStmt b -))");
    expect(parse("\n", { mode: "single" })).toBe("<Newline>");
    expect(parse("if a:\n b\n", { mode: "single" })).toBe("(IfStmt a (ExprStmt b -) - -)");
    expect(parseSource("a\nb\n", { mode: "single" }).problems[0]?.line).toBe(2);
  });

  test("a file with nothing in it is a newline, one with nothing but a joined line an empty file", () => {
    expect(parse("")).toBe("<Newline>");
    expect(parse("\\\n")).toBe("(FileInput -)");
  });
});

describe("lines", () => {
  test.each([
    ["(a\n + b,\n c,\n d)", "(AtomParen@1 (TestlistComp@3 (ArithExpr@1 a <Plus> b) c d))"],
    ["(\n1, 2)", "{(1, 2)}@2"],
    ["(\n1,\n2,)", "{(1, 2)}@3"],
    ["(1 +\n 2)", "3"],
    ["1.5 +\\\n 2", "{float 3.5}@0"],
    [
      "f(\n'a long string',\n  b=\n'another long string')",
      '(AtomExprNormal@1 f (TrailerParen@1 (Arglist@2 {"a long string"}@2 (Argument@3 b {"another long string"}@4))))',
    ],
    [
      "f'''{a\n}''' + b",
      '(ArithExpr@1 (AtomExprNormal@1 "{}" (AtomExprTrailers@2 (TrailerPeriod@2 format) (TrailerParen@2 (Arglist@2 a)))) <Plus> b)',
    ],
  ])("%j", (source, tree) => {
    expect(parse(`x = ${source}\n`, {}, true)).toBe(`(ExprStmt@1 x ${tree})`);
  });
});

describe("places in the text", () => {
  test("every node lies within its parent and covers what it was made from", () => {
    const source =
      "def f(a, *b):\n  '''doc'''\n  return [x for x in (a + 1) * 2 if f'{x!r}{b}']\n\nclass A(B): x: int = f(1)\n";
    const { tree } = parseSource(source);
    const pieces: string[] = [];
    const visit = (node: Child): void => {
      if (node === null) return;
      pieces.push(source.slice(node.start, node.end));
      for (const child of node.children) {
        if (child === null) continue;
        expect(child.start).toBeGreaterThanOrEqual(node.start);
        expect(child.end).toBeLessThanOrEqual(node.end);
        visit(child);
      }
    };
    visit(tree);
    expect(pieces).toEqual(
      expect.arrayContaining(["*b", "(a + 1) * 2", "x: int = f(1)", "for x in (a + 1) * 2 if f'{x!r}{b}'"]),
    );
    expect(tree!.children[0]!.kind).toBe(Kind.Funcdef);
  });
});
