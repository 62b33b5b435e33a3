import type {
  BreakpointSpec,
  EndedMessage,
  HelloMessage,
  LogMessage,
  StoppedMessage,
  TransportError,
} from "@slotscope/device-transport";
import type { DebuggedRun } from "./debugged-run.js";
import type { ExceptionFilter, OpenedTarget } from "./types.js";

/** Whom a run tells; never called after the run was closed. */
export interface RunSink {
  output(bytes: Uint8Array): void;
  /** Something that the user should know of the target while it is opened. */
  tell(text: string): void;
  stopped(message: StoppedMessage, run: DebuggedRun): void;
  log(message: LogMessage): void;
  ended(message: EndedMessage): void;
  lost(error: TransportError): void;
  /** Code was recognised, or could not be: files may have turned out to be another text than was thought. */
  codesMet(): void;
}

/** How a program is started. */
export interface RunStart {
  /** Its path on the target. */
  readonly file: string;
  readonly args: readonly string[];
  readonly stopOnEntry: boolean;
}

/**
 * One run of one program on an open target. It ends once and for all. The messages that it sends go in order, and
 * nothing waits for the target to take them: a program that never looks would keep the sender waiting.
 */
export interface ProgramRun {
  readonly opened: OpenedTarget;
  readonly isClosed: boolean;
  /** What the agent said of itself; undefined for a run without one. */
  readonly hello: HelloMessage | undefined;
  /** Starts target and agent; frees all again if that fails or the run is closed meanwhile. */
  open(): Promise<void>;
  /** Starts the program. */
  start(start: RunStart): Promise<void>;
  setMyCode(prefixes: readonly string[]): void;
  setExceptionFilter(filter: ExceptionFilter): void;
  setBreakpoints(path: string, items: readonly BreakpointSpec[]): void;
  resume(how: "continue" | "next" | "in" | "out"): void;
  pause(): void;
  sendInput(bytes: Uint8Array): Promise<void>;
  /** Ends the program, whatever it is doing, and frees the target. Never rejects. */
  close(): Promise<void>;
}
