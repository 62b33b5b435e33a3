import { describe, expect, it } from "vitest";
import { stockCompilerOptions } from "../stock-compiler-options.js";
import { judgeByMap, StockVerdicts } from "../support/stock-verdicts.js";

const stock = new StockVerdicts();

describe("the stock compiler and the mapper agree on", () => {
  it.each([
    ["a NUL in a name", "x\ny\0"],
    ["a NUL that begins a line", "[]#\n\0()"],
    ["a NUL in a bracket", "x(\n\0)"],
    ["a NUL in a string", "x = 'a\0b'\n"],
    ["a NUL in an f-string's braces", "f'{1 \0}'"],
    ["a NUL in a comment", "#\0\nx = 1"],
    ["a text that is a backslash", "\\"],
    ["a text that ends in a backslash", "x\\"],
    ["an empty text", ""],
    ["a text of blanks", "  \n"],
    ["the longest name", `x = 1\n${"a".repeat(255)}\n`],
    ["a name that is too long", `x = 1\n${"\u00e9".repeat(128)} = = 1\n`],
    ["the path of a module that is too long", `import ${"a".repeat(128)}.${"b".repeat(128)}\n`],
    ["an error met before a block it leaves out", "def f(x, x):\n  async with a:\n    b\n    c\n"],
    ["an error met before a private constant", "def f(x, x):\n  _A = const(1)\n  b\n"],
    ["an error met before a list of statements", "def f(x, x):\n  if a:\n    b\n  c\n"],
    [
      "escapes of two halves, and the character that they are not",
      'x = "a long one \\ud83d\\ude00", "a long one 😀"\n',
    ],
    [
      "escapes of a half, and of the byte that it could stand for",
      'x = "a long one \\udc80", "a long one \\udc80"\n',
    ],
    ["a first line that is indented", " t'{x}' = v"],
  ])("%s", async (_, text) => {
    for (const mode of ["exec", "eval", "single"] as const) {
      const compilation = { file: "main.py", mode };
      const real = await stock.judge(text, compilation);
      expect(real).not.toHaveProperty("gaveUp");
      expect({ mode, verdict: judgeByMap(text, compilation, stockCompilerOptions) }).toEqual({
        mode,
        verdict: real,
      });
    }
  });
});
