import {
  type ProgramResult,
  type RunningProgram,
  startProgram,
  type TransportError,
} from "@slotscope/device-transport";
import { DebuggerError } from "./errors.js";
import type { ProgramRun, RunSink, RunStart } from "./program-run.js";
import { TargetLease } from "./target-lease.js";
import type { DebugTarget, LaunchOptions, OpenedTarget } from "./types.js";

/** A program that runs as if there were no debugger: no agent, no trace function, and full speed. */
export class PlainRun implements ProgramRun {
  readonly hello = undefined;
  readonly #target: DebugTarget;
  readonly #options: LaunchOptions;
  readonly #sink: RunSink;
  readonly #lease = new TargetLease();
  #program: RunningProgram | undefined;

  constructor(target: DebugTarget, options: LaunchOptions, sink: RunSink) {
    this.#target = target;
    this.#options = options;
    this.#sink = sink;
  }

  get opened(): OpenedTarget {
    return this.#lease.opened;
  }

  get isClosed(): boolean {
    return this.#lease.isClosed;
  }

  async open(): Promise<void> {
    const tell = (text: string) => this.#sink.tell(text);
    await this.#lease.open(this.#target, this.#options, tell, () => Promise.resolve());
  }

  async start({ file, args }: RunStart): Promise<void> {
    const { transport } = this.opened;
    const program = await startProgram(transport, { file, args, onOutput: (bytes) => this.#output(bytes) });
    this.#program = program;
    program.finished.then(
      (result) => this.#finish(result),
      (error: TransportError) => {
        if (!this.isClosed) this.#sink.lost(error);
      },
    );
  }

  setMyCode(): void {}

  setExceptionFilter(): void {}

  setBreakpoints(): void {}

  resume(): void {}

  pause(): void {
    throw new DebuggerError(
      "debuggingUnsupported",
      "The program runs without debugging, so it can't be paused. Start it with debugging.",
    );
  }

  async sendInput(bytes: Uint8Array): Promise<void> {
    await this.#program?.write(this.opened.isBoard === true ? withReturns(bytes) : bytes);
  }

  close(): Promise<void> {
    return this.#lease.close();
  }

  #output(bytes: Uint8Array): void {
    if (!this.isClosed) this.#sink.output(bytes);
  }

  /** The traceback, which the agent prints in a debugged run, is part of the result here. */
  #finish({ how, status, exception, message }: ProgramResult): void {
    if (this.isClosed) return;
    const said = exception?.traceback ?? (message === undefined ? "" : `${message}\n`);
    if (said !== "") this.#output(new TextEncoder().encode(said));
    this.#sink.ended({
      t: "ended",
      how: how === "interrupted" ? "exception" : how,
      status,
      ...(exception ? { exception: [exception.type, "", exception.traceback] as const } : {}),
    });
  }
}

/** The same input with carriage returns for line feeds. */
function withReturns(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => (byte === 0x0a ? 0x0d : byte));
}
