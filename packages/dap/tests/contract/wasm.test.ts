import { createWasmDebugger } from "../../dist/index.js";
import { testDebugger } from "./test-debugger.js";

testDebugger("wasm", createWasmDebugger);
