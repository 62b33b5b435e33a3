import type { CodeRunner } from "../code-runner.js";
import type { Transport } from "../transport.js";
import { TransportError } from "../transport-error.js";
import { AgentError } from "./agent-error.js";
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
}

const utf8 = new TextEncoder();
const decoder = new TextDecoder();

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
  /** Sizes of the frames that the agent has not taken yet. */
  readonly #underway: number[] = [];
  #onTaken: (() => void) | undefined;
  /** Ends when all that was to be sent is on its way. */
  #sending: Promise<void> = Promise.resolve();
  #isStopped = false;
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
    if (message.t === "resume") this.#isStopped = false;
    await this.#write(message);
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
    const before = this.#sending;
    const sent = before.then(() => this.#writeFrames(bytes));
    this.#sending = sent.catch(() => undefined);
    await sent;
  }

  /** One frame at a time, each when there is room for it in the target's buffer. */
  async #writeFrames(bytes: Uint8Array): Promise<void> {
    const limit = Math.min(maxPayload, this.#window - headerSize - trailerSize);
    for (const frame of this.#encoder.frames(bytes, limit)) {
      while (this.#underway.reduce((sum, size) => sum + size, frame.length) > this.#window) {
        if (this.#over) throw this.#over;
        await this.#nextTaken();
      }
      if (this.#over) throw this.#over;
      this.#underway.push(frame.length);
      await this.#transport.write(frame);
    }
  }

  /** Resolves when the agent has taken a frame, or the link is over. A program that runs may take its time. */
  async #nextTaken(): Promise<void> {
    const timer = setInterval(() => {
      const isServing = this.#isStopped && this.#pending.size <= 1;
      if (isServing) this.#lose(new TransportError("timeout", "the agent takes no more messages"));
    }, this.#takeMs);
    await new Promise<void>((resolve) => {
      this.#onTaken = resolve;
    });
    clearInterval(timer);
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
      } else if (item.kind === "message") this.#take(item.bytes);
      else if (item.kind === "taken") {
        this.#underway.shift();
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
        if (message.t === "stopped") this.#isStopped = true;
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
    this.#onTaken?.();
    this.#refuse(error);
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }
}
