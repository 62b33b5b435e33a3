import { describe, expect, it } from "vitest";
import { mapSource } from "../../src/index.js";
import { readSnippet, snippetTruth } from "../truth-files.js";

describe("lines that own bytecode", () => {
  const compiled = snippetTruth.filter((truth) => truth.error === null);

  it.each(compiled)("are the compiler's own for $path", (truth) => {
    const { debugMap } = mapSource(readSnippet(truth.path), { file: truth.path });
    const lines = debugMap.scopes.map((scope) => scope.lines);
    expect(lines).toEqual(truth.scopes.map((scope) => scope.lines ?? []));
  });

  it.each(compiled)("are those of a firmware with settrace for $path", (truth) => {
    const options = { settrace: true };
    const { debugMap } = mapSource(readSnippet(truth.path), { file: truth.path, options });
    const lines = debugMap.scopes.map((scope) => scope.lines);
    expect(lines).toEqual(truth.scopes.map((scope) => scope.lines_st ?? scope.lines ?? []));
  });
});
