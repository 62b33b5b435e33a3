import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { CompilerOptions } from "../../src/options.js";
import { parseSource } from "../../src/parser.js";
import type { Problem } from "../../src/problems.js";
import { showTree } from "../support/show-tree.js";

const truth = new URL("../../../../fixtures/slots/truth/", import.meta.url);
const snippets = readdirSync(new URL("snippets/", truth)).filter((name) => name.endsWith(".py"));

interface TrueError {
  readonly line: number;
  readonly message: string;
  readonly type: string;
  readonly block?: string;
}

function readSnippet(name: string): string {
  return readFileSync(new URL(`snippets/${name}`, truth), "utf8");
}

function readLines<T>(name: string): T[] {
  const text = readFileSync(new URL(name, truth), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as T);
}

function summary(problem: Problem | TrueError | null | undefined): string {
  return problem ? `${problem.type}: ${problem.message}, line ${problem.line}` : "parses";
}

function firstProblem(source: string, options: CompilerOptions = {}): string {
  return summary(parseSource(source, options).problems[0]);
}

/** Messages of the compiler proper, which the parser leaves to it. */
const compilerMessages = new Set([
  "*x must be assignment target",
  "LHS of keyword arg must be an id",
  "non-default argument follows default argument",
  "positional arg after keyword arg",
  "default 'except' must be last",
  "can't assign to expression",
  "no binding for nonlocal found",
  "'return' outside function",
  // Also the compiler's word for a set that holds a `key: value`.
  "invalid syntax",
]);

describe("MicroPython 1.26.1's own verdicts", () => {
  test("every snippet parses, or fails where MicroPython's parser does", () => {
    const errors = readLines<{ path: string; error: TrueError | null }>("slots-snippets-1.26.1.jsonl");
    expect(errors).toHaveLength(snippets.length);
    const expected = errors.map(({ path, error }) => {
      const fromParser = error !== null && (error.block ?? "") === "";
      return [path, summary(fromParser ? error : null)];
    });
    expect(errors.map(({ path }) => [path, firstProblem(readSnippet(path))])).toEqual(expected);
  });

  test("800 snippets with one edit each fail, or not, as in MicroPython", () => {
    const sample = readLines<{ base: string; at: number; del: number; ins: string; error: TrueError | null }>(
      "syntax-sample-1.26.1.jsonl",
    );
    const differences: unknown[] = [];
    let leftToCompiler = 0;
    for (const edit of sample) {
      const { base, at, del, ins, error } = edit;
      const characters = Array.from(readSnippet(base.replace("snippets/", "")));
      characters.splice(at, del, ins);
      const found = firstProblem(characters.join(""));
      if (found === "parses" && error !== null && compilerMessages.has(error.message)) leftToCompiler += 1;
      else if (found !== summary(error)) differences.push({ edit, found });
    }
    expect(differences).toEqual([]);
    expect(sample).toHaveLength(800);
    expect(leftToCompiler).toBe(51);
  });
});

describe("messages, types and lines", () => {
  test.each([
    ["x = = 1\n", "SyntaxError: invalid syntax, line 1"],
    ["x = (1,\n  2\ny = 3\n", "SyntaxError: invalid syntax, line 3"],
    ["x = 1\n\n\nif x\n  y\n", "SyntaxError: invalid syntax, line 4"],
    ["if x:\ny\n", "SyntaxError: invalid syntax, line 2"],
    ["x = 1\n  y = 2\n", "IndentationError: unexpected indent, line 2"],
    ["  x = 1\n", "IndentationError: unexpected indent, line 1"],
    ["if x:\n    y\n  z\n", "IndentationError: unindent doesn't match any outer indent level, line 2"],
    ["x = 'abc\n", "SyntaxError: invalid syntax, line 1"],
    ["x\ny = '''abc\n\n", "SyntaxError: invalid syntax, line 2"],
    ["x\n'\\N{DASH}'\n", "NotImplementedError: unicode name escapes, line -1"],
    ["X = const(a) + '\\N{DASH}'\n", "NotImplementedError: unicode name escapes, line -1"],
    ["x = 09\n", "SyntaxError: invalid syntax for integer with base 0: '09', line 1"],
    ["x = 0b12\n", "SyntaxError: invalid syntax for integer with base 2: '12', line 1"],
    ["x = 12ab\n", "SyntaxError: invalid syntax for integer with base 10: '12ab', line 1"],
    ["x = 1.2.3\n", "SyntaxError: invalid syntax for number, line 1"],
    ["X = const(a)\n", "SyntaxError: not a constant, line 1"],
    ["x.__debug__\n", "SyntaxError: invalid syntax, line 1"],
    ["x = $\n", "SyntaxError: invalid syntax, line 1"],
    ["def f(a, /): pass\n", "SyntaxError: invalid syntax, line 1"],
    ["match x:\n  case 1: pass\n", "SyntaxError: invalid syntax, line 1"],
    ["with (a as b): pass\n", "SyntaxError: invalid syntax, line 1"],
    ["f'{a'\n", "SyntaxError: invalid syntax, line 1"],
    ["f'{{'\n", "SyntaxError: invalid syntax, line 1"],
    ["x = )\n", "SyntaxError: invalid syntax, line 1"],
  ])("%j", (source, expected) => {
    expect(firstProblem(source)).toBe(expected);
  });

  test("terser firmware says less about numbers", () => {
    expect(firstProblem("x = 09\n", { errorReporting: "normal" })).toContain("with base 0,");
    expect(firstProblem("x = 09\n", { errorReporting: "terse" })).toContain("for integer,");
    expect(firstProblem("x = 1.5\n", { floatBits: 0 })).toContain("decimal numbers not supported");
    expect(firstProblem("x = 1j\n", { features: { complex: false } })).toContain(
      "complex values not supported",
    );
  });

  test("features a firmware lacks are syntax errors", () => {
    expect(firstProblem("(x := 1)\n", { features: { assignExpr: false } })).toContain("invalid syntax");
    expect(firstProblem("f(x := 1)\n", { features: { assignExpr: false } })).toContain("invalid syntax");
    expect(firstProblem("{1}\n", { features: { set: false } })).toContain("invalid syntax");
    expect(firstProblem("x[1:2]\n", { features: { slice: false } })).toContain("invalid syntax");
    expect(firstProblem("async def f(): pass\n", { features: { asyncAwait: false } })).toContain(
      "invalid syntax",
    );
    expect(firstProblem("f'a'\n", { features: { fstrings: false } })).toContain("invalid syntax");
    expect(firstProblem("rf'a'\n", { version: "1.23" })).toContain("raw f-strings are not supported");
  });

  test("a problem marks the text it is about", () => {
    const source = "a = 1\nb = 2 +* 3\nc = 4\n";
    const [problem] = parseSource(source).problems;
    expect(source.slice(problem?.start, problem?.end)).toBe("*");
    const [late] = parseSource("x = (").problems;
    expect(late).toMatchObject({ start: 4, end: 5, line: 2 });
  });
});

/** The statements of a file that has errors, each shown. */
function statements(source: string): string[] {
  const { tree } = parseSource(source);
  const children = showTree(tree).startsWith("(FileInput2") ? tree!.children : [tree];
  return children.map((child) => showTree(child));
}

describe("going on after an error", () => {
  test("the statements around a broken one stay", () => {
    expect(statements("a = 1\nb = = 2\nc = 3\n")).toEqual(["(ExprStmt a 1)", "(ExprStmt c 3)"]);
  });

  test("an open bracket doesn't swallow the rest of the file", () => {
    expect(statements("a = 1\nb = f(1,\nc = 3\ndef g(): pass\nd = 4\n")).toEqual([
      "(ExprStmt a 1)",
      "(ExprStmt c 3)",
      "(Funcdef g - - (PassStmt))",
      "(ExprStmt d 4)",
    ]);
  });

  test("an open string doesn't either", () => {
    expect(statements("a = 1\nb = 'x\nc = 3\n")).toEqual(["(ExprStmt a 1)", "(ExprStmt c 3)"]);
    expect(statements("a = 1\nb = '''x\nc = 3\n")).toEqual(["(ExprStmt a 1)", "(ExprStmt c 3)"]);
    expect(statements("a = 1\nb = f'{x\nc = 3\n")).toEqual(["(ExprStmt a 1)", "(ExprStmt c 3)"]);
  });

  test("a function keeps all but the broken line of its body", () => {
    expect(statements("def f():\n  a = 1\n  b = (\n  c = 3\nd = 4\n")).toEqual([
      "(Funcdef f - - (SuiteBlockStmts (ExprStmt a 1) (ExprStmt c 3)))",
      "(ExprStmt d 4)",
    ]);
  });

  test("the body of a broken if belongs to what is around it, that of a broken def is dropped", () => {
    expect(statements("if (x:\n  a = 1\nb = 2\n")).toEqual(["(ExprStmt a 1)", "(ExprStmt b 2)"]);
    expect(statements("def f(x:\n  a = 1\nb = 2\n")).toEqual(["(ExprStmt b 2)"]);
  });

  test("a try without handlers yet keeps its body", () => {
    expect(statements("try:\n  a = 1\n  b = 2\nc = 3\n")).toEqual([
      "(SuiteBlockStmts (ExprStmt a 1) (ExprStmt b 2))",
      "(ExprStmt c 3)",
    ]);
  });

  test("a wrong dedent costs no statement", () => {
    expect(statements("if a:\n    b = 1\n  c = 2\nd = 3\n")).toEqual([
      "(IfStmt a (SuiteBlockStmts (ExprStmt b 1) (ExprStmt c 2)) - -)",
      "(ExprStmt d 3)",
    ]);
  });

  test("an indented line is taken as part of its block", () => {
    expect(statements("a = 1\n    b = 2\nc = 3\n")).toEqual([
      "(ExprStmt a 1)",
      "(ExprStmt b 2)",
      "(ExprStmt c 3)",
    ]);
  });

  test("a bad number or constant costs no statement", () => {
    expect(statements("a = 1x\nb = 2\n")).toEqual(["(ExprStmt a 0)", "(ExprStmt b 2)"]);
  });

  test("lines stay right after an error", () => {
    const { tree } = parseSource("a = (\n\n  1\n\nb = = 1\n\nc = 2\n");
    expect(showTree(tree, true)).toContain("(ExprStmt@7 c 2)");
  });

  test("every prefix of every snippet parses to the end", () => {
    const outside: unknown[] = [];
    for (const name of snippets) {
      const source = readSnippet(name);
      for (let length = 0; length <= source.length; length++) {
        const { problems } = parseSource(source.slice(0, length));
        for (const problem of problems) {
          if (problem.end < problem.start || problem.end > length) outside.push({ name, length, problem });
        }
      }
    }
    expect(outside).toEqual([]);
  });

  test("what nests too deep is a problem like any other", () => {
    const units = ["(", "[", "{", "f(", "x[", "- ", "not ", "lambda: ", "1 if 1 else ", "2 ** "];
    const messages = units.map((unit) => parseSource(`a = ${unit.repeat(5000)}1\n`).problems[0]?.message);
    expect(new Set(messages)).toEqual(new Set(["maximum recursion depth exceeded"]));
    const blocks = Array.from({ length: 2000 }, (_, depth) => `${" ".repeat(depth)}if x:\n`).join("");
    expect(parseSource(blocks).problems.length).toBeGreaterThan(0);
    const indents = Array.from({ length: 2000 }, (_, depth) => `${" ".repeat(depth)}x\n`).join("");
    expect(parseSource(indents).problems[0]?.message).toBe("unexpected indent");
  });

  test("hostile input comes to an end", () => {
    const units = ["(\n", "'''", "f'{x\n", "f(a,\n", "'\n", "\\", "@\n", "}", "\t:", "\r", "f'{f'{", "def ("];
    expect(units.filter((unit) => parseSource(unit.repeat(3000)).tree === null)).toEqual([]);
  });
});
