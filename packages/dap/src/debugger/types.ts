import type { CodeKey, CodeRunner, StopReason, Transport, ValueRef } from "@slotscope/device-transport";
import type { CompilerOptions } from "@slotscope/locals-mapper";

/**
 * The public face of the debugger core: what a DAP session and the terminal debugger are written against.
 * Nothing here is of the Debug Adapter Protocol or of a platform. Lines are counted from 1; paths named
 * `path` are the host's, paths named `targetPath` are as code objects on the target carry them.
 */

// ---------------------------------------------------------------------------------------------------------
// What the core is given

/** The host's files, given by a composition root: the core itself reads nothing. */
export interface HostFiles {
  /** The text of a file, undefined if there is none or it can't be read. */
  read(path: string): Promise<string | undefined>;
  /**
   * One spelling for each file, so that two names of one file compare equal; also for files that don't exist. A
   * relative path starts at `base`, or else at the process's folder.
   */
  canonical(path: string, base?: string): string;
  /** Last part of a path, for short messages. */
  baseName(path: string): string;
}

/** Between the host's files and the names that code objects on the target carry for them. */
export interface PathMap {
  /** All spellings by which code objects may name this file, the usual one first; empty if the target can't reach the file. */
  toTarget(path: string): readonly string[];
  /** The host's file of that name; undefined for code that has none, such as frozen modules. */
  toHost(targetPath: string): string | undefined;
  /** Prefixes of the names of the user's own code. */
  readonly userPrefixes: readonly string[];
  /** Whose code it is, by where it lies. */
  origin(targetPath: string): CodeOrigin;
}

/** A target that is open for one run of one program. */
export interface OpenedTarget {
  /** What a user would call it, such as `wasm` or `/dev/ttyACM0`. */
  readonly name: string;
  /** How the target's compiler was built: without it, slots and lines would be another firmware's. */
  readonly compilerOptions: CompilerOptions;
  readonly transport: Transport;
  readonly paths: PathMap;
  /** Sentences for the user about what this target can't do, said when it bites. */
  readonly advice: {
    /** Why a pause may not take effect, and what to do. */
    readonly pause?: string;
    /** Why a program may be slow here, and what to do. */
    readonly slow?: string;
    /** Why a program may run out of memory here, and what to do. */
    readonly memory?: string;
  };
  /**
   * A board: it may be reset under the debugger without its connection being lost, and its own `input()` ends a line
   * by a carriage return, as a terminal sends it (shared/readline/readline.c, 1.26).
   */
  readonly isBoard?: boolean;
  /**
   * Told of each stop, and of its end by nothing. `guests` runs code of other users of the target as long as the stop
   * lasts.
   */
  readonly onStop?: (snapshot: StopSnapshot | undefined, guests: CodeRunner | undefined) => void;
}

/** Something that programs can be debugged on. */
export interface DebugTarget {
  /** The compiler's options as far as they are known before it is open: breakpoints may be asked for earlier. */
  readonly compilerOptions: CompilerOptions;
  /**
   * Opens a fresh target for one run; rejects with a `TransportError` or a `DebuggerError`. `tell` takes sentences for
   * the user about what is done meanwhile. When `signal` is aborted, what takes long ends early and the call rejects;
   * the reason is nobody's.
   */
  open(options: LaunchOptions, tell: (text: string) => void, signal: AbortSignal): Promise<OpenedTarget>;
}

/** What a program is started with. */
export interface LaunchOptions {
  /** The program: a path of the host, from `cwd` if it is relative. */
  readonly program: string;
  readonly args?: readonly string[];
  /** The folder that the target sees as its own; default: the folder of the program. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Stop before the first line. Default false. */
  readonly stopOnEntry?: boolean;
  /** Steps and raised exceptions stay in the user's files, not in libraries. Default true. */
  readonly justMyCode?: boolean;
  /** Run without breakpoints and stops. Default false. */
  readonly noDebug?: boolean;
  /** MicroPython's heap in bytes; the target's own default if left out. */
  readonly heapSize?: number;
  /** Which build of MicroPython for WebAssembly: `collecting`, `fast`, `stock` or a folder; the target's own default if left out. */
  readonly build?: string;
  /** Address of a board, such as `/dev/ttyACM0`, `COM3` or `auto`; without it the program runs on this computer. */
  readonly port?: string;
  /** Copies the folder to the board before the run: only what differs, removing only what an earlier run put there. Default true. */
  readonly sync?: boolean;
  /** Resets the board before the run, so that nothing is left of what ran before. Default true. */
  readonly reset?: boolean;
}

// ---------------------------------------------------------------------------------------------------------
// Breakpoints

/** What a user asks for. */
export interface BreakpointRequest {
  readonly line: number;
  /** A MicroPython expression: stops only where it is true. */
  readonly condition?: string;
  /** `5`, `== 5`, `>= 5`, `> 5`, `< 5`, `<= 5` or `% 3` (every third time). */
  readonly hitCondition?: string;
  /** Makes it a logpoint: `text {expression} text`; `{{` and `}}` stand for braces. */
  readonly logMessage?: string;
}

/** What became of it. */
export interface Breakpoint {
  /** Stays the same while the breakpoint is in the table. */
  readonly id: number;
  readonly path: string;
  /** The line it stands on; not the line asked for if that one can't stop. */
  readonly line: number;
  readonly requested: BreakpointRequest;
  /** The target can stop there. */
  readonly verified: boolean;
  /** Why not verified, or why moved. */
  readonly message?: string;
}

/** Which exceptions stop the program. */
export interface ExceptionFilter {
  /** Every exception where it is raised, also those that are caught later. */
  readonly raised: boolean;
  /** Exceptions that are about to end the program. */
  readonly uncaught: boolean;
}

// ---------------------------------------------------------------------------------------------------------
// A stop

export type VariableValue =
  | { readonly kind: "value"; readonly type: string; readonly text: string }
  /** The name exists but nothing is bound to it here. */
  | { readonly kind: "unbound" }
  /** Left out of the stop to keep it short; `Debugger.frame` reads it. */
  | { readonly kind: "omitted" }
  | { readonly kind: "unavailable"; readonly reason: string };

/** `cell`: a local that inner functions capture; `slot`: a local whose name isn't known; `item`: part of another value. */
export type VariableKind =
  | "parameter"
  | "local"
  | "cell"
  | "free"
  | "global"
  | "slot"
  | "item"
  | "attribute"
  | "result";

/** A way to the children of a value; void when the program runs on. */
export interface ChildrenRef {
  readonly stop: number;
  readonly ref: ValueRef;
  readonly frame: number;
  /** Type of the parent value. */
  readonly type: string;
  /** Children by position and by name. */
  readonly indexed: number;
  readonly named: number;
  /** Expression for the parent value, from which its children's expressions are made. */
  readonly evaluateName?: string;
}

/** A place that can be assigned to; void when the program runs on. */
export interface AssignTarget {
  readonly stop: number;
  readonly frame: number;
  readonly to: readonly ["slot", number] | readonly ["global", string] | readonly ["child", ValueRef, string];
}

export interface Variable {
  readonly name: string;
  readonly kind: VariableKind;
  readonly value: VariableValue;
  /** The compiler's number of this local; undefined for what has no slot. */
  readonly slot?: number;
  readonly children?: ChildrenRef;
  /** Undefined where it can't be assigned to. */
  readonly assign?: AssignTarget;
  /** An expression that gives this value in its frame. */
  readonly evaluateName?: string;
}

/** Whose code a frame is: the user's file, a library's, or code that has no file on the host. */
export type CodeOrigin = "user" | "library" | "firmware";

export interface Frame {
  /** 0 is the innermost. */
  readonly index: number;
  /** Name of the function, `<module>` for module code. */
  readonly name: string;
  /** The host's file, if there is one. */
  readonly path?: string;
  readonly targetPath: string;
  readonly origin: CodeOrigin;
  readonly line: number;
  readonly code: CodeKey;
  /** Why slots have no names here: then they show as `slot N`, or not at all. Undefined when they are named. */
  readonly unnamed?: string;
  /** The file on the host was edited after the program loaded it: `line` is of the text that runs. */
  readonly changed: boolean;
  /** Module code has no slots: its locals are its globals. */
  readonly isModule: boolean;
  /** Parameters, locals and cells, in the order of slots. */
  readonly locals: readonly Variable[];
  /** Names captured from enclosing functions, in the order of slots. */
  readonly freeVariables: readonly Variable[];
  /** The globals if the stop brought them (module code, innermost frame); else `Debugger.globals` asks for them. */
  readonly globals?: readonly Variable[];
}

export interface ExceptionDetails {
  readonly type: string;
  readonly message: string;
  /** As MicroPython prints it. */
  readonly traceback: string;
  /** Something up the stack will handle it, as far as the target can tell. */
  readonly caught: boolean;
}

/** All that one stop tells. It never changes; running on makes it void. */
export interface StopSnapshot {
  /** Counts the stops of a session from 1. */
  readonly stop: number;
  readonly reason: StopReason;
  readonly breakpoints: readonly Breakpoint[];
  readonly exception?: ExceptionDetails;
  /** The innermost frames; `Debugger.frames` asks for those beyond. */
  readonly frames: readonly Frame[];
  /** Frames there are. */
  readonly depth: number;
  /** A failed condition or log message that caused the stop. */
  readonly notice?: string;
}

// ---------------------------------------------------------------------------------------------------------
// Life

/**
 * - idle: nothing is launched
 * - starting: the target and the agent start
 * - ready: the agent listens, the program has not begun: the time to set breakpoints
 * - running, stopped
 * - ended: the program is over, or its target is lost; `restart` or a new debugger go on from here
 */
export type Phase = "idle" | "starting" | "ready" | "running" | "stopped" | "ended";

export interface ProgramEnd {
  readonly how: "returned" | "exit" | "exception" | "terminated" | "lost";
  /** Exit status: 0, the argument of sys.exit, 1 for an uncaught exception. */
  readonly status: number;
  readonly exception?: ExceptionDetails;
}

/** Why and how well slots can be read on this target. */
export interface TargetDescription {
  readonly name: string;
  readonly version: string;
  readonly platform: string;
  readonly tier: "native" | "peek" | "f_locals" | "none";
  readonly reason?: string;
  readonly freeHeap: number;
  readonly agentFootprint: number;
}

export type DebuggerEvent =
  | { readonly kind: "phase"; readonly phase: Phase }
  | { readonly kind: "stopped"; readonly snapshot: StopSnapshot }
  | { readonly kind: "continued" }
  /** Code of the user's ran during a stop: values read before may be old. */
  | { readonly kind: "changed" }
  /** What the program wrote, byte exact; `text` is the same decoded as UTF-8 over chunk borders. */
  | { readonly kind: "output"; readonly bytes: Uint8Array; readonly text: string }
  /** A logpoint's line. */
  | { readonly kind: "log"; readonly text: string; readonly breakpoint?: Breakpoint }
  /** Something the user should know; `important` is worth a pop-up. */
  | { readonly kind: "notice"; readonly text: string; readonly important: boolean }
  /** A breakpoint in the table changed by itself. */
  | { readonly kind: "breakpoint"; readonly breakpoint: Breakpoint }
  | { readonly kind: "ended"; readonly end: ProgramEnd };

export type StepKind = "next" | "in" | "out";

export interface Page {
  readonly filter?: "indexed" | "named";
  readonly start: number;
  readonly count: number;
}

export interface ExpandedPage {
  readonly items: readonly Variable[];
  readonly total: number;
}

/** `inspect` must be an expression (watch, hover); `console` may also be a statement. */
export type EvaluateMode = "inspect" | "console";

export interface EvaluateResult {
  /** The value; undefined after a statement. */
  readonly value?: Variable;
  /** Names that an assignment at the console made globals of the frame's module. */
  readonly newGlobals: readonly string[];
}

/**
 * One debugging session over one target. Every method that can fail rejects with a `DebuggerError`
 * (errors.ts), which has a stable id and says what happened, why, and what to do; a failed call never
 * ends the session. Only a lost target does: event `ended` with `how: "lost"`.
 */
export interface Debugger {
  readonly phase: Phase;
  /** Undefined unless stopped. */
  readonly snapshot: StopSnapshot | undefined;
  /** Undefined until the agent said hello. */
  readonly target: TargetDescription | undefined;
  readonly breakpoints: readonly Breakpoint[];
  /** Files of the host in which code of the running program was recognised. */
  readonly loadedFiles: readonly string[];

  /** Returns the unsubscriber. Listeners are called in order, after the state has changed. */
  onEvent(listener: (event: DebuggerEvent) => void): () => void;

  /** Starts target and agent. Resolves in phase `ready`: breakpoints may be set before, meanwhile and after. */
  launch(options: LaunchOptions): Promise<void>;
  /** Starts the program. Resolves in phase `running`. */
  run(): Promise<void>;

  /** Replaces the breakpoints of one file, in any phase. Answers in the order asked. */
  setBreakpoints(path: string, requests: readonly BreakpointRequest[]): Promise<readonly Breakpoint[]>;
  /** Lines of a file, between two lines inclusive, at which a breakpoint can stop. */
  breakpointLines(path: string, first: number, last: number): Promise<readonly number[]>;
  /** First line at which a breakpoint stops in the functions of that name (`name` or `Class.name`), one for each; empty if there is none. */
  functionLines(path: string, name: string): Promise<readonly number[]>;
  setExceptionFilter(filter: ExceptionFilter): Promise<void>;

  continue(): Promise<void>;
  step(kind: StepKind): Promise<void>;
  /** Asks for a stop; the stop itself is an event. */
  pause(): Promise<void>;

  /** Frames from `start` on; no round trip for those that the stop brought. Locals of deep frames may be `omitted`. */
  frames(start: number, count: number): Promise<readonly Frame[]>;
  /** One frame with all its locals as they are now; no round trip if the stop brought them and nothing has changed since. */
  frame(index: number): Promise<Frame>;
  /** One page of a frame's globals. */
  globals(frame: number, page: Page): Promise<ExpandedPage>;
  /** One page of a value's children. */
  expand(children: ChildrenRef, page: Page): Promise<ExpandedPage>;
  /** Runs text of the user's in a frame. */
  evaluate(text: string, frame: number, mode: EvaluateMode): Promise<EvaluateResult>;
  /** Evaluates `text` in the frame of the target and stores the result there; resolves to what it is now. */
  assign(target: AssignTarget, text: string): Promise<Variable>;
  /** Assigns to any expression that can stand left of `=`. */
  assignExpression(expression: string, text: string, frame: number): Promise<Variable>;
  /** Names and attributes that could complete `text` at `offset` in a frame. */
  complete(text: string, offset: number, frame: number): Promise<readonly Completion[]>;

  /** Bytes for the program's standard input. */
  writeInput(bytes: Uint8Array): Promise<void>;

  /** Ends the program and starts it again with fresh target and the same breakpoints; resolves in phase `running`. */
  restart(options?: LaunchOptions): Promise<void>;
  /** Ends the program, whatever it is doing. Never rejects. */
  terminate(): Promise<void>;
  /** Frees everything. Never rejects; may be called more than once. */
  close(): Promise<void>;
}

export interface Completion {
  readonly label: string;
  readonly kind: "variable" | "attribute" | "function" | "keyword";
  /** Where the completed word begins in the text, in UTF-16 units. */
  readonly start: number;
  readonly length: number;
}
