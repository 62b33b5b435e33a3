import { concatenate } from "./concatenate.js";
import { defer } from "./deferred.js";
import { stringLiteral } from "./python-literal.js";
import { RawRepl, type RawReplOptions } from "./raw-repl.js";
import type { Transport } from "./transport.js";

export interface ProgramOptions extends RawReplOptions {
  /** Path of the program on the target, as tracebacks are to show it. */
  readonly file: string;
  readonly args?: readonly string[];
  /** Gets every byte that the program writes, unchanged; the first may come before `startProgram` resolves. */
  readonly onOutput: (bytes: Uint8Array) => void;
}

/** How a program ended. */
export interface ProgramResult {
  readonly how: "returned" | "exit" | "exception" | "interrupted";
  /** 0, the argument of `sys.exit`, 1 for an uncaught exception, 130 for a KeyboardInterrupt. */
  readonly status: number;
  /** The uncaught exception: its type's name and the traceback as MicroPython prints it, line ends `\n`. */
  readonly exception?: { readonly type: string; readonly traceback: string };
  /** What `sys.exit` was called with, if that was neither a number nor nothing. */
  readonly message?: string;
}

/** A program that runs on a target. All methods reject with a `TransportError` once the target is gone. */
export interface RunningProgram {
  /** Bytes for the program's standard input. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends standard input; a target that knows no end of it is sent ctrl-D, which `input()` takes for it. */
  endInput(): Promise<void>;
  /** Sends ctrl-C, which raises KeyboardInterrupt in the program. */
  interrupt(): Promise<void>;
  /**
   * Resolves when the program has ended; rejects with a `TransportError` when the target is lost before. Closing or
   * resetting the transport oneself leaves it unsettled.
   */
  readonly finished: Promise<ProgramResult>;
}

/** How long bytes that look like the beginning of the end mark are kept back, in milliseconds. */
const markPatienceMs = 200;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Runs a file of the target as `__main__`, with `sys.argv` set and the file's folder first in `sys.path`. Whatever
 * ran before is interrupted. Resolves when the program has been started.
 */
export async function startProgram(transport: Transport, options: ProgramOptions): Promise<RunningProgram> {
  const repl = new RawRepl(transport, options);
  await repl.enter();
  const mark = `\x04${randomHex(6)}`;
  const { promise: finished, resolve, reject } = defer<ProgramResult>();
  // Nobody need wait for it.
  finished.catch(() => undefined);
  const stopLost = transport.onLost(reject);
  const splitter = new MarkSplitter(mark, options.onOutput, (report) => {
    stopLost();
    stopData?.();
    resolve(readReport(report));
  });
  let stopData: (() => void) | undefined;
  try {
    stopData = await repl.launch(runnerCode(options.file, options.args ?? [], mark), (bytes) =>
      splitter.take(bytes),
    );
  } catch (error) {
    stopLost();
    repl.release();
    throw error;
  }
  return {
    write: (bytes) => transport.write(bytes),
    async endInput() {
      if (transport.endInput === undefined) await transport.write(Uint8Array.of(0x04));
      else transport.endInput();
    },
    interrupt: () => transport.write(Uint8Array.of(0x03)),
    finished,
  };
}

/**
 * Code for the raw REPL that runs the program in `__main__`'s namespace without a name of its own there, and
 * then writes the mark, a report, and the mark again. It allocates as little as can be after the program: memory may be full.
 */
function runnerCode(file: string, args: readonly string[], mark: string): string {
  const slash = file.lastIndexOf("/");
  const folder = slash < 0 ? "" : slash === 0 ? "/" : file.slice(0, slash);
  const runner = [
    "import sys",
    `sys.argv[:] = [${[file, ...args].map(stringLiteral).join(", ")}]`,
    folder === "" ? "" : `sys.path[0] = ${stringLiteral(folder)}`,
    "out = sys.stdout.write",
    `mark = '\\x04' ${stringLiteral(mark.slice(1))}`,
    "try:",
    "    names = __import__('__main__').__dict__",
    `    names['__file__'] = ${stringLiteral(file)}`,
    `    execfile(${stringLiteral(file)}, names)`,
    "    out(mark)",
    "    out('returned\\n')",
    "except SystemExit as e:",
    "    code = e.args[0] if e.args else None",
    "    out(mark)",
    "    out('exit\\n' if code is None else 'exit %d\\n' % code if isinstance(code, int) else 'exit 1\\n%s' % (code,))",
    "except BaseException as e:",
    "    out(mark)",
    "    out('exception ')",
    "    out(type(e).__name__)",
    "    out('\\n')",
    "    sys.print_exception(e)",
    "out(mark)",
  ];
  return `exec(${stringLiteral(runner.filter((line) => line !== "").join("\n"))}, {})`;
}

function readReport(text: string): ProgramResult {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const [how, detail] = (lines[0] ?? "").split(" ");
  const rest = lines.slice(1).join("\n");
  if (how === "returned") return { how, status: 0 };
  if (how === "exit") {
    const status = Number(detail ?? 0);
    return rest === "" ? { how, status } : { how, status, message: rest };
  }
  const type = detail ?? "Exception";
  // The first frame is that of our code, which called the program; others lie in files that a target adds.
  const traceback = rest
    .replace(/^ {2}File "<string>", line \d+, in <module>\n/m, "")
    .replaceAll(/^ {2}File "\/\.slotscope\/[^\n]*\n/gm, "");
  const exception = { type, traceback };
  return type === "KeyboardInterrupt"
    ? { how: "interrupted", status: 130, exception }
    : { how: "exception", status: 1, exception };
}

function randomHex(bytes: number): string {
  let text = "";
  for (let count = 0; count < bytes; count++) {
    text += Math.floor(Math.random() * 256)
      .toString(16)
      .padStart(2, "0");
  }
  return text;
}

/** Passes bytes on up to a mark; what stands between it and the next mark is the report. */
class MarkSplitter {
  readonly #mark: Uint8Array;
  readonly #onOutput: (bytes: Uint8Array) => void;
  readonly #onReport: (text: string) => void;
  #held: Uint8Array = new Uint8Array(0);
  #report: Uint8Array | undefined;
  #done = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(mark: string, onOutput: (bytes: Uint8Array) => void, onReport: (text: string) => void) {
    this.#mark = encoder.encode(mark);
    this.#onOutput = onOutput;
    this.#onReport = onReport;
  }

  take(bytes: Uint8Array): void {
    if (this.#done) return;
    clearTimeout(this.#timer);
    if (this.#report === undefined) {
      const all = this.#held.length === 0 ? bytes : concatenate([this.#held, bytes]);
      const at = find(all, this.#mark);
      // A mark that may be cut off at the end waits for the rest, but not for long.
      const end = at.found ? at.index : at.partial;
      this.#held = new Uint8Array(0);
      if (end > 0) this.#onOutput(all.subarray(0, end));
      if (!at.found) {
        this.#held = all.subarray(end);
        if (this.#held.length > 0) this.#timer = setTimeout(() => this.#giveUp(), markPatienceMs);
        return;
      }
      this.#report = all.subarray(at.index + this.#mark.length);
    } else this.#report = concatenate([this.#report, bytes]);
    const at = find(this.#report, this.#mark);
    if (!at.found) return;
    this.#done = true;
    this.#onReport(decoder.decode(this.#report.subarray(0, at.index)));
  }

  #giveUp(): void {
    const held = this.#held;
    this.#held = new Uint8Array(0);
    this.#onOutput(held);
  }
}

/** Where the mark is, or where the part of it begins that the bytes end with. */
function find(bytes: Uint8Array, mark: Uint8Array): { found: boolean; index: number; partial: number } {
  const first = mark[0] ?? 0;
  for (let index = bytes.indexOf(first); index >= 0; index = bytes.indexOf(first, index + 1)) {
    const length = Math.min(mark.length, bytes.length - index);
    let same = 1;
    while (same < length && bytes[index + same] === mark[same]) same++;
    if (same < length) continue;
    return length === mark.length
      ? { found: true, index, partial: index }
      : { found: false, index: -1, partial: index };
  }
  return { found: false, index: -1, partial: bytes.length };
}
