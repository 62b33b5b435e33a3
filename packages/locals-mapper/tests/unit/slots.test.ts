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

function idsOf(text: string, version: "1.20" | "1.21"): string[] {
  const { debugMap } = mapSource(text, { file: "main.py", options: { version } });
  return (debugMap.scopes[1]?.ids ?? []).map((id) => `${id.name} ${id.kind}`);
}

describe("what older versions did otherwise", () => {
  it("1.20 stored the iterator of an async for in the name iterated over", () => {
    const text = "async def f():\n  async for x in source:\n    pass\n";
    expect(idsOf(text, "1.20")).toEqual(["source local", "x local"]);
    expect(idsOf(text, "1.21")).toEqual(["source explicit-global", "x local"]);
  });

  it("1.20 did not evaluate a tuple that is a condition", () => {
    const text = "def f():\n  if (a, b): c = 1\n";
    expect(idsOf(text, "1.20")).toEqual(["c local"]);
    expect(idsOf(text, "1.21")).toEqual(["a explicit-global", "b explicit-global", "c local"]);
  });

  it("before 1.22 (in its last release, 1.22.2) a finally had no room for a value being returned", () => {
    const text = "def f():\n  try: a()\n  finally: b(1, 2, 3, 4, 5)\n";
    const sizes = (["1.21", "1.22"] as const).map((version) => {
      const { debugMap } = mapSource(text, { file: "main.py", options: { version } });
      return debugMap.scopes[1]?.stackSize;
    });
    expect(sizes).toEqual([7, 8]);
  });
});
