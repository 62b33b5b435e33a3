import type { ViteUserConfig } from "vitest/config";
import { defineSuite } from "./vitest.base.js";

/** The unix port that tests run on, and how the debugger reads frames there. */
export type UnixTier = "native" | "peek";

const targets = new URL("packages/firmware/targets/", import.meta.url);

/**
 * A suite over MicroPython's unix port, which is built first unless it is there: with our C module for the native tier,
 * with nothing but `sys.settrace` for the peek tier. Tests find both in the variables SLOTSCOPE_UNIX and SLOTSCOPE_UNIX_TIER.
 */
export async function defineUnixSuite(tier: UnixTier, include: readonly string[]): Promise<ViteUserConfig> {
  const { unix } = (await import(new URL("build-unix.mjs", targets).href)) as { unix: object };
  const { buildFirmware } = (await import(new URL("build-firmware.mjs", targets).href)) as {
    buildFirmware: (target: object, options: object) => Promise<{ program: string }>;
  };
  const variant = tier === "native" ? "slotscope" : "settrace";
  const { program } = await buildFirmware(unix, { variant });
  return defineSuite(`unix-${tier}`, {
    include: [...include],
    env: { SLOTSCOPE_UNIX: program, SLOTSCOPE_UNIX_TIER: tier },
  });
}
