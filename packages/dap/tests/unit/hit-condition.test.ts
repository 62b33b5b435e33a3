import { describe, expect, it } from "vitest";
import { parseHitCondition } from "../../src/debugger/hit-condition.js";

describe("hit conditions", () => {
  it.each([
    ["5", ["==", 5]],
    [" == 5 ", ["==", 5]],
    ["=5", ["==", 5]],
    [">=3", [">=", 3]],
    ["> 3", [">", 3]],
    ["< 3", ["<", 3]],
    ["<= 3", ["<=", 3]],
    ["% 10", ["%", 10]],
  ] as const)("`%s` is understood", (text, expected) => {
    expect(parseHitCondition(text)).toEqual(expected);
  });

  it.each(["", "x", "0", "% 0", "-1", "1.5", "5 6", "!= 3", "> > 3"])(
    "`%s` is refused, saying how to write it",
    (text) => {
      expect(() => parseHitCondition(text)).toThrow(/Write `5` for the fifth hit/);
    },
  );
});
