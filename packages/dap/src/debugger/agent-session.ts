import type {
  AgentMessage,
  AgentRequest,
  HelloMessage,
  HostMessage,
  Transport,
  TransportError,
} from "@slotscope/device-transport";

type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;

/** A request without the number that the link gives it. */
export type AgentCall = WithoutId<AgentRequest>;

/** What a started agent sends by itself. */
export type AgentNews = Exclude<AgentMessage, { readonly t: "reply" | "hello" }>;

/** What the debugger needs of a started agent. */
export interface AgentSession {
  readonly hello: HelloMessage;
  send(message: Exclude<HostMessage, AgentRequest>): Promise<void>;
  /** Resolves to the result; rejects with an AgentError where the target answered that it failed. */
  request(call: AgentCall): Promise<unknown>;
}

/** Whom a started agent calls. */
export interface AgentSink {
  news(message: AgentNews): void;
  output(bytes: Uint8Array): void;
  lost(error: TransportError): void;
}

/** Loads the agent onto an open transport and starts it. */
export type StartAgent = (transport: Transport, sink: AgentSink) => Promise<AgentSession>;
