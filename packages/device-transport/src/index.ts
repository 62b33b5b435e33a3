export { AgentError, type AgentErrorKind } from "./agent-link/agent-error.js";
export {
  type AgentCall,
  AgentLink,
  type AgentLinkOptions,
  type AgentNews,
  type AgentSink,
} from "./agent-link/agent-link.js";
export * from "./agent-link/messages.js";
export {
  type AgentCode,
  type AgentSources,
  protocolVersion,
  startAgent,
  type StartAgentOptions,
} from "./agent-link/start-agent.js";
export type { CodeRunner } from "./code-runner.js";
export { createMemoryTransport, type FarEnd } from "./memory-transport.js";
export { type ExecOptions, type ExecResult, RawRepl, type RawReplOptions } from "./raw-repl.js";
export {
  type ProgramOptions,
  type ProgramResult,
  type RunningProgram,
  startProgram,
} from "./run-program.js";
export type { Transport, TransportTraits } from "./transport.js";
export { TransportError, type TransportErrorKind } from "./transport-error.js";
