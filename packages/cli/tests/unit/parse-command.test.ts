import { describe, expect, it } from "vitest";
import {
  findCommand,
  parseCommand,
  parseCount,
  parseLocation,
  splitAssignment,
  splitCondition,
} from "../../src/debug/parse-command.js";

describe("a line of the debugger", () => {
  it.each([
    ["continue", "continue", ""],
    ["c", "continue", ""],
    ["  n  ", "next", ""],
    ["bt", "where", ""],
    ["b pid.py:12 if x > 1", "break", "pid.py:12 if x > 1"],
    ["p(1, 2)", "print", "(1, 2)"],
    ["cond 2 x", "condition", "2 x"],
    ["!x = 1", "!", "x = 1"],
    ["!  del x", "!", "del x"],
    ["?break", "help", "break"],
    ["? until", "help", "until"],
  ])("%j is %s with the rest %j", (line, name, rest) => {
    expect(parseCommand(line)).toEqual({ name, rest });
  });

  it("that is empty is no command", () => {
    expect(parseCommand("   ")).toBeUndefined();
  });

  it("whose beginning fits several commands names them", () => {
    expect(() => parseCommand("un 3")).toThrow("`un` could be until, undisplay. Type more of it.");
  });

  it("that is no command says what to do instead", () => {
    expect(() => parseCommand("prnit x")).toThrow(
      "There is no command `prnit`. Did you mean print? `help` lists them; `p prnit` shows a value, `!prnit` runs a statement.",
    );
    expect(() => parseCommand("x = 1")).toThrow("`!x` runs a statement");
  });

  it("finds a command by each of its names", () => {
    for (const word of ["out", "o", "r", "return", "finish"]) expect(findCommand(word).name).toBe("out");
  });
});

describe("an assignment", () => {
  it.each([
    ["x = 1", "x", "1"],
    ["x=y==2", "x", "y==2"],
    ["d['a=b'] = {'k': 1}", "d['a=b']", "{'k': 1}"],
    ["self.items[f(k=1)] = lambda q=1: q", "self.items[f(k=1)]", "lambda q=1: q"],
    [String.raw`d["\"="] = 2`, String.raw`d["\"="]`, "2"],
  ])("%j is split at its own =", (text, target, expression) => {
    expect(splitAssignment(text)).toEqual({ target, expression });
  });

  it.each(["x == 1", "x += 1", "x := 1", "f(a=1)", "x =", "= 1", "x", "x <= 3", ""])("%j is none", (text) => {
    expect(splitAssignment(text)).toBeUndefined();
  });
});

describe("a place", () => {
  it.each([
    ["12", { line: 12 }],
    ["pid.py:12", { file: "pid.py", line: 12 }],
    ["C:\\x\\pid.py:12", { file: "C:\\x\\pid.py", line: 12 }],
    ["main", { name: "main" }],
    ["Task.run", { name: "Task.run" }],
    ["größe", { name: "größe" }],
    ["lib/a.py:Task.run", { file: "lib/a.py", name: "Task.run" }],
  ])("%j is read", (text, location) => {
    expect(parseLocation(text)).toEqual(location);
  });

  it("that is only a file asks for the line", () => {
    expect(() => parseLocation("pid.py")).toThrow("Which line of pid.py?");
  });

  it.each(["", "-3", "1.5", "a b", "pid.py:", "x+y"])("%j is refused", (text) => {
    expect(() => parseLocation(text)).toThrow("is no place");
  });

  it("is split from its condition, written after `if` or, as in pdb, after a comma", () => {
    expect(splitCondition("pid.py:3 if a if b else c")).toEqual({
      place: "pid.py:3",
      condition: "a if b else c",
    });
    expect(splitCondition("12, x > 3")).toEqual({ place: "12", condition: "x > 3" });
    expect(splitCondition("12 if(x)")).toEqual({ place: "12", condition: "(x)" });
    expect(splitCondition("notify")).toEqual({ place: "notify" });
    expect(() => splitCondition("12 if")).toThrow("The condition is missing");
  });
});

describe("a count", () => {
  it("is a whole number from 1 on, or left out", () => {
    expect(parseCount("", "number", 1)).toBe(1);
    expect(parseCount(" 12 ", "number", 1)).toBe(12);
    for (const text of ["0", "-1", "x", "1.5"])
      expect(() => parseCount(text, "number", 1)).toThrow("is no number");
  });
});
