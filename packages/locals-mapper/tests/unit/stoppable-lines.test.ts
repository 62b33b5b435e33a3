import { describe, expect, it } from "vitest";
import { loopLines, mapSource, nearestStoppableLine, stoppableLines } from "../../src/index.js";

function map(text: string) {
  return mapSource(text, { file: "main.py", options: { settrace: true } }).debugMap;
}

/** The line a breakpoint asked for on the line goes to, or the reason it goes nowhere. */
function nearest(text: string, line: number): number | string {
  const answer = nearestStoppableLine(map(text), line);
  return "line" in answer ? answer.line : answer.reason;
}

const program = `import a

# A comment.
@decorated
def f(x):
    """A docstring."""

    global g
    g = [
        x,
        f(x),
    ]
    pass
    if x: return 1
    else:
        pass
    return 2
    # The end.

async def h():
    pass
`;

describe("the nearest line to stop at", () => {
  it.each([
    ["is the line itself if it has code", 1, 1],
    ["follows a blank line", 2, 4],
    ["follows a comment", 3, 4],
    ["is in the function for its def line under a decorator", 5, 9],
    ["follows a docstring", 6, 9],
    ["follows a declaration", 8, 9],
    ["may be inside a statement of several lines", 10, 11],
    ["follows a statement's closing bracket", 12, 14],
    ["follows pass", 13, 14],
    ["follows else", 15, 17],
    ["is that of pass where a return falls on it", 21, 21],
    ["is found beyond the function for a comment after its last code", 18, 20],
  ])("%s", (_, line, expected) => {
    expect(nearest(program, line)).toBe(expected);
  });

  it("names the scopes that stop there", () => {
    const answer = nearestStoppableLine(map("x = [lambda: 1, lambda: 2]\n"), 1);
    expect("scopes" in answer && answer.scopes.map((scope) => scope.name)).toEqual([
      "<module>",
      "<lambda>",
      "<lambda>",
    ]);
  });

  it.each([
    ["x = 1\n\n\n", 3, "line 3 is blank, and no code follows it"],
    ["x = 1\n  # done\n", 2, "line 2 is a comment, and no code follows it"],
    ["x(\n1\n)\n", 3, "line 3 makes no code, and no code follows it"],
    ["x = 1\n", 9, "line 9 is past the end of the file, and no code follows it"],
    ["@micropython.native\ndef f():\n  x = 1\n\ny = 2\n", 3, "f is native code, which can't be stopped in"],
    ["@micropython.viper\ndef f():\n  x = 1\n", 3, "f is viper code, which can't be stopped in"],
    [
      "@micropython.asm_thumb\ndef f():\n  nop()\n",
      3,
      "f is inline-assembler code, which can't be stopped in",
    ],
    [
      "def f():\n  return 1\n  def g():\n    return 2\nf()\n",
      4,
      "g is never made: the code for it can't be reached",
    ],
  ])("of %j for line %i is none: %s", (text, line, reason) => {
    expect(nearest(text, line)).toBe(reason);
  });

  it("is the same whatever ends the lines", () => {
    for (const end of ["\r\n", "\r"]) {
      const text = program.replaceAll("\n", end);
      for (const line of [2, 5, 8, 13, 18]) expect(nearest(text, line)).toBe(nearest(program, line));
    }
  });
});

describe("stoppable lines", () => {
  it("are the lines with bytecode, but none in native or unreachable functions", () => {
    const { scopes } = map(
      "def f():\n  return 1\n  def g(): return 2\n@micropython.native\ndef n():\n  return 3\n",
    );
    expect(scopes.map((scope) => [scope.name, stoppableLines(scope)])).toEqual([
      ["<module>", [1, 4]],
      ["f", [2]],
      ["n", []],
      ["g", []],
    ]);
  });
});

describe("loop lines", () => {
  it.each([
    ["a while loop with a body of one line", "while a:\n  b()\nc()\n", [2]],
    ["a while loop on one line", "while a: b()\n", [1]],
    ["a counted loop on one line", "for i in range(9): b()\n", [1]],
    [
      "a counted loop with a body of one line has its jump on that line, but goes back to it",
      "for i in range(9):\n  b()\n",
      [],
    ],
    ["an endless loop", "while True:\n  a()\n", [2]],
    ["a while loop with a body of two lines", "while a:\n  b()\n  c()\n", []],
    ["a loop over an iterator fires every time round", "for i in a: b()\n", []],
    ["a comprehension fires every time round", "[i for i in a]\n", []],
    ["continue on the line of its loop", "while a:\n  if b: continue\n", [2]],
  ])("are right for %s", (_, text, lines) => {
    const { scopes } = map(text);
    expect(scopes.flatMap(loopLines)).toEqual(lines);
  });
});
