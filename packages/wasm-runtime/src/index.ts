export { wasmAdvice, type WasmAdvice } from "./advice.js";
export { findWasmBuild, type WasmBuild, type WasmBuildKind } from "./find-build.js";
export type { WasmOptions } from "./options.js";
export { createWasmTransport, type WasmTransport } from "./wasm-transport.js";
