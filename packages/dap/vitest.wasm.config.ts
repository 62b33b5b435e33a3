import { defineWasmSuite } from "../../vitest.wasm.js";

export default defineWasmSuite(["tests/{contract,flow,own-wasm}/**/*.test.ts"]);
