import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { findModuleFolder } from "../../src/index.js";

describe("the module's folder", () => {
  it("holds what a make port and a CMake port include", () => {
    const folder = findModuleFolder();
    expect(basename(folder)).toBe("module");
    expect(existsSync(join(folder, "micropython.mk"))).toBe(true);
    expect(existsSync(join(folder, "micropython.cmake"))).toBe(true);
  });
});
