import type { CompilerOptions } from "../src/index.js";

/**
 * How the settrace build of npm's @micropython/micropython-webassembly-pyscript 1.29.0-6 compiles. Its interned strings
 * are only those that the snippets need.
 */
export const stockCompilerOptions: CompilerOptions = {
  version: "1.29",
  featureLevel: "full",
  features: { docStrings: true, nativeEmitter: false, inlineAssemblers: [] },
  settrace: true,
  crossCompiled: false,
  smallIntBits: 31,
  floatBits: 64,
};
