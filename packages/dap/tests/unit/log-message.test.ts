import { describe, expect, it } from "vitest";
import { parseLogMessage, quotePython } from "../../src/debugger/log-message.js";

describe("log messages", () => {
  it("turn expressions in braces into a format call", () => {
    const { expression, parts } = parseLogMessage("x={x}, half={x / 2}");
    expect(parts).toEqual(["x", "x / 2"]);
    expect(expression).toBe('"x={}, half={}".format((x\n), (x / 2\n))');
  });

  it("keep doubled braces as braces", () => {
    expect(parseLogMessage("{{x}} {y}").parts).toEqual(["y"]);
    expect(parseLogMessage("{{x}}").expression).toBe('"{{x}}".format()');
  });

  it("let an expression hold brackets and strings with braces", () => {
    expect(parseLogMessage("{d['}']} {f({'a': 1})}").parts).toEqual(["d['}']", "f({'a': 1})"]);
  });

  it.each([
    ["{x", /without its `}`/],
    ["x}", /without its `{`/],
    ["{}", /nothing between/],
    ["{ }", /nothing between/],
    ["{f(x}", /without its `}`/],
  ])("`%s` is refused with its reason", (message, reason) => {
    expect(() => parseLogMessage(message)).toThrow(reason);
  });

  it("quote any text in ASCII", () => {
    expect(quotePython('a"b\\c\n\u00e9\u2603\u{1f600}')).toBe(String.raw`"a\"b\\c\x0a\xe9\u2603\U0001f600"`);
  });
});
