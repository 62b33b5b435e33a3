import { defineWasmSuite } from "../../vitest.wasm.js";

export default defineWasmSuite(["tests/unit/**/*.test.ts"]);
