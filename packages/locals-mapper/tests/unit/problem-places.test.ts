import { describe, expect, it } from "vitest";
import { mapSource } from "../../src/index.js";
import { readSnippet, readTruth, snippetTruth } from "../truth-files.js";

interface Edit {
  base: string;
  at: number;
  del: number;
  ins: string;
}

/** A text with « and » put around what its first problem marks. */
function marked(text: string): string {
  const [problem] = mapSource(text, { file: "main.py", options: { version: "1.29" } }).problems;
  if (problem === undefined) return "no problem";
  const { start, end } = problem;
  return `${text.slice(0, start)}«${text.slice(start, end)}»${text.slice(end)}`;
}

/** What is wrong with the places of a text's problems. */
function misplaced(text: string): unknown[] {
  const { problems } = mapSource(text, { file: "main.py" });
  return problems.filter(({ start, end }) => {
    const inside = 0 <= start && start <= end && end <= text.length;
    return !inside || (start === end && text.length > 0);
  });
}

describe("a problem marks what it is about", () => {
  it.each([
    ["a missing colon", "if x«\n»  y\n"],
    ["a bracket closed too often", "x = f(1)«)»\ny\n"],
    ["the statement after a bracket left open", "x = (1,\n  2\n«y» = 3\n"],
    ["the end of a text with a bracket left open", "x = [1,\n  2«\n»"],
    ["a string left open", "x = 1\ny = «'abc»\nz = 2\n"],
    ["the indentation of the first line", "«  »x = 1\n"],
    ["the indentation of a line with no block to open", "x = 1\n«    »y = 2\nz = 3\n"],
    ["the indentation of a line that fits no block", "if x:\n    y\n\n«  »z\n"],
    ["a block that is missing", "def f():\n«x» = 1\n"],
    ["a word too many", "print «'x'»\n"],
    ["what follows a keyword taken for a name", "class «=» 2\n"],
    ["a call that is assigned to", "x = 1\n«f(x)» = 2\n"],
    ["a constant that is assigned to", "for «1» in x: pass\n"],
    ["a call that is deleted", "del x, «f()»\n"],
    ["a return outside functions", "class A:\n  «return 1»\n"],
    ["a break outside loops", "if x:\n  «break»\n"],
    ["a yield outside functions", "x = «yield 1»\n"],
    ["an await outside functions", "print(«await x»)\n"],
    ["a parameter named twice", "def f(a, b, «a»): pass\n"],
    ["a name after which there is no default", "def f(a=1, «b»): pass\n"],
    ["a second star", "def f(*a, «*b»): pass\n"],
    ["an argument after keywords", "f(a=1, «2»)\n"],
    ["a keyword that is no name", "f(«1=2»)\n"],
    ["what is no constant", "X = «const(a)»\n"],
    ["a bad number", "x = 1 + «09»\n"],
    ["a global that is a local already", "def f():\n  x = 1\n  «global x»\n"],
    ["a nonlocal at the top", "«nonlocal x»\n"],
    ["a nonlocal that nothing binds", "def f():\n  «nonlocal x»\n"],
    ["an import of all in a function", "def f():\n  «from m import *»\n"],
    ["a handler after the one for all", "try:\n  x\n«except: y»\nexcept A: z\n"],
    ["a try without handlers", "try:\n  x\n«y»\n"],
    ["a name escape", "x = «'\\N{DASH}'»\n"],
    ["an operator in an f-string", "x = f'a{1 + «*»2}b'\n"],
    ["an argument in an f-string", "x = f'a{f(b=1, «2»)} {c}'\n"],
    ["an argument in a t-string", "x = t'a{f(b=1, «2»)} {c}'\n"],
    ["an argument in the format of a t-string", "x = t'a{b:>{f(b=1, «2»)}} {c}'\n"],
    ["an f-string that is assigned to", "«f'{x}'» = 2\n"],
    ["a t-string that is assigned to", "«t'{x}'» = 2\n"],
  ])("%s", (_, text) => {
    expect(marked(text.replace(/[«»]/g, ""))).toBe(text);
  });

  it("goes on behind an indented first line", () => {
    const { problems } = mapSource("  x = 1\n  y = = 2\nz = = 3\n", { file: "main.py" });
    expect(problems.map(({ message, line }) => `${line}: ${message}`)).toEqual([
      "1: unexpected indent",
      "2: invalid syntax",
      "3: invalid syntax",
    ]);
  });

  it("marks at least a character, in the text, of 800 programs with one edit each", () => {
    const wrong = readTruth<Edit>("syntax-sample-1.26.1.jsonl").flatMap(({ base, at, del, ins }) => {
      const characters = Array.from(readSnippet(base.replace("snippets/", "")));
      characters.splice(at, del, ins);
      return misplaced(characters.join(""));
    });
    expect(wrong).toEqual([]);
  });

  it("marks at least a character, in the text, wherever a program is cut off", () => {
    const wrong = snippetTruth.flatMap(({ path }) => {
      const text = readSnippet(path);
      return Array.from({ length: text.length }, (_, length) => misplaced(text.slice(0, length))).flat();
    });
    expect(wrong).toEqual([]);
  });
});
