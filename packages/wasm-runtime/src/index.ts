export { wasmAdvice } from "./advice.js";
export type { WasmOptions } from "./options.js";
export { createWasmTransport, type WasmTransport } from "./wasm-transport.js";
