import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { mapSource } from "../../src/index.js";
import { describeScopes, expectedScopes, readSnippet, snippetTruth } from "../truth-files.js";

describe("scopes, ids and slots", () => {
  it.each(snippetTruth.filter((truth) => truth.error === null))(
    "are the compiler's own for $path",
    (truth) => {
      const text = readSnippet(truth.path);
      expect(createHash("sha1").update(text).digest("hex")).toBe(truth.sha1);
      const { debugMap, problems } = mapSource(text, { file: truth.path });
      expect(problems).toEqual([]);
      expect(describeScopes(debugMap.scopes)).toEqual(expectedScopes(truth.scopes));
    },
  );

  it("cover every kind of scope and of name", () => {
    const scopes = snippetTruth.flatMap((truth) => truth.scopes);
    expect(new Set(scopes.map((scope) => scope.kind)).size).toBe(8);
    expect(new Set(scopes.flatMap((scope) => scope.ids.map((id) => id[1]))).size).toBe(6);
  });
});
