import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
/** Each compilation listens to the process anew, and never stops. */
process.setMaxListeners(0);
const wasm = require.resolve("@pybricks/mpy-cross-v6/build/mpy-cross-v6.wasm");

/**
 * Compiles MicroPython code to a `.mpy` file of version 6 without native code, which MicroPython 1.20 and newer take.
 * `file` is what its code objects name as their file. Without `hasLines` it has no line numbers.
 */
export async function compileMpy(source, file, hasLines) {
  const { compile } = require("@pybricks/mpy-cross-v6");
  // Where there is `fetch`, emscripten's loader gives it a path, which it does not take.
  const { fetch } = globalThis;
  delete globalThis.fetch;
  try {
    const options = ["-s", file, hasLines ? "-O0" : "-O3"];
    const { status, mpy, err } = await compile("agent.py", source, options, wasm);
    if (status !== 0 || !mpy) throw new Error(`mpy-cross: ${err.join("\n")}\n${source}`);
    return Buffer.from(mpy);
  } finally {
    globalThis.fetch = fetch;
  }
}
