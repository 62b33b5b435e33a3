import type { AgentLink, AgentSink, Transport } from "@slotscope/device-transport";

/** What the debugger needs of a started agent. */
export type AgentSession = Pick<AgentLink, "hello" | "send" | "request" | "sendInput" | "guestRunner">;

/** Loads the agent onto an open transport and starts it. */
export type StartAgent = (transport: Transport, sink: AgentSink) => Promise<AgentSession>;
