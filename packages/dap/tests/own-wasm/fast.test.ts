import { createWasmDebugger } from "../../dist/index.js";
import { testDebugger } from "../contract/test-debugger.js";

// Each file of tests has a process of its own.
process.env["SLOTSCOPE_WASM_BUILD"] = process.env["SLOTSCOPE_WASM_FAST"];

testDebugger("the build that trades memory for speed", createWasmDebugger);
