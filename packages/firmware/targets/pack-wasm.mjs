// Fills packages/micropython-wasm/dist, from which packages/wasm-runtime runs and which npm packs: both builds for
// WebAssembly, and MicroPython's license.
import { cpSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { fetchSource } from "../../../scripts/micropython-source.mjs";
import { buildFirmware } from "./build-firmware.mjs";
import { wasm } from "./build-wasm.mjs";

const dist = fileURLToPath(new URL("../../micropython-wasm/dist", import.meta.url));

/** The builds by the names that `@slotscope/wasm-runtime` knows them by. */
export const wasmBuilds = {
  collecting: {},
  fast: { set: { SLOTSCOPE_WASM_COLLECTS: "0" } },
};

/** Builds both, unless they're built, and puts them into the package. Resolves to its folder `dist`. */
export async function packWasm() {
  const partial = `${dist}.partial`;
  rmSync(partial, { recursive: true, force: true });
  for (const [name, options] of Object.entries(wasmBuilds)) {
    const { folder } = await buildFirmware(wasm, options);
    cpSync(folder, join(partial, name), { recursive: true });
  }
  cpSync(join(await fetchSource(), "LICENSE"), join(partial, "LICENSE-MicroPython"));
  rmSync(dist, { recursive: true, force: true });
  renameSync(partial, dist);
  return dist;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    process.stderr.write(`${await packWasm()}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
