import { AgentError } from "../agent-link/agent-error.js";
import type { ExecResult, RawRepl } from "../raw-repl.js";
import { TransportError } from "../transport-error.js";
import { namespaceCode, namespaceEntry } from "./board-code.js";
import type { DataRunner } from "./data-runner.js";
import { bytesLiteral, readRepr, stringLiteral } from "./python-literal.js";

export interface RawReplRunnerOptions {
  /** How long code may run without a sign of life before the target counts as lost, in milliseconds. */
  readonly silenceMs?: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Runs code by the raw REPL. What the code prints is passed over. After a failure of the link the next call enters the
 * raw REPL anew; where the target has forgotten the namespace meanwhile, a new one is made.
 */
export function rawReplRunner(repl: RawRepl, options: RawReplRunnerOptions = {}): DataRunner {
  const silenceMs = options.silenceMs ?? 20_000;
  const mark = `\x1e${randomLetters(8)}\x1e`;
  let state: "new" | "ready" | "broken" = "new";
  let last: Promise<unknown> = Promise.resolve();

  const prepare = async (): Promise<void> => {
    if (state === "ready") return;
    if (state === "broken") await repl.enter();
    state = "broken";
    const code = `exec(${stringLiteral(`${namespaceCode}\nsys.modules['.slotscope'] = open_namespace(${stringLiteral(mark)})`)}, {})`;
    const { error } = await execute(code);
    if (error !== "") throw readTraceback(error);
    state = "ready";
  };

  const execute = async (code: string | Uint8Array): Promise<ExecResult> => {
    const parts: Uint8Array[] = [];
    const silence = new SilenceLimit(silenceMs);
    try {
      const running = repl.exec(code, {
        onOutput: (bytes) => {
          parts.push(bytes);
          silence.restart();
        },
      });
      const result = await Promise.race([running, silence.tooLong]);
      return { ...result, output: concatenate(parts) };
    } finally {
      silence.end();
    }
  };

  const runOnce = async (code: Uint8Array): Promise<string | undefined> => {
    await prepare();
    const { output, error, exited } = await execute(code);
    if (exited) state = "new";
    const text = decoder.decode(output);
    const from = text.indexOf(mark);
    const to = text.indexOf(mark, from + mark.length);
    if (from >= 0 && to >= 0) return text.slice(from + mark.length, to);
    if (/^KeyError: ['"]?\.slotscope/m.test(error)) return undefined;
    if (error !== "") throw readTraceback(error);
    throw new TransportError("protocol", "the board's answer did not arrive whole; repeat what was asked");
  };

  const runNow = async (code: string, data: readonly Uint8Array[]): Promise<string> => {
    const words = [encoder.encode(code), ...data].map(bytesLiteral);
    const call = concatenate([
      encoder.encode(`${namespaceEntry}(`),
      ...words.flatMap((word) => [word, encoder.encode(",")]),
      encoder.encode(")"),
    ]);
    try {
      let answer = await runOnce(call);
      if (answer === undefined) {
        state = "new";
        answer = await runOnce(call);
      }
      return readAnswer(answer ?? "");
    } catch (error) {
      if (error instanceof TransportError) {
        state = "broken";
        // What still waits for the target's words ends with this.
        repl.release();
      }
      throw error;
    }
  };

  const enqueue = (code: string, data: readonly Uint8Array[]): Promise<string> => {
    const turn = last.then(() => runNow(code, data));
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    run: (code) => enqueue(code, []),
    runWithData: enqueue,
  };
}

/** Rejects when a target has said nothing for some time. */
class SilenceLimit {
  readonly #ms: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #giveUp!: () => void;
  readonly tooLong: Promise<never>;

  constructor(ms: number) {
    this.#ms = ms;
    this.tooLong = new Promise((_, reject) => {
      this.#giveUp = () =>
        reject(
          new TransportError(
            "timeout",
            "the board does not answer any more; reset it, and repeat what was asked",
          ),
        );
    });
    this.restart();
  }

  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#giveUp, this.#ms);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

function readAnswer(answer: string): string {
  if (answer.startsWith("=")) return answer.slice(1).replaceAll("\r\n", "\n");
  const [, type = "Exception", message = "''", traceback = ""] =
    /^!(\w+) ((?:'.*'|".*"))\n([^]*)$/.exec(answer.replaceAll("\r\n", "\n")) ?? [];
  throw raised(type, readRepr(message), traceback);
}

/** An exception that came before the code ran, such as one of the compiler. */
function readTraceback(traceback: string): AgentError {
  const line = traceback.trimEnd().split("\n").at(-1) ?? "";
  const [, type = "Exception", message = ""] = /^(\w+)(?:: (.*))?$/.exec(line) ?? [];
  return raised(type, message, traceback);
}

function raised(type: string, message: string, traceback: string): AgentError {
  return new AgentError("device-exception", `code run on the board raised ${type}: ${message}`, [
    type,
    message,
    traceback,
  ]);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function randomLetters(count: number): string {
  return Array.from({ length: count }, () => String.fromCharCode(97 + Math.floor(Math.random() * 26))).join(
    "",
  );
}
