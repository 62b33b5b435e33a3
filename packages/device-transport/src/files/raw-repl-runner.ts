import { AgentError } from "../agent-link/agent-error.js";
import { concatenate } from "../concatenate.js";
import { bytesLiteral, readRepr, stringLiteral } from "../python-literal.js";
import type { RawRepl } from "../raw-repl.js";
import { TransportError } from "../transport-error.js";
import { namespaceCode, namespaceEntry } from "./board-code.js";
import type { DataRunner } from "./data-runner.js";
import { InputSteps } from "./input-steps.js";

export interface RawReplRunnerOptions {
  /** How long code may run without a sign of life before the target counts as lost, in milliseconds. */
  readonly silenceMs?: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Bytes of data that are sent at once, when the board asks for them. */
const step = 2048;

/** How long the board may take to ask for the next step, in milliseconds: longer than a slow line takes for one. */
const askMs = 6000;

/**
 * Runs code by the raw REPL. What the code prints is passed over. After a failure of the link the next call enters the
 * raw REPL anew; where the target has forgotten the namespace meanwhile, a new one is made.
 *
 * Data go to the code's standard input in steps that the board asks for, without the many small windows of raw paste.
 * Where bytes get lost that way, as with a serial line that has no flow control, they go as part of the code.
 */
export function rawReplRunner(repl: RawRepl, options: RawReplRunnerOptions = {}): DataRunner {
  const silenceMs = options.silenceMs ?? 20_000;
  const mark = `\x1e${randomLetters(8)}\x1e`;
  let state: "new" | "ready" | "broken" = "new";
  let takesInput = false;
  let hasLostInput = false;
  let last: Promise<unknown> = Promise.resolve();

  const prepare = async (): Promise<void> => {
    if (state === "ready") return;
    if (state === "broken") await repl.enter();
    state = "broken";
    const open = `sys.modules['.slotscope-files'] = open_namespace(${stringLiteral(mark)})`;
    const tell = "print(hasattr(sys.stdin, 'buffer'))";
    const { output, error } = await repl.exec(
      `exec(${stringLiteral(`${namespaceCode}\n${open}\n${tell}`)}, {})`,
      { silenceMs },
    );
    if (error !== "") throw readTraceback(error);
    takesInput = decoder.decode(output).includes("True");
    state = "ready";
  };

  /** The answer, or why nothing was run. */
  const runOnce = async (
    code: string,
    data: readonly Uint8Array[],
  ): Promise<{ readonly answer: string } | "forgotten" | "input lost"> => {
    await prepare();
    const isInput = data.length > 0 && takesInput && !hasLostInput;
    const input = isInput
      ? new InputSteps(
          data,
          step,
          mark,
          Math.min(askMs, silenceMs),
          (bytes) => repl.writeInput(bytes),
          () => repl.release(),
        )
      : undefined;
    const words = input?.lengths.map((length) => encoder.encode(String(length))) ?? data.map(bytesLiteral);
    const call = concatenate([
      encoder.encode(`${namespaceEntry}(`),
      bytesLiteral(encoder.encode(code)),
      encoder.encode(`,${input ? step : 0}`),
      ...words.flatMap((word) => [encoder.encode(","), word]),
      encoder.encode(")"),
    ]);
    const parts: Uint8Array[] = [];
    try {
      const { error, exited } = await repl.exec(call, {
        silenceMs,
        onOutput: (bytes) => {
          parts.push(bytes);
          input?.hear(bytes);
        },
      });
      if (exited) state = "new";
      const text = decoder.decode(concatenate(parts));
      const [, answer] = new RegExp(`${mark}([=!][^]*)${mark}\\.`).exec(text) ?? [];
      if (answer !== undefined) return { answer };
      if (/^KeyError: ['"]?\.slotscope/m.test(error)) return "forgotten";
      if (error !== "") throw readTraceback(error);
      throw new TransportError("protocol", "the board's answer did not arrive whole; repeat what was asked");
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      state = "broken";
      if (input?.isLost) return "input lost";
      // What still waits for the target's words ends with this.
      repl.release();
      throw error;
    } finally {
      input?.end();
    }
  };

  const runNow = async (code: string, data: readonly Uint8Array[]): Promise<string> => {
    for (let attempts = 1; ; attempts++) {
      const outcome = await runOnce(code, data);
      if (typeof outcome === "object") return readAnswer(outcome.answer);
      if (outcome === "input lost") hasLostInput = true;
      else if (attempts < 3) state = "new";
      else
        throw new TransportError("protocol", "the board is reset again and again while it has code of ours");
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

function randomLetters(count: number): string {
  return Array.from({ length: count }, () => String.fromCharCode(97 + Math.floor(Math.random() * 26))).join(
    "",
  );
}
