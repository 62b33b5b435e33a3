import { describe, expect, it } from "vitest";
import { crash } from "../support/failures.js";

describe("npm's build", () => {
  it("crashes where a program overwrites what the VM lives by, and that is told", async () => {
    const error = await crash(
      "import uctypes\nb = uctypes.bytearray_at(0x10000, 0x60000)\nfor i in range(len(b)): b[i] = 0xff",
    );
    expect(error.message).toContain("MicroPython's WebAssembly crashed");
  });

  it("crashes by too deep a nesting inside C code, and that is told", async () => {
    const error = await crash("import re\nre.match('(a|b)*c', 'ab' * 100000)");
    expect(error.message).toContain("nests");
  });
});
