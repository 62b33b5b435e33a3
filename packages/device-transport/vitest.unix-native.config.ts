import { mergeConfig } from "vitest/config";
import { defineUnixSuite } from "../../vitest.unix.js";

const targets = new URL("../firmware/targets/", import.meta.url);

const { unix } = (await import(new URL("build-unix.mjs", targets).href)) as { unix: object };
const { buildFirmware } = (await import(new URL("build-firmware.mjs", targets).href)) as {
  buildFirmware: (target: object, options: object) => Promise<{ program: string }>;
};

/** The board's end of a WebREPL, which the unix port has in its source and switches off. */
const { program } = await buildFirmware(unix, {
  variant: "plain",
  set: { CFLAGS_EXTRA: "-DMICROPY_PY_WEBREPL=1 -Wno-sign-compare" },
});

export default mergeConfig(await defineUnixSuite("native", ["tests/unix/**/*.test.ts"]), {
  test: { env: { SLOTSCOPE_WEBREPL: program } },
});
