import { describe, expect, it } from "vitest";
import { createMapper, mapSource, type ScopeMap } from "../../src/index.js";
import { stockCompilerOptions } from "../stock-compiler-options.js";
import { fixturePrograms, wholePrograms } from "../support/fixture-programs.js";
import { type CodeVerdict, judgeByMap, StockVerdicts } from "../support/stock-verdicts.js";

const stock = new StockVerdicts();

/** Lines of the stretches of code in `co_lines()` that are not empty, for a code object and those made in it. */
function linesOfTarget(code: CodeVerdict): [string, number[]][] {
  const numbers = code.lineTable.split(/[ ,]/).map(Number);
  const lines = new Set<number>();
  for (let i = 0; i + 2 < numbers.length; i += 3) {
    const [start = 0, end = 0, line = 0] = numbers.slice(i, i + 3);
    if (end > start) lines.add(line);
  }
  return [[code.name, [...lines].sort((a, b) => a - b)], ...code.children.flatMap(linesOfTarget)];
}

/** The same as the mapper works them out from the text. */
function linesOfMap(scope: ScopeMap, scopes: readonly ScopeMap[]): [string, number[]][] {
  const children = scopes
    .filter((each) => each.parent === scope.index)
    .sort((a, b) => a.rawCodeIndex - b.rawCodeIndex);
  return [[scope.name, [...scope.lines]], ...children.flatMap((child) => linesOfMap(child, scopes))];
}

describe("in the running stock MicroPython", () => {
  let functions = 0;

  it.each(fixturePrograms)(
    "$path compiles to the same code, or fails with the same error",
    async ({ path, text }) => {
      const real = await stock.judge(text, { file: path });
      expect(judgeByMap(text, { file: path }, stockCompilerOptions)).toEqual(real);
      if (!("code" in real)) return;
      // co_lines() against the lines that are told without making the bytecode.
      const { scopes } = mapSource(text, { file: path, options: stockCompilerOptions }).debugMap;
      const lines = scopes[0] === undefined ? [] : linesOfMap(scopes[0], scopes);
      expect(lines).toEqual(linesOfTarget(real.code));
      functions += lines.length;
    },
  );

  it("there are functions enough for that to mean something", () => {
    expect(functions).toBeGreaterThan(300);
  });
});

describe("while it is typed, character by character", () => {
  it.each(wholePrograms)("$path maps at every moment", ({ path, text }) => {
    const mapper = createMapper({ file: path });
    const lengths: number[] = [];
    for (let length = 0; length < text.length; length++) {
      const edit = { start: length, end: length, text: text.charAt(length) };
      const { debugMap } = mapper.update([edit]);
      if (debugMap.scopes.length > 0) lengths.push(debugMap.text.length);
    }
    expect(lengths).toEqual(Array.from({ length: text.length }, (_, i) => i + 1));
  });
});
