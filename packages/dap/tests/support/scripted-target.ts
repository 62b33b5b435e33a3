import {
  type AgentCall,
  type AgentNews,
  type AgentSink,
  type CodeIdentity,
  type FrameReport,
  type HelloMessage,
  type HostMessage,
  type StoppedMessage,
  type Transport,
  TransportError,
} from "@slotscope/device-transport";
import { crc32, type DebugMap, mapSource, type ScopeMap } from "@slotscope/locals-mapper";
import { createDebugger } from "../../src/debugger/debugger.js";
import type { Debugger } from "../../src/debugger/types.js";
import { Witness } from "./witness.js";

const options = { version: "1.29", featureLevel: "full", settrace: true } as const;

const hello: HelloMessage = {
  t: "hello",
  protocol: 1,
  tier: "peek",
  word: 4,
  free: 100_000,
  footprint: 10_000,
  polls: true,
  version: "1.29.0",
  platform: "scripted",
};

/** What a test makes go wrong. */
export interface Script {
  readonly files?: Record<string, string>;
  readonly hello?: Partial<HelloMessage>;
  /** In place of starting the agent. */
  readonly start?: () => Promise<void>;
  /** Answers requests. */
  readonly answer?: (call: AgentCall) => unknown;
}

/**
 * A target that does what a test says, for faults that a real one can't be brought to. It knows no Python: what it
 * reports are code objects of the mapped text and slots that the test makes up.
 */
export class ScriptedTarget {
  readonly debug: Debugger;
  readonly witness: Witness;
  readonly sent: HostMessage[] = [];
  readonly calls: AgentCall[] = [];
  readonly files: Record<string, string>;
  opened = 0;
  closed = 0;
  #sink: AgentSink | undefined;
  readonly #maps = new Map<string, DebugMap>();

  constructor(script: Script = {}) {
    this.files = script.files ?? { "/project/main.py": "x = 1\n" };
    const transport = {
      name: "scripted",
      traits: { interruptsRunningCode: true, sharesFiles: true },
      close: () => {
        this.closed++;
        return Promise.resolve();
      },
    } as Partial<Transport> as Transport;
    this.debug = createDebugger({
      files: {
        read: (path) => Promise.resolve(this.files[path]),
        canonical: (path) => path,
        baseName: (path) => path.slice(path.lastIndexOf("/") + 1),
      },
      target: {
        compilerOptions: options,
        open: () => {
          this.opened++;
          return Promise.resolve({
            name: "scripted",
            compilerOptions: options,
            transport,
            advice: { pause: "Ask the test why.", slow: "It is in a test.", memory: "Tests have little." },
            paths: {
              toTarget: (path) => (path.startsWith("/project/") ? [path.slice(9), path.slice(8)] : []),
              toHost: (name) => (name.startsWith(".") ? undefined : `/project/${name.replace(/^\//, "")}`),
              origin: (name) => (name.startsWith(".") ? "firmware" : "user"),
              userPrefixes: ["main"],
            },
          });
        },
      },
      startAgent: async (_transport, sink) => {
        this.#sink = sink;
        await script.start?.();
        return {
          hello: { ...hello, ...script.hello },
          send: (message) => {
            this.sent.push(message);
            return Promise.resolve();
          },
          request: async (call) => {
            this.calls.push(call);
            return script.answer?.(call);
          },
          sendInput: () => Promise.resolve(),
          guestRunner: () => ({ run: () => Promise.resolve("") }),
        };
      },
    });
    this.witness = new Witness(this.debug);
  }

  /** Launches main.py and runs it. */
  async run(): Promise<void> {
    await this.debug.launch({ program: "/project/main.py" });
    await this.debug.run();
  }

  news(message: AgentNews): void {
    this.#sink?.news(message);
  }

  print(...chunks: readonly Uint8Array[]): void {
    for (const chunk of chunks) this.#sink?.output(chunk);
  }

  lose(): void {
    this.#sink?.lost(new TransportError("disconnected", "the cable was pulled"));
  }

  /** The identity of a function of main.py, as a target would tell it. */
  identity(
    key: number,
    name: string,
    file = "main.py",
    text = this.files["/project/main.py"] ?? "",
  ): CodeIdentity {
    const scope = this.scope(name, text);
    const bytecode = scope.bytecode();
    if (!bytecode) throw new Error(`${name} has no bytecode`);
    const { code, lineInfo } = bytecode;
    const parts = [code.length, crc32(code), lineInfo.length, crc32(lineInfo)] as const;
    return [key, file, name, scope.lines[0] ?? 0, ...parts, scope.positionalCount + scope.keywordOnlyCount];
  }

  scope(name: string, text = this.files["/project/main.py"] ?? ""): ScopeMap {
    let debugMap = this.#maps.get(text);
    if (!debugMap) {
      debugMap = mapSource(text, { file: "main.py", options }).debugMap;
      this.#maps.set(text, debugMap);
    }
    const scope = debugMap.scopes.find((candidate) => candidate.name === name);
    if (!scope) throw new Error(`no scope ${name}`);
    return scope;
  }

  /** Tells of code objects, waits for the plans, and stops. */
  async stop(
    codes: readonly CodeIdentity[],
    frames: readonly FrameReport[],
    more: Partial<StoppedMessage> = {},
  ): Promise<void> {
    if (codes.length > 0) {
      const before = this.sent.length;
      this.news({ t: "codes", codes });
      await this.witness.until(
        () => (this.sent.slice(before).some(({ t }) => t === "plans") ? true : undefined),
        "plans",
        5,
      );
    }
    this.news({ t: "stopped", reason: "breakpoint", ids: [], frames, depth: frames.length, ...more });
    await this.witness.nextStop();
  }
}
