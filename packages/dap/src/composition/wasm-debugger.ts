import type { Debugger } from "../debugger/types.js";
import type { ConnectHub } from "./board-target.js";
import { makeDebugger } from "./make-debugger.js";
import { wasmTarget } from "./wasm-target.js";

/** A debugger for programs that run in WebAssembly on this computer, or on a board. */
export function createWasmDebugger(connectHub?: ConnectHub): Debugger {
  return makeDebugger(wasmTarget, connectHub);
}
