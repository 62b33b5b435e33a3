import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readIgnoreRules } from "../../src/files/ignore-rules.js";
import { readLocalTree } from "../../src/files/local-tree.js";
import { packFiles, type Segment } from "../../src/files/pack.js";

describe("ignore rules", () => {
  it("leave out what no board needs, and what a folder's own rules say, which have the last word", () => {
    const rules = readIgnoreRules("docs/\n*.md\n/only-here.py\n!.env\n");
    const ignored = (path: string, isFolder = false): boolean => rules.ignores(path, isFolder);
    expect(
      [".git", "a/.cache", "__pycache__", "node_modules", "docs", "a/docs"].map((path) =>
        ignored(path, true),
      ),
    ).toEqual([true, true, true, true, true, true]);
    expect(["a.pyc", "README.md", "only-here.py", "a/.hidden"].map((path) => ignored(path))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect([".env", "main.py", "a/only-here.py", "docs", "README.MD"].map((path) => ignored(path))).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it("never let our own folder through", () => {
    expect(readIgnoreRules("!.slotscope\n").ignores(".slotscope", true)).toBe(true);
    expect(readIgnoreRules(undefined).ignores(".slotscope", true)).toBe(true);
    expect(readIgnoreRules(undefined).ignores(".git", true)).toBe(false);
  });
});

describe("the tree of a local folder", () => {
  let here: string;
  beforeEach(() => {
    here = mkdtempSync(join(tmpdir(), "slotscope-tree-"));
  });
  afterEach(() => rmSync(here, { recursive: true }));

  it("is told by paths with slashes, folders before what is in them, names in composed form", async () => {
    mkdirSync(join(here, "lib", "deep"), { recursive: true });
    mkdirSync(join(here, "empty"));
    writeFileSync(join(here, "lib", "deep", "e\u0301.py"), "abc");
    writeFileSync(join(here, "main.py"), "");
    const { files, folders, skipped } = await readLocalTree(here);
    expect(files.map(({ path, size }) => [path, size])).toEqual([
      ["lib/deep/\u00e9.py", 3],
      ["main.py", 0],
    ]);
    expect(folders).toEqual(["empty", "lib", "lib/deep"]);
    expect(skipped).toEqual([]);
    expect(new TextDecoder().decode(await files[0]?.read())).toBe("abc");
  });

  it("that is not there, or is a file, is told", async () => {
    await expect(readLocalTree(join(here, "none"))).rejects.toMatchObject({ kind: "not-found" });
    writeFileSync(join(here, "file"), "");
    await expect(readLocalTree(join(here, "file"))).rejects.toMatchObject({ kind: "not-folder" });
  });
});

describe("packing files", () => {
  it("puts them end to end into segments of a size, the hash with the last part of each", async () => {
    const contents = { a: [1, 2, 3], empty: [], b: [4, 5, 6, 7, 8], c: [9] };
    const sources = Object.entries(contents).map(([path, bytes]) => ({
      path,
      read: () => Promise.resolve(Uint8Array.from(bytes)),
    }));
    const segments: Segment[] = [];
    for await (const segment of packFiles(sources, 4, 3, (bytes) => Promise.resolve(`#${bytes.length}`))) {
      segments.push(segment);
    }
    expect(segments.map(({ bytes }) => [...bytes])).toEqual([[1, 2, 3, 4], [5, 6, 7, 8], [9]]);
    expect(
      segments.map(({ parts }) =>
        parts.map((part) => `${part.path} ${part.first} ${part.count} ${part.hash}`),
      ),
    ).toEqual([["a true 3 #3", "empty true 0 #0", "b true 1 "], ["b false 4 #5"], ["c true 1 #1"]]);
  });
});
