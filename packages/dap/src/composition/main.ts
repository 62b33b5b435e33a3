import { serveStdio } from "./serve.js";
import { createWasmDebugger } from "./wasm-debugger.js";

// The adapter as a program of its own: one client on standard input and output.
await serveStdio(createWasmDebugger);
process.exit(0);
