import { mapSource } from "@slotscope/locals-mapper";
import { describe, expect, it } from "vitest";
import {
  compileAssignment,
  compileExpression,
  compileStatement,
  type FrameNames,
} from "../../src/debugger/frame-code.js";

const options = { version: "1.29", featureLevel: "full", settrace: true } as const;

const names: FrameNames = {
  slots: new Map([
    ["a", { slot: 0, bound: true }],
    ["b", { slot: 1, bound: true }],
    ["unset", { slot: 2, bound: false }],
    ["maybe", { slot: 3, bound: undefined }],
  ]),
  hidden: new Map([["field", "`field` belongs to a class body."]]),
};

const expression = (text: string) => compileExpression(text, names, options).code;
const assignment = (target: string, value: string) => compileAssignment(target, value, names, options).code;
const statement = (text: string) => compileStatement(text, names, options);

describe("an expression of the user's", () => {
  it("gets the locals that it names as parameters, and no others", () => {
    expect(expression("a + other")).toEqual({
      source: "def _(a):\n return (a + other\n )\n",
      slots: [0],
      names: ["a"],
    });
  });

  it("sees locals from inside of comprehensions, lambdas and generator expressions", () => {
    expect(expression("[i + a for i in b]").names.toSorted()).toEqual(["a", "b"]);
    expect(expression("(lambda a: a + b)(1)").names).toEqual(["b"]);
    expect(expression("sum(a for x in b if a)").names.toSorted()).toEqual(["a", "b"]);
  });

  it("does not take attributes and keyword names for locals", () => {
    expect(expression("x.a + f(b=1)").names).toEqual([]);
  });

  it("gives back what a walrus binds, also from inside of a comprehension", () => {
    expect(expression("(a := b + 1)")).toEqual({
      source: "def _(b, a):\n return (((a := b + 1)\n ), a)\n",
      slots: [1, 0],
      names: ["b", "a"],
      writes: [0],
    });
    expect(expression("[a := i for i in b]").writes).toEqual([0]);
  });

  it("makes globals of other names that it binds", () => {
    const compiled = compileExpression("(fresh := a)", names, options);
    expect(compiled.newGlobals).toEqual(["fresh"]);
    expect(compiled.code.source).toContain(" global fresh\n");
    expect(compiled.code.writes).toBeUndefined();
  });

  it("asks for locals without a value, so that the target raises their NameError", () => {
    expect(expression("unset + 1").names).toEqual(["unset"]);
    expect(expression("maybe + 1").names).toEqual(["maybe"]);
  });

  it("does not ask for a local without a value that it binds itself", () => {
    expect(expression("(unset := 1)")).toMatchObject({ names: [], writes: [2] });
    expect(expression("(maybe := 1)")).toMatchObject({ names: [], writes: [3] });
    expect(expression("(maybe := maybe + 1)")).toMatchObject({ names: ["maybe"], writes: [3] });
  });

  it("may stand on several lines and end in a comment", () => {
    const { source } = expression("a + (\n  b\n)  # sum");
    expect(mapSource(source, { file: "x", options }).problems).toEqual([]);
  });

  it.each(["a +", "a = 1", "1) + (2", "return a", "yield a", "await a", "x for x in a", ""])(
    "`%s` is refused",
    (text) => {
      expect(() => expression(text)).toThrow(/doesn't compile|no expression/);
    },
  );

  it("is refused with the reason if it names what can't be read", () => {
    expect(() => expression("field + 1")).toThrow("`field` belongs to a class body.");
    expect(() => expression("[field for x in a]")).toThrow("`field` belongs to a class body.");
    expect(expression("[field for field in a]").names).toEqual(["a"]);
  });
});

describe("a statement of the user's", () => {
  it("that is an expression gives its value", () => {
    expect(statement("a").isStatement).toBe(false);
  });

  it("writes the locals that it assigns", () => {
    const { code, isStatement } = statement("a = b * 2; unset = 3");
    expect(isStatement).toBe(true);
    expect(code.source).toMatch(/return \(None, a, unset\)\n$/);
    expect(code.writes).toEqual([0, 2]);
  });

  it("may be a block, indented as the user likes", () => {
    const { code, newGlobals } = statement("    for i in b:\n        a += i\n");
    expect(mapSource(code.source, { file: "x", options }).problems).toEqual([]);
    expect(code.writes).toEqual([0]);
    expect(newGlobals).toEqual(["i"]);
  });

  it("keeps the text of strings over several lines", () => {
    const { code } = statement('a = """one\n  two\nthree"""\nb = \'\'\'x # "\n\'\'\'');
    expect(code.source).toContain('"""one\n  two\nthree"""\n b = \'\'\'x # "\n\'\'\'\n');
  });

  it("may define functions and import modules: as globals", () => {
    expect(statement("def helper(x):\n  return x + a").newGlobals).toEqual(["helper"]);
    expect(statement("import sys as system").newGlobals).toEqual(["system"]);
  });

  it.each(["return 1", "a = ", "if a:", "x = yield", "break"])("`%s` is refused", (text) => {
    expect(() => statement(text)).toThrow(/doesn't compile/);
  });

  it("can't delete a local", () => {
    expect(() => statement("del a")).toThrow(/can't be deleted/);
  });
});

describe("an assignment of the user's", () => {
  it("stores once and gives the value", () => {
    expect(assignment("a", "b + 1")).toMatchObject({ writes: [0] });
    expect(assignment("a.x[b]", "[1, 2]").names.toSorted()).toEqual(["a", "b"]);
    expect(mapSource(assignment("a.x[b]", "[1, 2]").source, { file: "x", options }).problems).toEqual([]);
  });

  it.each([
    ["1", "2"],
    ["a + b", "2"],
    ["f()", "2"],
    ["", "2"],
    ["a; b", "2"],
  ])("to `%s` is refused", (target, value) => {
    expect(() => assignment(target, value)).toThrow(/can't be assigned to/);
  });
});
