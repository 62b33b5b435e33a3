import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rulesFor } from "../../dist/composition/ruff-patterns.js";

const folder = join("/", "project");

function rules(options: object, file: string) {
  return rulesFor(options as Record<string, unknown>, folder, join(folder, ...file.split("/")));
}

describe("patterns of files in a configuration of ruff", () => {
  it.each([
    ["lib", "lib/a.py", false],
    ["lib", "src/lib/deep/a.py", false],
    ["lib", "library.py", true],
    ["src/lib", "src/lib/a.py", false],
    ["src/lib", "other/src/lib/a.py", true],
    ["*_test.py", "src/a_test.py", false],
    ["src/**/gen.py", "src/a/b/gen.py", false],
    ["./build/", "build/a.py", false],
  ])("exclude by %j: %s is linted and formatted: %s", (pattern, file, isIn) => {
    for (const options of [{ exclude: [pattern] }, { "extend-exclude": [pattern] }]) {
      expect(rules(options, file)).toMatchObject({ isLinted: isIn, isFormatted: isIn });
    }
    expect(rules({ lint: { exclude: [pattern] } }, file)).toMatchObject({
      isLinted: isIn,
      isFormatted: true,
    });
    expect(rules({ format: { exclude: [pattern] } }, file)).toMatchObject({
      isLinted: true,
      isFormatted: isIn,
    });
  });

  it.each([
    [{ lint: { "per-file-ignores": { "__init__.py": ["F401"] } } }, "a/__init__.py", "F401", true],
    [{ lint: { "per-file-ignores": { "__init__.py": ["F401"] } } }, "a/__init__.py", "E711", false],
    [{ lint: { "per-file-ignores": { "__init__.py": ["F"] } } }, "a/main.py", "F401", false],
    [{ lint: { "extend-per-file-ignores": { "tests/*": ["F"] } } }, "tests/a.py", "F401", true],
    [{ "per-file-ignores": { "!src/**": ["ALL"] } }, "tools/a.py", "E711", true],
    [{ "per-file-ignores": { "!src/**": ["ALL"] } }, "src/a.py", "E711", false],
  ])("%j: in %s %s is passed over: %s", (options, file, code, isIgnored) => {
    expect(rules(options, file).ignores(code)).toBe(isIgnored);
  });
});
