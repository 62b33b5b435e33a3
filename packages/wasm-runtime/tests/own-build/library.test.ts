import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeFolder, openTarget } from "../support/target.js";

const folder = join(import.meta.dirname, "library");

describe("the standard library's modules", () => {
  // Each text is what CPython 3.11 printed, where the time zone was UTC.
  it.each(["collecting", "dates", "files", "testing"])("do in %s.py what CPython's do", async (name) => {
    const { run } = await openTarget({ workspace: makeFolder() });
    const { output, error } = await run(readFileSync(join(folder, `${name}.py`), "utf8"));
    expect(error).toBe("");
    expect(output).toBe(readFileSync(join(folder, `${name}.txt`), "utf8"));
  });

  it("end a run of unit tests with a summary", async () => {
    const { run } = await openTarget();
    const { output } = await run(
      [
        "import unittest",
        "class A(unittest.TestCase):",
        "    def test_one(self): self.assertEqual(1, 1)",
        "    def test_two(self): self.fail('no')",
        "unittest.main()",
      ].join("\n"),
    );
    expect(output).toContain("test_one (A) ... ok\ntest_two (A) ... FAIL\nTraceback");
    expect(output).toMatch(/Ran 2 tests\n\nFAILED \(failures=1, errors=0\)\n$/);
  });
});
