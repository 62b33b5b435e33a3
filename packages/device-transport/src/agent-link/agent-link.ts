import type { CodeRunner } from "../code-runner.js";
import type { Transport } from "../transport.js";
import { TransportError } from "../transport-error.js";
import { AgentError } from "./agent-error.js";
import { Flow, type Underway } from "./flow.js";
import { type Decoded, FrameDecoder, FrameEncoder } from "./frame-codec.js";
import { headerSize, maxPayload, trailerSize } from "./frame-format.js";
import type { AgentMessage, AgentRequest, HelloMessage, HostMessage } from "./messages.js";

type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;

/** A request without the number that the link gives it. */
export type AgentCall = WithoutId<AgentRequest>;

/** What a started agent sends by itself. */
export type AgentNews = Exclude<AgentMessage, { readonly t: "reply" | "hello" | "need" }>;

/** Whom the link calls, in the order in which things came over the wire. */
export interface AgentSink {
  news(message: AgentNews): void;
  /** What the program wrote. A character may be split between two calls. */
  output(bytes: Uint8Array): void;
  /** The connection is gone, or what came over it makes no sense any more. Called at most once, and last. */
  lost(error: TransportError): void;
}

export interface AgentLinkOptions {
  /** Seed of all checks on the wire, an unsigned 32-bit number; chosen anew for each session. */
  readonly nonce: number;
  /** How long a frame that was begun may take to go on before it is taken for output, in milliseconds. */
  readonly stallMs?: number;
  /** Code of the agent's parts by name, for when it asks. */
  readonly parts?: Readonly<Record<string, readonly string[]>>;
  /**
   * Bytes that may be on their way before the agent has taken a frame: what a board's input buffer holds while its program
   * runs. 0 or missing where any number may.
   */
  readonly window?: number;
  /** How long an agent that serves a stopped program may take to take a frame, in milliseconds. */
  readonly takeMs?: number;
  /**
   * How long such an agent may owe an answer before an empty frame is sent, in milliseconds: where something was lost,
   * its number tells.
   */
  readonly silenceMs?: number;
}

const utf8 = new TextEncoder();
const decoder = new TextDecoder();

/** Empty frames that may be on their way at once: code that runs for a request and reads the input would get them. */
const mostProbes = 2;

/**
 * The host's end of the agent link: messages to and from an agent that runs on a target, and the program's own
 * output between them. It answers nothing by itself. `receive` takes the bytes that come from the target;
 * `startAgent` sees to it that it gets them.
 */
export class AgentLink {
  readonly #transport: Transport;
  readonly #sink: AgentSink;
  readonly #encoder: FrameEncoder;
  readonly #decoder: FrameDecoder;
  readonly #stallMs: number;
  readonly #parts: Readonly<Record<string, readonly string[]>>;
  readonly #window: number;
  readonly #takeMs: number;
  readonly #silenceMs: number;
  readonly #flow: Flow;
  #onTaken: (() => void) | undefined;
  #probes = 0;
  /** When the agent was heard last, or was given something to do after it owed nothing, in milliseconds. */
  #heardAt = 0;
  #watchTimer: ReturnType<typeof setTimeout> | undefined;
  /** Ends when all that was to be sent is on its way. */
  #sending: Promise<void> = Promise.resolve();
  readonly #pending = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  readonly #forget: () => void;
  readonly #hello: Promise<HelloMessage>;
  #greet!: (hello: HelloMessage) => void;
  #refuse!: (error: Error) => void;
  #greeting: HelloMessage | undefined;
  #lastId = 0;
  #over: Error | undefined;
  #lost = false;
  #stallTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(transport: Transport, sink: AgentSink, options: AgentLinkOptions) {
    this.#transport = transport;
    this.#sink = sink;
    this.#encoder = new FrameEncoder("to-target", options.nonce);
    this.#decoder = new FrameDecoder("to-host", options.nonce);
    this.#stallMs = options.stallMs ?? 1000;
    this.#parts = options.parts ?? {};
    this.#window = options.window ?? 0;
    this.#takeMs = options.takeMs ?? 10_000;
    this.#silenceMs = options.silenceMs ?? 2000;
    this.#flow = new Flow(this.#window);
    this.#hello = new Promise((resolve, reject) => {
      this.#greet = resolve;
      this.#refuse = reject;
    });
    this.#hello.catch(() => undefined);
    this.#forget = transport.onLost((error) => this.#lose(error));
  }

  /** What the agent said of itself. Only a link whose agent has been started has it. */
  get hello(): HelloMessage {
    if (!this.#greeting) throw new TransportError("protocol", "the agent has not been started");
    return this.#greeting;
  }

  /** Resolves when the agent has said hello; rejects when the target is lost. */
  whenStarted(): Promise<HelloMessage> {
    return this.#hello;
  }

  /** Sends what is answered by no reply. Resolves when more may be sent. */
  async send(message: Exclude<HostMessage, AgentRequest>): Promise<void> {
    const written = this.#write(message);
    if (message.t === "resume" || message.t === "run") this.#flow.letRun();
    await written;
  }

  /**
   * Sends a request and resolves to its result. Rejects with an `AgentError` if the target could not do it or the
   * program is over, with a `TransportError` if the target is lost. There is no time limit: evaluated code may run as
   * long as it likes.
   */
  async request(call: AgentCall): Promise<unknown> {
    if (this.#over) throw this.#over;
    const id = ++this.#lastId;
    const reply = new Promise<unknown>((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    // The link may be lost while the request still waits to be sent, which then rejects as well.
    reply.catch(() => undefined);
    try {
      await this.#write({ ...call, id });
    } catch (error) {
      this.#pending.delete(id);
      throw error;
    }
    return reply;
  }

  /** Runs code of other clients while the program is stopped; while it runs, the agent refuses it. */
  guestRunner(): CodeRunner {
    return {
      run: async (code) => {
        const result = await this.request({ t: "guest", code });
        return typeof result === "string" ? result : "";
      },
    };
  }

  /** Bytes for the program's standard input, sent as they are. */
  async sendInput(bytes: Uint8Array): Promise<void> {
    if (this.#lost && this.#over) throw this.#over;
    await this.#transport.write(bytes);
  }

  /** Takes bytes that came from the target. */
  receive(bytes: Uint8Array): void {
    if (this.#lost) return;
    clearTimeout(this.#stallTimer);
    this.#deliver(this.#decoder.push(bytes));
    this.#watch();
    if (this.#decoder.isHolding) {
      this.#stallTimer = setTimeout(() => this.#deliver(this.#decoder.flush()), this.#stallMs);
    }
  }

  /** Gives up the transport and its events, and rejects what is not answered yet. Does not close the transport. */
  release(): void {
    clearTimeout(this.#stallTimer);
    this.#forget();
    this.#lost = true;
    this.#end(new TransportError("disconnected", "the agent link was closed"));
  }

  async #write(message: HostMessage): Promise<void> {
    if (this.#over) throw this.#over;
    // JSON escapes all control characters: no byte can be taken for a command by a terminal driver on the way.
    // MicroPython does not put surrogate pairs together, so characters beyond ASCII are not escaped.
    const bytes = utf8.encode(JSON.stringify(message));
    if (this.#window === 0) {
      await this.#transport.write(this.#encoder.encode(bytes));
      return;
    }
    // It asks for these, and waits.
    const isAwaited = message.t === "plans" || message.t === "code";
    const due = isAwaited ? "now" : this.#flow.isServed ? "served" : "any";
    const before = this.#sending;
    const sent = before.then(() => this.#writeFrames(bytes, due, "id" in message ? message.id : undefined));
    this.#sending = sent.catch(() => undefined);
    await sent;
  }

  /** One frame at a time, each when there is room for it in the target's buffer. */
  async #writeFrames(bytes: Uint8Array, due: Underway["due"], request: number | undefined): Promise<void> {
    const limit = Math.min(maxPayload, this.#window - headerSize - trailerSize);
    let left = bytes.length;
    for (const frame of this.#encoder.frames(bytes, limit)) {
      while (!this.#flow.hasRoomFor(frame.length)) {
        if (this.#over) throw this.#over;
        this.#watch();
        await new Promise<void>((resolve) => {
          this.#onTaken = resolve;
        });
      }
      if (this.#over) throw this.#over;
      left -= limit;
      this.#flow.sent({
        size: frame.length,
        due,
        ...(left <= 0 && request !== undefined ? { ends: request } : {}),
      });
      this.#watch();
      await this.#transport.write(frame);
    }
  }

  /** Whether the agent is to take something, to answer, or to end a message that it has begun. */
  get #isOwed(): boolean {
    if (this.#over !== undefined || this.#window === 0) return false;
    return this.#flow.isDue || this.#decoder.isInMessage || (this.#flow.isServed && this.#owesAnswer);
  }

  get #owesAnswer(): boolean {
    return this.#pending.size > 0 || this.#flow.owesStop;
  }

  /** Looks from now on whether the agent gives what it owes. */
  #watch(): void {
    if (!this.#isOwed || this.#watchTimer !== undefined) return;
    this.#heardAt = Date.now();
    this.#watchAgain();
  }

  #watchAgain(): void {
    this.#watchTimer = setTimeout(
      () => {
        this.#watchTimer = undefined;
        if (!this.#isOwed) return;
        const silence = Date.now() - this.#heardAt;
        if (silence >= this.#takeMs && this.#flow.isDue) {
          this.#lose(new TransportError("timeout", "the agent takes no more messages"));
          return;
        }
        if (silence >= this.#silenceMs) this.#probe();
        this.#watchAgain();
      },
      Math.min(this.#silenceMs, this.#takeMs),
    );
  }

  /** Sends an empty frame. An agent that reads it after others were lost says so, and its own number shows losses. */
  #probe(): void {
    if (this.#probes >= mostProbes || !this.#flow.hasRoomFor(headerSize + trailerSize)) return;
    this.#probes++;
    const before = this.#sending;
    const sent = before.then(() => this.#writeProbe());
    // That the target is lost is told by its own event.
    this.#sending = sent.catch(() => undefined);
  }

  async #writeProbe(): Promise<void> {
    if (this.#over) return;
    const frame = this.#encoder.probe();
    this.#flow.sent({ size: frame.length, due: "served", isProbe: true });
    await this.#transport.write(frame);
  }

  /** Sends the agent what makes a part of it. */
  async #sendPart(name: string): Promise<void> {
    const pieces = this.#parts[name];
    if (!pieces) {
      this.#lose(
        new TransportError("protocol", `the agent asks for a part "${name}", which it does not have`),
      );
      return;
    }
    for (const code of pieces) await this.#write({ t: "code", code });
  }

  #deliver(found: readonly Decoded[]): void {
    for (const item of found) {
      if (this.#lost) return;
      if (item.kind === "output") {
        // What follows the agent's last word is the raw REPL's, at the end of the code that it ran.
        if (!this.#over) this.#sink.output(item.bytes);
        continue;
      }
      this.#heardAt = Date.now();
      if (item.kind === "message") this.#take(item.bytes);
      else if (item.kind === "taken") {
        if (this.#flow.taken()?.isProbe === true) this.#probes--;
        this.#onTaken?.();
      } else if (item.kind === "missing") {
        this.#lose(new TransportError("protocol", "a message to the target was damaged on the way"));
      } else
        this.#lose(
          new TransportError("protocol", `${item.frames} frames from the target were lost on the way`),
        );
    }
  }

  #take(bytes: Uint8Array): void {
    let message: AgentMessage;
    try {
      message = JSON.parse(decoder.decode(bytes)) as AgentMessage;
    } catch (cause) {
      this.#lose(new TransportError("protocol", "the agent sent what is no JSON", { cause }));
      return;
    }
    switch (message.t) {
      case "hello":
        this.#greeting = message;
        this.#greet(message);
        break;
      case "reply": {
        this.#flow.answered(message.id);
        const pending = this.#pending.get(message.id);
        this.#pending.delete(message.id);
        if (message.ok) pending?.resolve(message.result);
        else pending?.reject(new AgentError("device-exception", message.error, message.exception));
        break;
      }
      case "need":
        // That the target is lost meanwhile is told by its own event.
        this.#sendPart(message.part).catch(() => undefined);
        break;
      case "ended":
        this.#end(new AgentError("unsupported", "the program is over, and the agent with it"));
        this.#sink.news(message);
        break;
      default:
        if (message.t === "stopped") this.#flow.stopped();
        else if (message.t === "codes") this.#flow.asksForPlans();
        this.#sink.news(message);
    }
  }

  #lose(error: TransportError): void {
    if (this.#lost) return;
    clearTimeout(this.#stallTimer);
    this.#forget();
    this.#lost = true;
    this.#end(error);
    this.#sink.lost(error);
  }

  #end(error: Error): void {
    this.#over = error;
    clearTimeout(this.#watchTimer);
    this.#onTaken?.();
    this.#refuse(error);
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }
}
