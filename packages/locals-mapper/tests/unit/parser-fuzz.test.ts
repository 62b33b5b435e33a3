import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CompilerOptions, languageVersions } from "../../src/options.js";
import { type ParsedSource, parseSource } from "../../src/parser.js";
import type { Child } from "../../src/tree.js";
import { showTree } from "../support/show-tree.js";
import { editedText, pieceText, stringPrograms } from "../support/source-edits.js";
import { readSnippet, snippetTruth } from "../truth-files.js";

const texts = [...snippetTruth.map(({ path }) => readSnippet(path)), ...stringPrograms];
const anyText = fc.oneof(
  { weight: 3, arbitrary: editedText(texts) },
  { weight: 2, arbitrary: pieceText },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 80 }) },
);
const anyOptions: fc.Arbitrary<CompilerOptions> = fc.record({
  version: fc.constantFrom(...languageVersions),
  featureLevel: fc.constantFrom("minimum" as const, "core" as const, "extra" as const, "full" as const),
  mode: fc.constantFrom("exec" as const, "eval" as const, "single" as const),
  smallIntBits: fc.constantFrom(31 as const, 63 as const),
  crossCompiled: fc.boolean(),
  floatBits: fc.constantFrom(0 as const, 32 as const, 64 as const),
});

/** Nodes that reach outside the text or outside their parent. */
function findStrays(node: Child, start: number, end: number): string[] {
  if (node === null) return [];
  const strays = node.children.flatMap((child) => findStrays(child, node.start, node.end));
  const inside = start <= node.start && node.start <= node.end && node.end <= end;
  return inside ? strays : [`${showTree(node)} at ${node.start} to ${node.end}`, ...strays];
}

function verdict({ tree, problems }: ParsedSource): unknown {
  return [
    showTree(tree, true),
    problems.map(({ type, message, line }) => `${type}: ${message}, line ${line}`),
  ];
}

describe("whatever the text and the options", () => {
  test("parsing ends, and every place named lies in the text", () => {
    fc.assert(
      fc.property(anyText, anyOptions, (source, options) => {
        const { tree, problems } = parseSource(source, options);
        expect(findStrays(tree, 0, source.length)).toEqual([]);
        expect(problems.filter(({ start, end }) => start < 0 || end < start || end > source.length)).toEqual(
          [],
        );
        expect(tree !== null || options.mode !== "exec").toBe(true);
      }),
      { numRuns: 4000, seed: 1 },
    );
  });

  test("the way lines end makes no difference", () => {
    const withLineFeeds = anyText.map((source) => source.replace(/\r\n?/g, "\n"));
    fc.assert(
      fc.property(withLineFeeds, (source) => {
        const expected = verdict(parseSource(source));
        expect(verdict(parseSource(source.replaceAll("\n", "\r\n")))).toEqual(expected);
        expect(verdict(parseSource(source.replaceAll("\n", "\r")))).toEqual(expected);
      }),
      { numRuns: 1500, seed: 1 },
    );
  });

  test("blank lines and comments at the end make no difference", () => {
    const program = fc.constantFrom(...texts).filter((source) => source.endsWith("\n"));
    fc.assert(
      fc.property(program, fc.constantFrom("\n", "# note\n", "   \n\t\n", "  # note"), (source, rest) => {
        expect(showTree(parseSource(source + rest).tree, true)).toBe(
          showTree(parseSource(source).tree, true),
        );
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});
