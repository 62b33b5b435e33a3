import { describe, expect, it } from "vitest";
import { alignColumns, displayWidth } from "../../src/terminal/columns.js";
import { printable, printableSource, truncate } from "../../src/terminal/printable.js";
import { chooseStyle } from "../../src/terminal/style.js";

describe("columns", () => {
  it("are as wide as their widest cell, with no blanks at a line's end", () => {
    expect(alignColumns([["a", "1", "x"], ["bbb", "22", ""], ["c"]], ["left", "right"])).toEqual([
      "a     1  x",
      "bbb  22",
      "c",
    ]);
  });

  it("count what a terminal shows: no colours, wide characters twice, accents not at all", () => {
    expect(displayWidth("\u001b[31mred\u001b[39m")).toBe(3);
    expect(displayWidth("温度")).toBe(4);
    expect(displayWidth("e\u0301")).toBe(1);
    expect(
      alignColumns([
        ["温", "x"],
        ["abc", "y"],
      ]),
    ).toEqual(["温   x", "abc  y"]);
  });
});

describe("text of the program", () => {
  it("can't steer the terminal", () => {
    expect(printable("a\u001b[2Jb\u0007\n\t\u202e\u009b")).toBe("a\\x1b[2Jb\\x07\\n\\t\\u202e\\x9b");
    expect(printableSource("\tx\u001b")).toBe("        x\\x1b");
    expect(printableSource("ab\tx")).toBe("ab      x");
  });

  it("is cut to the width there is", () => {
    expect(truncate("abcdef", 6)).toBe("abcdef");
    expect(truncate("abcdefg", 6)).toBe("abcde…");
    expect(truncate("温度計", 4)).toBe("温…");
  });
});

describe("colours", () => {
  const red = "\u001b[31mx\u001b[39m";
  it.each([
    [{ isTTY: true }, {}, red],
    [{ isTTY: false }, {}, "x"],
    [{}, {}, "x"],
    [{ isTTY: true }, { NO_COLOR: "1" }, "x"],
    [{ isTTY: true }, { NO_COLOR: "" }, red],
    [{ isTTY: true }, { TERM: "dumb" }, "x"],
    [{}, { FORCE_COLOR: "1" }, red],
    [{}, { FORCE_COLOR: "0" }, "x"],
    [{}, { FORCE_COLOR: "1", NO_COLOR: "1" }, "x"],
  ])("for %j with %j give %j", (stream, env, shown) => {
    expect(chooseStyle(stream, env).red("x")).toBe(shown);
  });
});
