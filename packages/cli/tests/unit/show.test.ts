import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Variable } from "@slotscope/dap";
import { describe, expect, it } from "vitest";
import { functionRange } from "../../src/debug/function-range.js";
import { describeEnd } from "../../src/debug/show-stop.js";
import { describeVariables, isData } from "../../src/debug/show-variables.js";
import { describeLines, splitLines } from "../../src/debug/source-window.js";
import { plainStyle } from "../../src/terminal/style.js";
import { programsFolder } from "../support/start-cli.js";

const value = (type: string, text: string) => ({ kind: "value", type, text }) as const;

function named(name: string, type: string): Variable {
  return { name, kind: "global", value: value(type, "?") };
}

describe("variables", () => {
  it("show slot, kind, name and value in columns", () => {
    const variables: Variable[] = [
      { name: "a", kind: "parameter", slot: 0, value: value("int", "1") },
      { name: "total", kind: "cell", slot: 12, value: value("float", "2.5") },
      { name: "late", kind: "local", slot: 3, value: { kind: "unbound" } },
      { name: "deep", kind: "free", slot: 4, value: { kind: "unavailable", reason: "no memory" } },
    ];
    expect(describeVariables(variables, plainStyle, 80)).toEqual([
      "  slot 0   parameter  a = 1",
      "  slot 12  cell       total = 2.5",
      "  slot 3   local      late = (unbound)",
      "  slot 4   free       deep = (unavailable: no memory)",
    ]);
  });

  it("without slots show name and value, cut to the width of the terminal", () => {
    const variables: Variable[] = [
      { name: "text", kind: "global", value: value("str", `'${"x".repeat(99)}'`) },
    ];
    const [line = ""] = describeVariables(variables, plainStyle, 40);
    expect(line).toMatch(/^ {2}text = 'x+…$/);
    expect(line.length).toBe(40);
  });

  it("can't steer the terminal by their values or names", () => {
    const variables: Variable[] = [
      { name: "a\u001bc", kind: "item", value: value("evil", "\u001b]0;title\u0007") },
    ];
    expect(describeVariables(variables, plainStyle, 80)).toEqual(["  a\\x1bc = \\x1b]0;title\\x07"]);
  });

  it("of a module are data unless they are functions, classes, modules or __names__", () => {
    const all = [named("x", "int"), named("f", "function"), named("C", "type"), named("m", "module")];
    expect(
      [...all, named("__name__", "str"), named("n", "NoneType")].filter(isData).map(({ name }) => name),
    ).toEqual(["x", "n"]);
  });
});

describe("source lines", () => {
  const lines = splitLines("one\r\n\ttwo\nthree\nfour\n");

  it("have numbers, an arrow at the current one and a star at breakpoints", () => {
    const marks = { current: 2, breakpoints: new Set([2, 4]) };
    expect(describeLines(lines, -3, 99, marks, plainStyle)).toEqual([
      "    1  one",
      "->* 2          two",
      "    3  three",
      "  * 4  four",
    ]);
  });

  it("outside of the file are none", () => {
    expect(describeLines(lines, 5, 9, { current: undefined, breakpoints: new Set() }, plainStyle)).toEqual(
      [],
    );
  });
});

describe("the range of a function", () => {
  it("is that of the innermost function or class around a line", async () => {
    const text = await readFile(join(programsFolder, "pid.py"), "utf8");
    const lines = text.split("\n");
    const lineOf = (part: string) => lines.findIndex((line) => line.includes(part)) + 1;
    expect(functionRange(text, lineOf("# @output"))).toEqual({
      first: lineOf("def step"),
      last: lineOf("return bounded"),
    });
    expect(functionRange(text, lineOf("low, high = limits"))).toEqual({
      first: lineOf("def make_pid"),
      last: lineOf("return step, tune"),
    });
  });

  it("is the whole text outside of any", () => {
    expect(functionRange("x = 1\ny = 2\n", 2)).toEqual({ first: 1, last: 3 });
  });
});

describe("the end of a program", () => {
  it.each([
    [{ how: "returned", status: 0 }, "The program ended."],
    [{ how: "exit", status: 3 }, "The program ended by sys.exit, with status 3."],
    [
      {
        how: "exception",
        status: 1,
        exception: { type: "OSError", message: "2", traceback: "", caught: false },
      },
      "The program ended with an uncaught OSError, status 1.",
    ],
    [{ how: "terminated", status: 1 }, "The program was ended."],
  ] as const)("%j is told in a sentence", (end, sentence) => {
    expect(describeEnd(end, plainStyle)).toEqual([sentence]);
  });
});
