import {
  type AgentCall,
  AgentError,
  type AgentNews,
  type BreakpointSpec,
  type CodeRunner,
  type HelloMessage,
  TransportError,
} from "@slotscope/device-transport";
import type { AgentSession, StartAgent } from "./agent-session.js";
import { CodeRegistry } from "./code-registry.js";
import { DebuggerError, explainError } from "./errors.js";
import type { ProgramRun, RunSink, RunStart } from "./program-run.js";
import { type AgentEnd, ResetWatch } from "./reset-watch.js";
import type { SourceRegistry } from "./source-registry.js";
import { TargetLease } from "./target-lease.js";
import type { DebugTarget, ExceptionFilter, LaunchOptions, OpenedTarget, StopSnapshot } from "./types.js";

/** What a run under the agent is made of. */
export interface DebuggedRunParts {
  readonly target: DebugTarget;
  readonly options: LaunchOptions;
  readonly startAgent: StartAgent;
  readonly sources: SourceRegistry;
}

/** A program that runs under the agent, and the code objects that were met in it. */
export class DebuggedRun implements ProgramRun {
  readonly #parts: DebuggedRunParts;
  readonly #sink: RunSink;
  readonly #lease = new TargetLease();
  #agent: AgentSession | undefined;
  #codes: CodeRegistry | undefined;
  #resetWatch: ResetWatch | undefined;
  readonly #decoder = new TextDecoder();
  #isStopped = false;
  /** One for the whole run: guests keep what they define. */
  #guests: CodeRunner | undefined;
  #guestCalls = 0;
  /** Rejects each request that has no answer yet. */
  readonly #waiting = new Set<(error: DebuggerError) => void>();

  constructor(parts: DebuggedRunParts, sink: RunSink) {
    this.#parts = parts;
    this.#sink = sink;
  }

  get opened(): OpenedTarget {
    return this.#lease.opened;
  }

  get isClosed(): boolean {
    return this.#lease.isClosed;
  }

  get hello(): HelloMessage {
    return this.#live.hello;
  }

  get codes(): CodeRegistry {
    if (!this.#codes) throw new DebuggerError("notLaunched", "The target is not open yet.");
    return this.#codes;
  }

  get #live(): AgentSession {
    if (!this.#agent || this.isClosed) throw new DebuggerError("ended", "The program is over.");
    return this.#agent;
  }

  async open(): Promise<void> {
    const { target, options, sources, startAgent } = this.#parts;
    const tell = (text: string) => this.#sink.tell(text);
    await this.#lease.open(target, options, tell, async (opened) => {
      const { transport, paths, compilerOptions } = opened;
      sources.compileWith(compilerOptions);
      if (opened.isBoard === true) this.#resetWatch = new ResetWatch(this, (how) => this.#tellGone(how));
      this.#codes = new CodeRegistry(sources, paths);
      const starting = startAgent(transport, {
        news: (message) => this.#receive(message),
        output: (bytes) => {
          if (this.isClosed) return;
          this.#sink.output(bytes);
          this.#resetWatch?.output(this.#decoder.decode(bytes, { stream: true }), this.#isStopped);
        },
        lost: (error) => {
          if (!this.isClosed) this.#sink.lost(error);
        },
      });
      this.#agent = await starting.catch((error: unknown) => {
        throw explainStart(error);
      });
      const { tier, reason } = this.#agent.hello;
      if (tier !== "none") return;
      throw new DebuggerError(
        "debuggingUnsupported",
        `This target can't be debugged: ${reason ?? "its firmware has no `sys.settrace`"}. Run the program without debugging, or use a firmware with \`sys.settrace\`.`,
      );
    });
  }

  /**
   * Asks the agent; rejects with an AgentError where the target answers that it failed, and with a DebuggerError when
   * the run is closed before it has answered.
   */
  request(call: AgentCall): Promise<unknown> {
    const answer = this.#live.request(call);
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      answer.then(resolve, reject).finally(() => this.#waiting.delete(reject));
    });
  }

  get isWaiting(): boolean {
    return this.#waiting.size > 0 || this.#guestCalls > 0;
  }

  /** Resolves when the agent has answered, whatever it says. */
  async ping(): Promise<void> {
    try {
      await this.#live.request({ t: "slots", frame: 0, slots: [] });
    } catch {
      // That the program runs is an answer, too; what is lost is told by its own event.
    }
  }

  /** Tells those who share the target that the program stands, or runs on where `snapshot` is undefined. */
  shareStop(snapshot: StopSnapshot | undefined): void {
    this.#isStopped = snapshot !== undefined;
    this.opened.onStop?.(snapshot, snapshot && (this.#guests ??= this.#countGuests()));
  }

  /** Runs code of guests, which may print and take long, as what runs for the user may. */
  #countGuests(): CodeRunner {
    const runner = this.#live.guestRunner();
    return {
      run: async (code) => {
        this.#guestCalls++;
        try {
          return await runner.run(code);
        } finally {
          this.#guestCalls--;
        }
      },
    };
  }

  async start(start: RunStart): Promise<void> {
    await this.#live.send({ t: "run", ...start });
  }

  setMyCode(prefixes: readonly string[]): void {
    this.#post({ t: "mycode", prefixes });
  }

  setExceptionFilter({ raised, uncaught }: ExceptionFilter): void {
    this.#post({ t: "exceptions", raised, uncaught });
  }

  /** Tells the breakpoints of a file under each name that its code may carry. */
  setBreakpoints(path: string, items: readonly BreakpointSpec[]): void {
    for (const file of this.opened.paths.toTarget(path)) this.#post({ t: "breakpoints", file, items });
  }

  resume(how: "continue" | "next" | "in" | "out"): void {
    this.shareStop(undefined);
    this.#post({ t: "resume", how });
  }

  pause(): void {
    this.#post({ t: "pause" });
  }

  sendInput(bytes: Uint8Array): Promise<void> {
    return this.#live.sendInput(bytes);
  }

  close(): Promise<void> {
    this.#resetWatch?.close();
    for (const reject of this.#waiting) {
      reject(new DebuggerError("ended", "The program was ended before it could answer."));
    }
    return this.#lease.close();
  }

  #tellGone(how: AgentEnd): void {
    const { name } = this.opened;
    const what =
      how === "reset"
        ? `${name} was reset: the program is gone`
        : `The program on ${name} is over, but what it said of its end was lost on the way`;
    this.#sink.lost(new TransportError("disconnected", what));
  }

  /** Sends without waiting. That the target is lost is told by its own event. */
  #post(message: Parameters<AgentSession["send"]>[0]): void {
    this.#live.send(message).catch(() => undefined);
  }

  #receive(message: AgentNews): void {
    if (this.isClosed) return;
    switch (message.t) {
      case "codes":
        void this.#identify(message.codes);
        break;
      case "stopped":
        this.#sink.stopped(message, this);
        break;
      case "log":
        this.#sink.log(message);
        break;
      case "ended":
        this.#sink.ended(message);
        break;
    }
  }

  /** The target waits for the plans. */
  async #identify(codes: Parameters<CodeRegistry["identify"]>[0]): Promise<void> {
    const plans = await this.codes.identify(codes);
    if (this.isClosed) return;
    this.#post(plans);
    this.#sink.codesMet();
  }
}

/** Why the agent does not run on the target, and what to do. */
function explainStart(error: unknown): unknown {
  if (!(error instanceof AgentError) || error.kind !== "unsupported") return error;
  const text = `${explainError(error).message} Reset the target and try again; if it stays so, run the program without debugging.`;
  return new DebuggerError("debuggingUnsupported", text, { cause: error });
}
