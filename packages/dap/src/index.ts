export {
  type Listening,
  type MakeDebugger,
  serveLoopback,
  serveStdio,
  serveStreams,
} from "./composition/serve.js";
export { createUnixDebugger } from "./composition/unix-debugger.js";
export { createWasmDebugger } from "./composition/wasm-debugger.js";
export { createDebugger, type DebuggerParts } from "./debugger/debugger.js";
export { DebuggerError, errorIds, explainError, type ErrorName } from "./debugger/errors.js";
export type * from "./debugger/types.js";
