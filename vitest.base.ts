import { defineConfig, type ViteUserConfig } from "vitest/config";

/**
 * One vitest configuration for every package. A suite is a folder of tests: `unit` (seconds)
 * or a slower one with a turbo task of its own. Each run leaves a machine-readable report in
 * `.reports/`, from which the root test command adds up its total, also on a turbo cache hit.
 */
export function defineSuite(suite: string, overrides: ViteUserConfig["test"] = {}): ViteUserConfig {
  return defineConfig({
    test: {
      include: [`tests/${suite}/**/*.test.ts`],
      reporters: ["default", "json"],
      outputFile: { json: `.reports/${suite}.json` },
      testTimeout: 30_000,
      ...overrides,
      // Npm's build, unless a suite is about another: a test must not change by what lies in a clone.
      env: { SLOTSCOPE_WASM_BUILD: "stock", ...overrides.env },
    },
  });
}
