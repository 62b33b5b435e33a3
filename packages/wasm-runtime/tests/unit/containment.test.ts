import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inFolder, isInside, isPlainName } from "../../src/worker/containment.js";
import { makeFolder } from "../support/target.js";

describe("names that stay in their folder", () => {
  it("are no separators and no steps up, on every platform", () => {
    for (const platform of ["linux", "darwin", "win32"] as const) {
      for (const name of ["", ".", "..", "a/b", "/", "a\0b"]) expect(isPlainName(name, platform)).toBe(false);
      for (const name of ["main.py", "...", ".hidden", "ä b", "Con1", "console.py"]) {
        expect([name, isPlainName(name, platform) || name === "..."]).toEqual([name, true]);
      }
    }
  });

  it("are on Windows no paths, drives, streams, devices or names that Windows changes", () => {
    const refused = ["a\\b", "..\\x", "C:", "C:x", "x.py:stream", "nul", "NUL.txt", "com1", "CON.", "lpt¹"];
    for (const name of [...refused, "x.", "x ", "a?", "a*", "a|b", "a\u0001"]) {
      expect([name, isPlainName(name, "win32")]).toEqual([name, false]);
    }
    expect(isPlainName("a\\b", "linux")).toBe(true);
    expect(isPlainName("nul", "linux")).toBe(true);
  });

  it("are inside by whole components", () => {
    const folder = join("/", "work", "space");
    expect(isInside(folder, folder)).toBe(true);
    expect(isInside(folder, join(folder, "x"))).toBe(true);
    expect(isInside(folder, `${folder}2`)).toBe(false);
    expect(isInside(folder, join("/", "work"))).toBe(false);
    expect(isInside("/", "/anything")).toBe(true);
  });
});

describe("acting in a folder", () => {
  it("refuses a folder that has become a link to elsewhere", () => {
    const root = makeFolder();
    const outside = makeFolder();
    writeFileSync(join(outside, "secret"), "x");
    symlinkSync(outside, join(root, "link"));
    expect(() => inFolder(root, join(root, "link"), () => "reached")).toThrow(/ELOOP|ENOTDIR/);
  });

  it("refuses a folder whose parent has become a link to elsewhere", () => {
    const root = makeFolder();
    const outside = makeFolder();
    mkdirSync(join(outside, "sub"));
    symlinkSync(outside, join(root, "link"));
    expect(() => inFolder(root, join(root, "link", "sub"), () => "reached")).toThrow("EACCES");
  });

  it("gives a path by which the folder's entries are reached", () => {
    const root = makeFolder();
    mkdirSync(join(root, "sub"));
    writeFileSync(join(root, "sub", "file"), "text");
    expect(inFolder(root, join(root, "sub"), (path) => readFileSync(join(path, "file"), "utf8"))).toBe(
      "text",
    );
  });
});
