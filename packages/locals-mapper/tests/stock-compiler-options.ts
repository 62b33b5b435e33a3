import { readFileSync } from "node:fs";
import type { CompilerOptions } from "../src/index.js";

const profile = new URL(
  "../../../firmware-profiles/profiles/webassembly-pyscript-1.29.0-6.json",
  import.meta.url,
);

/** How the settrace build of npm's @micropython/micropython-webassembly-pyscript 1.29.0-6 compiles. */
export const stockCompilerOptions = (
  JSON.parse(readFileSync(profile, "utf8")) as { compiler: CompilerOptions }
).compiler;
