export * from "./agent-link/messages.js";
export type { Transport, TransportTraits } from "./transport.js";
export { TransportError, type TransportErrorKind } from "./transport-error.js";
