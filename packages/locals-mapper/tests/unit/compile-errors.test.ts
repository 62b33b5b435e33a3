import { describe, expect, it } from "vitest";
import { type DebugMap, mapSource, type Problem } from "../../src/index.js";
import { readSnippet, readTruth, snippetTruth, type TruthError, truthFolder } from "../truth-files.js";
import { readFileSync } from "node:fs";

function map(text: string): { debugMap: DebugMap; problems: readonly Problem[] } {
  return mapSource(text, { file: "main.py" });
}

/** The first problem as the truth files tell of one. */
function firstError(text: string): TruthError | null {
  const { debugMap, problems } = map(text);
  const first = problems[0];
  if (first === undefined) return null;
  const block = debugMap.scopes.find((scope) => scope.path === first.scope)?.name ?? "";
  return { line: first.line, message: first.message, type: first.type, block };
}

/** A function with a loop over so many statements of 10 bytes. */
function loop(statements: number): string {
  return `def f():\n  while a:\n${"    b.c(1000)\n".repeat(statements)}`;
}

describe("the first problem", () => {
  it.each(snippetTruth.filter((truth) => truth.error !== null))(
    "is the compiler's own for $path",
    (truth) => {
      expect(firstError(readSnippet(truth.path))).toEqual(truth.error);
    },
  );

  it("is the compiler's own for 800 texts with one edit", () => {
    interface Edit {
      base: string;
      at: number;
      del: number;
      ins: string;
      error: TruthError | null;
    }
    const edits = readTruth<Edit>("syntax-sample-1.26.1.jsonl");
    expect(edits).toHaveLength(800);
    for (const { base, at, del, ins, error } of edits) {
      const characters = Array.from(readFileSync(new URL(base, truthFolder), "utf8"));
      characters.splice(at, del, ins);
      const { problems } = map(characters.join(""));
      const { line, message, type } = problems[0] ?? {};
      const found = problems.length === 0 ? null : { line, message, type };
      expect({ base, at, ins, error: found }).toEqual({ base, at, ins, error });
    }
  });

  it.each([
    ["async for/with outside async function", "def f():\n  async for x in y: pass\n", 2, "f"],
    ["'await' outside function", "x = 1\nawait x\n", 2, "<module>"],
    ["'yield' outside function", "class A:\n  yield 1\n", 2, "A"],
    ["'break'/'continue' outside loop", "for i in x:\n  def f(): break\n", 2, "f"],
    ["import * not at module level", "def f():\n  from m import *\n", 2, "f"],
    ["can't declare nonlocal in outer code", "nonlocal x\n", 1, "<module>"],
    ["identifier redefined as nonlocal", "def f():\n x = 1\n def g():\n  x = 2\n  nonlocal x\n", 5, "g"],
    ["argument name reused", "def f(a, b,\n      a): pass\n", 1, "f"],
    ["multiple *x in assignment", "\n*a, *b = c\n", 2, "<module>"],
    ["can't delete expression", "del a\ndel f()\n", 2, "<module>"],
    ["positional arg after **", "f(**k, 1)\n", 1, "<module>"],
    ["positional arg after keyword arg", "f(k=1,\n  2)\n", 1, "<module>"],
    ["* arg after **", "f(**k, *a)\n", 1, "<module>"],
    ["expecting key:value for dict", "{1: 2, 3}\n", 1, "<module>"],
    ["expecting just a value for set", "{1, 2: 3}\n", 1, "<module>"],
    ["super() can't find self", "def f():\n  super().g()\n", 2, "f"],
    ["invalid micropython decorator", "@micropython.fast\ndef f(): pass\n", 1, "<module>"],
    ["inline assembler must be a function", "@micropython.asm_thumb\nclass A: pass\n", 2, "A"],
    ["expecting an assembler instruction", "@micropython.asm_thumb\ndef f():\n  x.y = 1\n", 3, "f"],
  ])("can be: %s", (message, text, line, block) => {
    expect(firstError(text)).toEqual({ line, message, type: "SyntaxError", block });
  });

  it.each([
    ["local 'x' has type 'int' but source is 'object'", "def f(a):\n  x = 1\n  x = a\n", 4],
    ["can't do binary op between 'object' and 'int'", "def f(a):\n  b = a + 1\n  return b\n", 3],
    // A body of a single statement has no line of its own to report.
    ["return expected 'int' but got 'object'", "def f(a) -> int:\n  return a\n", 2],
    ["local 'x' used before type known", "def f():\n  print(x)\n  x = 1\n", 3],
    ["can't load from 'int'", "def f(a: int):\n  b = a[0]\n  return\n", 3],
    ["can't store to 'ptr'", "def f(a: ptr):\n  a[0] = 1\n  return\n", 3],
    ["comparison of int and uint", "def f(a: int, b: uint):\n  x = a < b\n  return\n", 3],
    ["unknown type 'double'", "def f(a: float, b: double):\n  pass\n", 2],
    ["binary op  not implemented", "def f(a: int):\n  a **= 2\n  return\n", 3],
  ])("in viper code can be: %s", (message, body, line) => {
    const text = `@micropython.viper\n${body}`;
    expect(firstError(text)).toEqual({ line, message, type: "ViperTypeError", block: "f" });
  });

  it("carries no line if the emitter doesn't implement something", () => {
    const text = "@micropython.viper\ndef f():\n  yield 1\n";
    expect(map(text).problems[0]).toMatchObject({
      line: -1,
      message: "native yield",
      type: "NotImplementedError",
    });
  });

  it("is what the emitter doesn't implement rather than a wrong type after it", () => {
    const text = "@micropython.viper\ndef f():\n  try:\n    yield 1\n  except E as e:\n    print(e)\n";
    expect(map(text).problems[0]).toMatchObject({ line: -1, message: "native yield" });
  });

  it("can be a jump that is too far for bytecode", () => {
    expect(map(loop(1600)).problems).toEqual([]);
    expect(map(loop(1900)).problems[0]).toMatchObject({
      line: -1,
      message: "bytecode overflow",
      type: "RuntimeError",
    });
  });

  it("comes from the outermost scope, since scopes are compiled breadth first", () => {
    const text = "def f():\n  def g():\n    break\n  return x\n\nreturn\n";
    const { problems } = map(text);
    expect(problems.map((problem) => problem.line)).toEqual([6, 3]);
  });
});

describe("a text with compile errors", () => {
  it("is mapped as a whole all the same", () => {
    const text = "return\n\ndef f(a):\n  b = a\n  break\n  c = [b for i in a]\n  return c\n";
    const { debugMap, problems } = map(text);
    expect(problems.map((problem) => problem.message)).toEqual([
      "'return' outside function",
      "'break'/'continue' outside loop",
    ]);
    const names = debugMap.scopes[1]?.slots.map((slot) => slot?.name);
    expect(names).toEqual(["a", "c", "b"]);
    expect(debugMap.scopes[2]?.slots.map((slot) => slot?.name)).toEqual(["b", ".0", "i"]);
  });

  it("has problems that mark a part of it", () => {
    const text = "def f():\n  global x, y\n  x = 1; global x\n  1 = y\n  f(1=2)\n";
    for (const problem of map(text).problems) {
      expect(problem.end).toBeGreaterThan(problem.start);
      expect(problem.end).toBeLessThanOrEqual(text.length);
    }
  });

  it("may be nested deeper than the stack holds", () => {
    const depth = 20_000;
    const { problems } = map(`x = ${"-".repeat(depth)}y\n`);
    expect(problems[0]?.type).toBe("RuntimeError");
  });
});
