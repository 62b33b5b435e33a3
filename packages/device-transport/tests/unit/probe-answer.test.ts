import { describe, expect, it } from "vitest";
import { readAnswer } from "../../dist/probe/index.js";

/** What a small board without floats, uctypes or long lines of memory could answer. */
const small = `version 1 24 0
release preview
platform nrf51
machine micro:bit with NRF51822
build microbit
bits 30
settrace 0
feature const 1
feature fstrings 0
float 0
errors terse
level core 1 enumerate(())
level core 1 property
level core 1 reversed(())
level basic 0 next(iter(()),1)
level extra 1 frozenset()
level extra 0 pow(2,3,5)
module sys
module machine
`;

describe("the answers of a firmware", () => {
  it("become facts, with what was not told left out", () => {
    expect(readAnswer(small)).toMatchObject({
      version: "1.24.0-preview",
      port: "nrf",
      board: "microbit",
      wordBits: 32,
      tiers: [],
      modules: ["machine", "sys"],
      compiler: {
        version: "1.24",
        smallIntBits: 31,
        floatBits: 0,
        errorReporting: "terse",
        moduleConstants: {},
        features: { const: true, fstrings: false, moduleConst: false, inlineAssemblers: [] },
      },
    });
    expect(readAnswer(small).compiler).not.toHaveProperty("internedStrings");
  });

  it("that fit no feature level wholly give the closest, and say why", () => {
    const { compiler, sources } = readAnswer(small);
    expect(compiler.featureLevel).toBe("core");
    expect(sources["compiler"]).toMatch(/closest, since frozenset\(\) works$/);
  });

  it("name peek only where both sys.settrace and uctypes are there", () => {
    const traced = small.replace("settrace 0", "settrace 1");
    expect(readAnswer(traced).tiers).toEqual([]);
    expect(readAnswer(`${traced}module uctypes\n`).tiers).toEqual(["peek"]);
    expect(readAnswer(`${traced}module uctypes\nmodule _slotscope\n`).tiers).toEqual(["native"]);
  });

  it("that come from something else are refused", () => {
    expect(() => readAnswer("bash: import: command not found\n")).toThrow(/no MicroPython/);
  });
});
