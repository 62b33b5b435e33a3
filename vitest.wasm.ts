import { dirname } from "node:path";
import type { ViteUserConfig } from "vitest/config";
import { defineSuite } from "./vitest.base.js";

const targets = new URL("packages/firmware/targets/", import.meta.url);

/**
 * A suite over our own WebAssembly build of MicroPython, which is built first unless it is there. Whatever opens a
 * WebAssembly target without naming a build gets it, by the variable SLOTSCOPE_WASM_BUILD; the build that frees no memory
 * while Python code runs is in SLOTSCOPE_WASM_FAST.
 */
export async function defineWasmSuite(
  include: readonly string[],
  overrides: ViteUserConfig["test"] = {},
): Promise<ViteUserConfig> {
  const { wasm } = (await import(new URL("build-wasm.mjs", targets).href)) as { wasm: object };
  const { wasmBuilds } = (await import(new URL("pack-wasm.mjs", targets).href)) as {
    wasmBuilds: Record<"collecting" | "fast", object>;
  };
  const { buildFirmware } = (await import(new URL("build-firmware.mjs", targets).href)) as {
    buildFirmware: (target: object, options: object) => Promise<{ program: string }>;
  };
  const collecting = await buildFirmware(wasm, wasmBuilds.collecting);
  const fast = await buildFirmware(wasm, wasmBuilds.fast);
  return defineSuite("wasm", {
    include: [...include],
    ...overrides,
    env: {
      SLOTSCOPE_WASM_BUILD: dirname(collecting.program),
      SLOTSCOPE_WASM_FAST: dirname(fast.program),
    },
  });
}
