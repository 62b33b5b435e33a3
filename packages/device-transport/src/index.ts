export * from "./agent-link/messages.js";
export { createMemoryTransport, type FarEnd } from "./memory-transport.js";
export { type ExecOptions, type ExecResult, RawRepl, type RawReplOptions } from "./raw-repl.js";
export type { Transport, TransportTraits } from "./transport.js";
export { TransportError, type TransportErrorKind } from "./transport-error.js";
