import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/**
 * `collecting` and `fast` are Slotscope's own, of which the first collects garbage while Python code runs; `stock` is
 * npm's; `other` is a folder with any other.
 */
export type WasmBuildKind = "collecting" | "fast" | "stock" | "other";

/** A build of MicroPython for WebAssembly, before it runs. */
export interface WasmBuild {
  readonly kind: WasmBuildKind;
  /** Version of MicroPython, as far as the build tells it: `1.26.1`, or that of npm's package, `1.29.0-6`. */
  readonly version: string | undefined;
  /** Path of the wasm file. */
  readonly wasm: string;
  /** Path of the JavaScript module that loads it. */
  readonly glue: string;
}

/** Environment variable that names the build where the option doesn't. */
const variable = "SLOTSCOPE_WASM_BUILD";

const require = createRequire(import.meta.url);

/**
 * The build to run: what `asked` names, or else the environment variable SLOTSCOPE_WASM_BUILD: `collecting`, `fast`,
 * `stock`, or a folder. Where that is empty or unset it is `collecting` where `@slotscope/micropython-wasm` is installed, or filled in
 * a clone, and otherwise `stock`. Throws a RangeError for one of ours that isn't there.
 */
export function findWasmBuild(asked: string | undefined = process.env[variable]): WasmBuild {
  switch (asked) {
    case "stock":
      return stockBuild();
    case "collecting":
    case "fast": {
      const build = findOwn(asked);
      if (build !== undefined) return build;
      throw new RangeError(
        `the build \`${asked}\` is not there: it comes with the package @slotscope/micropython-wasm, which is not installed`,
      );
    }
    case undefined:
    case "":
      return findOwn("collecting") ?? stockBuild();
    default:
      return readFolder(asked);
  }
}

function stockBuild(): WasmBuild {
  const { version } = require("@micropython/micropython-webassembly-pyscript/package.json") as {
    readonly version: string;
  };
  return {
    kind: "stock",
    version,
    wasm: require.resolve("@micropython/micropython-webassembly-pyscript/micropython-settrace.wasm"),
    glue: require.resolve("@micropython/micropython-webassembly-pyscript/micropython.mjs"),
  };
}

/** One of our builds, from our package; undefined if that isn't installed, or in a clone not filled. */
function findOwn(kind: "collecting" | "fast"): WasmBuild | undefined {
  try {
    const manifest = require.resolve("@slotscope/micropython-wasm/package.json");
    const build = readFolder(join(dirname(manifest), "dist", kind));
    return existsSync(build.wasm) ? build : undefined;
  } catch {
    return undefined;
  }
}

function readFolder(folder: string): WasmBuild {
  const paths = { wasm: join(folder, "micropython.wasm"), glue: join(folder, "micropython.mjs") };
  try {
    const told = JSON.parse(readFileSync(join(folder, "build.json"), "utf8")) as {
      readonly micropython: string;
      readonly collects: boolean;
    };
    return { kind: told.collects ? "collecting" : "fast", version: told.micropython, ...paths };
  } catch {
    return { kind: "other", version: undefined, ...paths };
  }
}
