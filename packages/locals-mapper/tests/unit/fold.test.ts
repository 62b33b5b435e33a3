import { describe, expect, test } from "vitest";
import type { CompilerOptions } from "../../src/options.js";
import { parseSource } from "../../src/parser.js";
import { showTree } from "../support/show-tree.js";

function value(expression: string, options: CompilerOptions = {}): string {
  const { tree, problems } = parseSource(`x = ${expression}\n`, options);
  expect(problems).toEqual([]);
  return showTree(tree).replace(/^\(ExprStmt x (.*)\)$/s, "$1");
}

function file(source: string, options: CompilerOptions = {}): string {
  const { tree, problems } = parseSource(source, options);
  expect(problems).toEqual([]);
  return showTree(tree).replace(/^\(FileInput2 (.*)\)$/s, "$1");
}

describe("integers", () => {
  test.each([
    ["1 + 2 * 3 - 4", "3"],
    ["7 // -2", "-4"],
    ["7 % -2", "-1"],
    ["-7 // 2 + -7 % 2", "-3"],
    ["2 ** 10 | 1 ^ 3 & 6", "1027"],
    ["1 << 4 >> 2", "4"],
    ["-1 >> 100", "-1"],
    ["~5", "-6"],
    ["-(-5)", "5"],
    ["+5", "5"],
    ["1 << 40", "{1099511627776}"],
    ["(1 << 40) >> 38", "4"],
    ["1073741823", "1073741823"],
    ["1073741824", "{1073741824}"],
    ["-1073741824", "-1073741824"],
    ["-1073741825", "{-1073741825}"],
    ["0xffff_ffff & 0xff", "255"],
    ["0b101 + 0o17", "20"],
    ["12345678901234567890", "{12345678901234567890}"],
  ])("%s is %s", (expression, result) => {
    expect(value(expression)).toBe(result);
  });

  test("up to 1.23 an int once big stays big whatever comes of it", () => {
    expect(value("1 + ((1 << 65) - (1 << 65))", { version: "1.23" })).toBe("{1}");
    expect(value("1 + ((1 << 65) - (1 << 65))", { version: "1.24" })).toBe("1");
    expect(value("(1 << 61) >> 60", { version: "1.23" })).toBe("2");
  });

  test("up to 1.24 a number may begin with zeros", () => {
    expect(value("007 + 1", { version: "1.24" })).toBe("8");
    expect(parseSource("x = 007\n", { version: "1.25" }).problems[0]?.message).toContain("with base 0");
    expect(value("000", { version: "1.25" })).toBe("0");
  });

  test("a 64-bit target has small ints of 63 bits", () => {
    const options: CompilerOptions = { smallIntBits: 63, crossCompiled: false };
    expect(value("1 << 61", options)).toBe("2305843009213693952");
    expect(value("1 << 62", options)).toBe("{4611686018427387904}");
  });

  test("on a 32-bit target itself the smallest small int is a big one once it is folded", () => {
    expect(value("-1073741824", { crossCompiled: false })).toBe("{-1073741824}");
    expect(value("-1073741823 - 1", { crossCompiled: false })).toBe("-1073741824");
  });

  test.each(["1 // 0", "1 % 0", "1 / 0", "1 << -1", "1 >> -1", "0 ** -1", "1 << 10 ** 9", "9 ** 9 ** 9"])(
    "%s is left to run time",
    (expression) => {
      expect(value(expression)).not.toMatch(/^[-0-9{]/);
    },
  );

  test("a chain is folded wholly or not at all", () => {
    expect(value("1 + 2 + a")).toBe("(ArithExpr 1 <Plus> 2 <Plus> a)");
    expect(value("a + 1 + 2")).toBe("(ArithExpr a <Plus> 1 <Plus> 2)");
    expect(value("a + 2 * 3")).toBe("(ArithExpr a <Plus> 6)");
    expect(value("1 + 1 // 0")).toBe("(ArithExpr 1 <Plus> (Term 1 <DblSlash> 0))");
    expect(value("2 @ 3")).toBe("(Term 2 <At> 3)");
  });

  test("strings, truth values and comparisons are not computed", () => {
    expect(value("True + 1")).toBe("(ArithExpr <True> <Plus> 1)");
    expect(value("'a' * 2")).toBe('(Term "a" <Star> 2)');
    expect(value("1 < 2")).toBe("(Comparison 1 <Less> 2)");
    expect(value("~True")).toBe("(Factor2 <Tilde> <True>)");
  });
});

describe("floats", () => {
  test.each([
    ["1 / 4", "{float 0.25}"],
    ["1.5 + 1", "{float 2.5}"],
    ["2 ** -1", "{float 0.5}"],
    ["-7.5 // 2", "{float -4}"],
    ["-7.5 % 2", "{float 0.5}"],
    ["-0.0", "{float -0}"],
    ["1e400 - 1", "{float Infinity}"],
    ["1 / 3 * 3", "{float 1}"],
    ["1j", "{0+1j}"],
    ["1ej", "{0+1j}"],
    [".5e-1_0", "{float 5e-11}"],
  ])("%s is %s", (expression, result) => {
    expect(value(expression)).toBe(result);
  });

  test.each(["1.5 // 0", "(-1.5) ** 0.5", "0.0 ** -1", "1.5 | 1", "1.5 << 1", "~1.5", "1j + 1", "-1j"])(
    "%s is left to run time",
    (expression) => {
      expect(value(expression)).toMatch(/^\(/);
    },
  );

  test("before 1.26 no float is folded and none comes of folding", () => {
    const options: CompilerOptions = { version: "1.25" };
    expect(value("1.5 + 1", options)).toBe("(ArithExpr {float 1.5} <Plus> 1)");
    expect(value("1 / 4", options)).toBe("(Term 1 <Slash> 4)");
    expect(value("2 ** -1", options)).toBe("(Power 2 -1)");
    expect(value("-1.5", options)).toBe("(Factor2 <Minus> {float 1.5})");
  });

  test("a target with 32-bit floats rounds", () => {
    expect(value("0.1", { floatBits: 32 })).toBe(`{float ${Math.fround(0.1)}}`);
    expect(value("16777216.0 + 1", { floatBits: 32 })).toBe("{float 16777216}");
  });
});

describe("logic", () => {
  test.each([
    ["not 0", "<True>"],
    ["not 'a'", "<False>"],
    ["not a", "(NotTest2 a)"],
    ["not ()", "<True>"],
    ["a or 1 or b", "(OrTest a 1)"],
    ["0 or a", "a"],
    ["a or 0 or b", "(OrTest a b)"],
    ["a or 0", "(OrTest a 0)"],
    ["1 and a", "a"],
    ["a and 0 and b", "(AndTest a 0)"],
    ["'' and a", '""'],
    ["None or ()", "(AtomParen -)"],
    ["... and a", "a"],
    ["0.0 or a", "a"],
    ["(1, 2) and a", "a"],
  ])("%s is %s", (expression, result) => {
    expect(value(expression)).toBe(result);
  });
});

describe("tuples", () => {
  test.each([
    ["1, 2", "{(1, 2)}"],
    ["1,", "{(1)}"],
    ["(1, 'a', None, (2.5, b'x'), ...)", '{(1, "a", None, (float 2.5, bytes 120), Ellipsis)}'],
    ["()", "(AtomParen -)"],
    ["((), 1)", "{((), 1)}"],
    ["(1, a)", "(AtomParen (TestlistComp 1 a))"],
    ["[1, 2]", "(AtomBracket (TestlistComp 1 2))"],
    ["a[1, 2]", "(AtomExprNormal a (TrailerBracket {(1, 2)}))"],
    ["f(1, 2)", "(AtomExprNormal f (TrailerParen (Arglist 1 2)))"],
  ])("%s is %s", (expression, result) => {
    expect(value(expression)).toBe(result);
  });

  test("firmware without constant tuples builds them at run time", () => {
    expect(value("1, 2", { features: { constTuple: false } })).toBe("(TestlistStarExpr 1 2)");
  });
});

describe("const()", () => {
  test("makes every later atom of that name the value", () => {
    expect(file("X = const(1 + 2)\ny = X * 2\nz.X = X\n")).toBe(
      "(ExprStmt X 3) (ExprStmt y 6) (ExprStmt (AtomExprNormal z (TrailerPeriod X)) 3)",
    );
  });

  test("of a private name leaves nothing behind", () => {
    expect(file("_X = const('abc')\ny = _X\n")).toBe('(PassStmt) (ExprStmt y {"abc"})');
  });

  test("takes numbers, strings, bytes, tuples and the named constants", () => {
    const constants = ["1.5", "b'a'", "(1, 2)", "()", "None", "True", "..."];
    const problems = constants.flatMap((constant) => parseSource(`X = const(${constant})\n`).problems);
    expect(problems).toEqual([]);
  });

  test("of anything else is an error where const is called, and what follows still parses", () => {
    const { tree, problems } = parseSource("a = 1\nX = const(\n a)\nb = 2\n");
    expect(problems).toMatchObject([{ message: "not a constant", type: "SyntaxError", line: 2 }]);
    expect(tree!.children).toHaveLength(3);
    expect(parseSource("X = const()\n").problems[0]?.message).toBe("not a constant");
  });

  test("is a plain call in any other form", () => {
    const sources = ["x.y = const(1)\n", "x = y = const(1)\n", "x += const(1)\n", "x = const(1, 2)(3)\n"];
    expect(sources.map((source) => file(source)).filter((tree) => !tree.includes("const"))).toEqual([]);
  });

  test("works on a dead branch and inside a function", () => {
    expect(file("if 0:\n  X = const(1)\ny = X\n")).toContain("(ExprStmt y 1)");
    expect(file("def f():\n  X = const(1)\ny = X\n")).toContain("(ExprStmt y 1)");
  });

  test("may be annotated from 1.29 on", () => {
    const source = "X: int = const(1)\n_Y: int = const(2)\nz = X + _Y\n";
    expect(file(source, { version: "1.29" })).toBe(
      "(ExprStmt X (Annassign int 1)) (PassStmt) (ExprStmt z 3)",
    );
    expect(file(source)).toContain("(ExprStmt z (ArithExpr X <Plus> _Y))");
    expect(parseSource("X: int = const(a)\n", { version: "1.29" }).problems[0]?.message).toBe(
      "not a constant",
    );
  });

  test("is a plain call in firmware without constants", () => {
    expect(file("X = const(1)\n", { features: { const: false } })).toContain("TrailerParen");
  });
});

describe("constants of modules", () => {
  test("math's fold from 1.26 on", () => {
    expect(value("math.pi")).toBe(`{float ${Math.PI}}`);
    expect(value("-math.inf")).toBe("{float -Infinity}");
    expect(value("math.pi", { version: "1.25" })).toBe("(AtomExprNormal math (TrailerPeriod pi))");
    expect(value("math.sin")).toBe("(AtomExprNormal math (TrailerPeriod sin))");
    expect(value("math.pi.x")).toContain("AtomExprTrailers");
  });

  test("a firmware's own fold when the options name them", () => {
    const options: CompilerOptions = { moduleConstants: { errno: { ENOENT: 2 } } };
    expect(value("errno.ENOENT + 1", options)).toBe("3");
    expect(value("errno.constructor", options)).toContain("errno");
  });

  test("nothing folds in firmware without them", () => {
    expect(value("math.pi", { features: { moduleConst: false } })).toContain("math");
    expect(value("1 + 2", { features: { constFolding: false } })).toBe("(ArithExpr 1 <Plus> 2)");
  });
});
