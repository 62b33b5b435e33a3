import type { ViteUserConfig } from "vitest/config";
import { defineSuite } from "./vitest.base.js";

/** How the debugger reads frames on the emulated board. */
export type QemuTier = "native" | "peek";

const targets = new URL("packages/firmware/targets/", import.meta.url);

/**
 * A suite over a Cortex-M3 board that QEMU emulates, its UART on a pseudo terminal which opens like a serial port. The
 * firmware is built first unless it is there: with our C module for the native tier, with nothing but `sys.settrace`
 * for the peek tier. Tests find both in the variables SLOTSCOPE_QEMU and SLOTSCOPE_QEMU_TIER.
 */
export async function defineQemuSuite(tier: QemuTier, include: readonly string[]): Promise<ViteUserConfig> {
  const { qemu } = (await import(new URL("build-qemu.mjs", targets).href)) as { qemu: object };
  const { buildFirmware } = (await import(new URL("build-firmware.mjs", targets).href)) as {
    buildFirmware: (target: object, options: object) => Promise<{ program: string }>;
  };
  const variant = tier === "native" ? "slotscope" : "settrace";
  const { program } = await buildFirmware(qemu, { variant });
  return defineSuite(`qemu-${tier}`, {
    include: [...include],
    env: { SLOTSCOPE_QEMU: program, SLOTSCOPE_QEMU_TIER: tier },
  });
}
