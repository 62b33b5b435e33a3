import { agentSources } from "@slotscope/agent";
import { startAgent } from "@slotscope/device-transport";
import { createDebugger } from "../debugger/debugger.js";
import type { Debugger } from "../debugger/types.js";
import { hostFiles } from "./host-files.js";
import { wasmTarget } from "./wasm-target.js";

/** A debugger for programs that run in WebAssembly on this computer. */
export function createWasmDebugger(): Debugger {
  return createDebugger({
    target: wasmTarget,
    files: hostFiles,
    startAgent: (transport, sink) => startAgent(transport, agentSources, sink),
  });
}
