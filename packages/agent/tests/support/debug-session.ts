import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  type AgentCall,
  type AgentLink,
  type AgentNews,
  type BreakpointSpec,
  type CodeIdentity,
  type CodeRunner,
  type EndedMessage,
  type FrameCode,
  type FrameReport,
  type HelloMessage,
  type HostMessage,
  type LogMessage,
  type Rendered,
  type StoppedMessage,
  type Transport,
} from "@slotscope/device-transport";
import { identifyCode, mapSource } from "@slotscope/locals-mapper";
import { onTestFinished } from "vitest";
import { compilerOptions, type StartedTarget, startTarget } from "./targets.js";

/** What a test may wait for before it fails, in milliseconds. */
const patience = 10_000;

export interface SessionOptions {
  /** The host answers that it does not know the code: no slot may be read. */
  readonly isUnknown?: boolean;
  /** The target's firmware has no sys.settrace. */
  readonly isWithoutSettrace?: boolean;
  /** The session outlives the test that opens it. */
  readonly isShared?: boolean;
  /** Name of the program's file; main.py if missing. */
  readonly file?: string;
  /** Other files beside the program's. */
  readonly files?: Readonly<Record<string, string>>;
  /** Line markers of the program at which to stop. */
  readonly breakpoints?: readonly string[];
  readonly raised?: boolean;
  readonly uncaught?: boolean;
  readonly myCode?: readonly string[];
  readonly stopOnEntry?: boolean;
  readonly args?: readonly string[];
}

export interface NamedFrame {
  readonly name: string;
  readonly line: number;
  /** `name:marker`, or `name:line` where the line has no marker. */
  readonly place: string;
  /** Text of each local; undefined if unbound, null if left out. */
  readonly locals: Readonly<Record<string, string | null | undefined>>;
  readonly report: FrameReport;
}

export interface Stop {
  readonly message: StoppedMessage;
  readonly frames: readonly NamedFrame[];
  /** Where the innermost frame is. */
  readonly place: string;
  /** All places, innermost first. */
  readonly stack: readonly string[];
  readonly locals: NamedFrame["locals"];
}

/** The host's part of a session over the real WebAssembly target, with names that the test gives. */
export class DebugSession {
  readonly hello: HelloMessage;
  readonly transport: Transport;
  readonly log: LogMessage[] = [];
  /** Messages that came from the agent so far, by kind. */
  readonly met: string[] = [];
  /** Code that the agent has told of so far. */
  readonly codes: CodeIdentity[] = [];
  isOver = false;
  /** Ends the target; only needed for a session that is shared between tests. */
  readonly close: () => Promise<void>;
  readonly #link: AgentLink;
  readonly #inbox: Inbox;
  readonly #file: string;
  readonly #lines: readonly string[];

  private constructor(
    { link, transport }: StartedTarget,
    inbox: Inbox,
    file: string,
    program: string,
    close: () => Promise<void>,
  ) {
    this.hello = link.hello;
    this.transport = transport;
    this.#link = link;
    this.#inbox = inbox;
    this.#file = file;
    this.close = close;
    this.#lines = program.split("\n");
  }

  /** The last one opened. */
  static newest: DebugSession | undefined;

  static async open(program: string, options: SessionOptions = {}): Promise<DebugSession> {
    const workspace = mkdtempSync(join(tmpdir(), "slotscope-agent-"));
    const file = options.file ?? "main.py";
    const sources = { ...options.files, [file]: program };
    for (const [name, text] of Object.entries(sources)) {
      mkdirSync(dirname(join(workspace, name)), { recursive: true });
      writeFileSync(join(workspace, name), text);
    }
    const inbox = new Inbox(sources, options.isUnknown ?? false);
    const target = await startTarget(
      workspace,
      {
        news: (message) => inbox.take(message),
        output: (bytes) => inbox.takeOutput(bytes),
        lost: (error) => inbox.fail(error),
      },
      options.isWithoutSettrace ?? false,
    );
    const close = async () => {
      await target.close();
      rmSync(workspace, { recursive: true });
    };
    if (!options.isShared) onTestFinished(close);
    inbox.answer = (message) => target.link.send(message);
    const session = new DebugSession(target, inbox, file, program, close);
    DebugSession.newest = session;
    inbox.log = session.log;
    inbox.met = session.met;
    inbox.codes = session.codes;
    return session;
  }

  /** Opens a session, sends what the options say, and runs the program. */
  static async start(program: string, options: SessionOptions = {}): Promise<DebugSession> {
    const session = await DebugSession.open(program, options);
    await session.send({ t: "mycode", prefixes: options.myCode ?? [] });
    await session.send({
      t: "exceptions",
      raised: options.raised ?? false,
      uncaught: options.uncaught ?? false,
    });
    await session.break(...(options.breakpoints ?? []));
    await session.send({
      t: "run",
      file: session.#file,
      args: options.args ?? [],
      stopOnEntry: options.stopOnEntry ?? false,
    });
    return session;
  }

  /** Line of the comment `# @marker`. */
  line(marker: string): number {
    const at = this.#lines.findIndex((line) => line.trimEnd().endsWith(`# @${marker}`));
    if (at < 0) throw new Error(`no line is marked @${marker}`);
    return at + 1;
  }

  async send(message: Exclude<HostMessage, { id: number }>): Promise<void> {
    await this.#link.send(message);
  }

  /** Replaces the breakpoints of the program's file: markers, or specifications with a marker for the line. */
  async break(
    ...places: readonly (string | (Omit<BreakpointSpec, "id" | "line"> & { at: string }))[]
  ): Promise<void> {
    const items = places.map((place, id): BreakpointSpec => {
      if (typeof place === "string") return { id, line: this.line(place) };
      const { at, ...rest } = place;
      return { id, line: this.line(at), ...rest };
    });
    await this.send({ t: "breakpoints", file: this.#file, items });
  }

  async input(text: string): Promise<void> {
    await this.#link.sendInput(new TextEncoder().encode(text));
  }

  guestRunner(): CodeRunner {
    return this.#link.guestRunner();
  }

  async request(call: AgentCall): Promise<unknown> {
    return this.#link.request(call);
  }

  async evaluate(code: FrameCode, frame = 0): Promise<string> {
    const [, text] = (await this.request({ t: "evaluate", frame, code })) as Rendered;
    return text;
  }

  /** The next stop; fails if the program ends first. */
  async stop(): Promise<Stop> {
    const news = await this.#inbox.next();
    if (news.t !== "stopped")
      throw new Error(`the program did not stop: ${JSON.stringify(news)}\n${this.output}`);
    return this.#name(news);
  }

  /** The end of the program; fails if it stops first. */
  async end(): Promise<EndedMessage> {
    const news = await this.#inbox.next();
    if (news.t !== "ended") {
      throw new Error(`the program did not end: ${news.t === "stopped" ? this.#name(news).place : news.t}`);
    }
    return news;
  }

  /** Goes on, and gives the next stop. */
  async resume(how: "continue" | "next" | "in" | "out"): Promise<Stop> {
    await this.send({ t: "resume", how });
    return this.stop();
  }

  async finish(): Promise<EndedMessage> {
    await this.send({ t: "resume", how: "continue" });
    return this.end();
  }

  /** Places of the stops that steps lead to: `n`ext, step `i`n, `o`ut, `c`ontinue. The last one may be the end. */
  async walk(steps: string): Promise<string[]> {
    const hows = { n: "next", i: "in", o: "out", c: "continue" } as const;
    const places: string[] = [];
    for (const step of steps) {
      const stop = await this.step(hows[step as keyof typeof hows]);
      places.push(stop?.place ?? "ended");
      if (!stop) break;
    }
    return places;
  }

  /** Goes on, and gives the next stop, or undefined if the program ends first. */
  async step(how: "continue" | "next" | "in" | "out"): Promise<Stop | undefined> {
    await this.send({ t: "resume", how });
    const news = await this.#inbox.next();
    if (news.t === "stopped") return this.#name(news);
    this.isOver = true;
    return undefined;
  }

  /** What the program has written so far; line ends, which a board's console doubles, are `\n`. */
  get output(): string {
    return this.#inbox.output.replaceAll("\r\n", "\n");
  }

  /** Resolves when the program's output holds the text. */
  async printed(text: string): Promise<void> {
    await this.#inbox.until(() => this.output.includes(text), `output ${JSON.stringify(text)}`);
  }

  async logged(count: number): Promise<readonly string[]> {
    await this.#inbox.until(() => this.log.length >= count, `${count} log messages`);
    return this.log.map((message) => message.text);
  }

  name(reports: readonly FrameReport[]): NamedFrame[] {
    return reports.map((report) => {
      const [key, line, , slots] = report;
      const { file, name, slots: names } = this.#inbox.known(key);
      const marker =
        file === this.#file ? /# @(\w+)$/.exec(this.#lines[line - 1]?.trimEnd() ?? "")?.[1] : undefined;
      const locals: Record<string, string | null | undefined> = {};
      for (const [slot, rendered] of slots) {
        locals[names.get(slot) ?? `slot ${slot}`] = rendered === null ? null : rendered?.[1];
      }
      return { name, line, place: `${name}:${marker ?? line}`, locals, report };
    });
  }

  #name(message: StoppedMessage): Stop {
    const frames = this.name(message.frames);
    return {
      message,
      frames,
      place: frames[0]?.place ?? "",
      stack: frames.map((frame) => frame.place),
      locals: frames[0]?.locals ?? {},
    };
  }
}

interface KnownCode {
  readonly file: string;
  readonly name: string;
  /** Names by slot. */
  readonly slots: ReadonlyMap<number, string>;
}

/** Keeps what came from the agent until a test asks for it, and answers what a host answers at once. */
class Inbox {
  output = "";
  log: LogMessage[] = [];
  met: string[] = [];
  codes: CodeIdentity[] = [];
  answer: (message: Exclude<HostMessage, { id: number }>) => Promise<void> = () => Promise.resolve();
  readonly #sources: Readonly<Record<string, string>>;
  readonly #isUnknown: boolean;
  readonly #codes = new Map<number, KnownCode>();
  readonly #news: AgentNews[] = [];
  readonly #decoder = new TextDecoder();
  #failure: Error | undefined;
  #wake: () => void = () => undefined;

  constructor(sources: Readonly<Record<string, string>>, isUnknown: boolean) {
    this.#sources = sources;
    this.#isUnknown = isUnknown;
  }

  known(key: number): KnownCode {
    const code = this.#codes.get(key);
    if (!code) throw new Error(`the agent has not told of code ${key}`);
    return code;
  }

  take(message: AgentNews): void {
    this.met.push(message.t);
    if (message.t === "codes") {
      this.codes.push(...message.codes);
      for (const code of message.codes) this.#codes.set(code[0], this.#identify(code));
      void this.answer({
        t: "plans",
        plans: message.codes.map(([key]) => ({
          key,
          slots: this.#isUnknown ? null : [...this.known(key).slots.keys()],
        })),
      });
    } else if (message.t === "log") {
      this.log.push(message);
    } else {
      this.#news.push(message);
    }
    this.#wake();
  }

  /** Names the slots of code that is in one of the test's files; it must be recognised. */
  #identify(code: CodeIdentity): KnownCode {
    const [, file, name, firstLine, length, crc32, tableLength, tableCrc32, parameters] = code;
    const slots = new Map<number, string>();
    const text = this.#sources[file];
    if (text === undefined) return { file, name, slots };
    const { debugMap } = mapSource(text, { file, options: compilerOptions });
    const identity = {
      name,
      file,
      firstLine,
      code: { length, crc32 },
      lineInfo: { length: tableLength, crc32: tableCrc32 },
    };
    const answer = identifyCode(identity, debugMap);
    if (answer.kind !== "exact") throw new Error(`${file}: ${name}: ${answer.reason}`);
    const { positionalCount, keywordOnlyCount, flags } = answer.scope;
    const expected = positionalCount + keywordOnlyCount + ((flags >> 1) & 1) + ((flags >> 2) & 1);
    if (parameters !== 0 && parameters !== expected) {
      throw new Error(`${file}: ${name}: ${parameters} parameters, not ${expected}`);
    }
    answer.scope.slots.forEach((slot, at) => {
      if (slot && slot.name !== "") slots.set(at, slot.name);
    });
    return { file, name, slots };
  }

  takeOutput(bytes: Uint8Array): void {
    this.output += this.#decoder.decode(bytes, { stream: true });
    this.#wake();
  }

  fail(error: Error): void {
    this.#failure = error;
    this.#wake();
  }

  async next(): Promise<AgentNews> {
    await this.until(() => this.#news.length > 0, "a stop or the end");
    const news = this.#news.shift();
    if (!news) throw new Error("no news");
    return news;
  }

  async until(condition: () => boolean, what: string): Promise<void> {
    const deadline = Date.now() + patience;
    while (!condition()) {
      if (this.#failure) throw this.#failure;
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`waited in vain for ${what}; the program wrote: ${this.output}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
