import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { resolveOptions } from "../../src/options.js";
import { shareMemory } from "../../src/wasm-file.js";
import { webAssembly } from "../../src/webassembly.js";

const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

describe("sharing a module's memory", () => {
  it("sets the flag and the maximum, and leaves the rest", () => {
    const custom = [0, 3, 1, 0x78, 0];
    // One memory of 2 to 300 pages, and a custom section behind it.
    const bytes = Uint8Array.from([...header, 5, 5, 1, 1, 2, 0xac, 0x02, ...custom]);
    expect([...shareMemory(bytes, 16 << 16)]).toEqual([...header, 5, 4, 1, 3, 2, 16, ...custom]);
  });

  it("never sets a maximum below the module's first size, nor above its own", () => {
    const bytes = Uint8Array.from([...header, 5, 4, 1, 1, 8, 100]);
    expect([...shareMemory(bytes, 1)].slice(-2)).toEqual([8, 8]);
    expect([...shareMemory(bytes, 2 ** 32)].slice(-2)).toEqual([8, 100]);
  });

  it("gives a module that compiles with the memory of MicroPython's build", async () => {
    const bytes = readFileSync(resolveOptions({}).build.wasm);
    await expect(webAssembly.compile(shareMemory(bytes, 2 ** 30))).resolves.toBeDefined();
  });

  it("refuses what is no WebAssembly, and a module without a memory of its own", () => {
    expect(() => shareMemory(new TextEncoder().encode("print('hi')"), 1)).toThrow("not a WebAssembly file");
    expect(() => shareMemory(Uint8Array.from(header), 1)).toThrow("it defines no memory");
    expect(() => shareMemory(Uint8Array.from([...header, 5, 3, 1, 0, 2]), 1)).toThrow("no maximum");
  });
});
