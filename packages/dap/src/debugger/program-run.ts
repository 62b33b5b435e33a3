import type {
  AgentCall,
  AgentNews,
  BreakpointsMessage,
  EndedMessage,
  LogMessage,
  StoppedMessage,
  TransportError,
} from "@slotscope/device-transport";
import type { AgentSession, StartAgent } from "./agent-session.js";
import { CodeRegistry } from "./code-registry.js";
import { DebuggerError } from "./errors.js";
import type { SourceRegistry } from "./source-registry.js";
import type { DebugTarget, LaunchOptions, OpenedTarget } from "./types.js";

/** A message that the agent doesn't answer. */
type AgentNotice = Parameters<AgentSession["send"]>[0];

/** Whom a run tells; never called after the run was closed. */
export interface RunSink {
  output(bytes: Uint8Array): void;
  stopped(message: StoppedMessage): void;
  log(message: LogMessage): void;
  ended(message: EndedMessage): void;
  lost(error: TransportError): void;
  /** Code was recognised, or could not be: files may have turned out to be another text than was thought. */
  codesMet(): void;
}

/** One run of one program: an open target, the agent on it, and the code objects met. It ends once and for all. */
export class ProgramRun {
  readonly #sink: RunSink;
  readonly #sources: SourceRegistry;
  #opened: OpenedTarget | undefined;
  #agent: AgentSession | undefined;
  #codes: CodeRegistry | undefined;
  #closed = false;
  #freed: Promise<void> = Promise.resolve();

  constructor(sources: SourceRegistry, sink: RunSink) {
    this.#sources = sources;
    this.#sink = sink;
  }

  get agent(): AgentSession {
    if (!this.#agent || this.#closed) throw new DebuggerError("ended", "The program is over.");
    return this.#agent;
  }

  get opened(): OpenedTarget {
    if (!this.#opened) throw new DebuggerError("ended", "The program is over.");
    return this.#opened;
  }

  get codes(): CodeRegistry {
    if (!this.#codes) throw new DebuggerError("notLaunched", "The target is not open yet.");
    return this.#codes;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Opens the target and starts the agent on it; frees both again if that fails or the run is closed meanwhile. */
  async open(target: DebugTarget, options: LaunchOptions, startAgent: StartAgent): Promise<void> {
    try {
      const opened = await target.open(options);
      this.#opened = opened;
      this.#codes = new CodeRegistry(this.#sources, opened.paths);
      if (this.#closed) throw new DebuggerError("ended", "The launch was cancelled.");
      this.#agent = await startAgent(opened.transport, {
        news: (message) => this.#receive(message),
        output: (bytes) => {
          if (!this.#closed) this.#sink.output(bytes);
        },
        lost: (error) => {
          if (!this.#closed) this.#sink.lost(error);
        },
      });
    } catch (error) {
      await this.close();
      throw error;
    }
    if (this.#closed) {
      await this.close();
      throw new DebuggerError("ended", "The launch was cancelled.");
    }
  }

  request(call: AgentCall): Promise<unknown> {
    return this.agent.request(call);
  }

  /**
   * Puts a message on its way, in order with all others, without waiting for the target to take it: a program that
   * never looks would keep the sender waiting. That the target is lost is told by its own event.
   */
  post(message: AgentNotice): void {
    this.agent.send(message).catch(() => undefined);
  }

  /** Tells the target the breakpoints of a file, under each name that its code may carry. */
  postBreakpoints(path: string, items: BreakpointsMessage["items"]): void {
    for (const file of this.opened.paths.toTarget(path)) this.post({ t: "breakpoints", file, items });
  }

  /** Ends the program, whatever it is doing, and frees the target. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened) this.#freed = opened.transport.close();
    await this.#freed;
  }

  #receive(message: AgentNews): void {
    if (this.#closed) return;
    switch (message.t) {
      case "codes":
        void this.#identify(message.codes);
        break;
      case "stopped":
        this.#sink.stopped(message);
        break;
      case "log":
        this.#sink.log(message);
        break;
      case "ended":
        this.#sink.ended(message);
        break;
    }
  }

  /** The target waits for the plans; a target lost meanwhile is told of by its own event. */
  async #identify(codes: Parameters<CodeRegistry["identify"]>[0]): Promise<void> {
    const plans = await this.codes.identify(codes);
    if (this.#closed) return;
    this.post(plans);
    this.#sink.codesMet();
  }
}
