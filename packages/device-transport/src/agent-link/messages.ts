/**
 * The messages between host and agent, as JSON inside the frames of the agent link
 * (docs/agent-protocol.md). The agent speaks of slots and of code objects by number; names and
 * source positions belong to the host. Tuples keep the target's work and heap small.
 */

/** What the agent can do on this target, sent once after it has started and calibrated itself. */
export interface HelloMessage {
  readonly t: "hello";
  /** Version of this protocol. */
  readonly protocol: number;
  /** Slot access that works here; `none` comes with the reason. */
  readonly tier: "native" | "peek" | "f_locals" | "none";
  readonly reason?: string;
  /** Bytes of a machine word. */
  readonly word: number;
  /** Free heap in bytes after start, and what the agent itself took, in bytes. */
  readonly free: number;
  readonly footprint: number;
  /** The agent sees a pause request while the program runs (at calls and traced lines). */
  readonly polls: boolean;
  readonly version: string;
  readonly platform: string;
}

/** Number by which the agent knows a code object for the rest of the session. */
export type CodeKey = number;

/**
 * `[key, file, name, first line, bytes and crc32 of co_code, bytes and crc32 of co_lnotab, parameters]`: the first
 * slots, as many as there are parameters, hold objects whatever the code; 0 where their number is not known.
 */
export type CodeIdentity = readonly [CodeKey, string, string, number, number, number, number, number, number];

/** The agent has met code objects it has no plan for. The host answers at once with `plans`. */
export interface CodesMessage {
  readonly t: "codes";
  readonly codes: readonly CodeIdentity[];
}

/**
 * A value as text: `[type name, bounded repr, handle, indexed children, named children]`. The handle is 0
 * for a value without children, else good for `expand` until the target runs on.
 */
export type Rendered = readonly [string, string, number, number, number];

/** A slot of a frame: `[slot]` unbound; `[slot, rendered]` its value (a cell's content); `[slot, null]` left out, the byte budget being spent. */
export type SlotReport = readonly [number] | readonly [number, Rendered | null];

/** `[code, line, state size, slots of the plan, in its order]`; innermost frame first. */
export type FrameReport = readonly [CodeKey, number, number, readonly SlotReport[]];

/** A named child: `[name, rendered]`. */
export type NamedReport = readonly [string, Rendered];

/** An exception: `[type name, str(exception), traceback text as sys.print_exception prints it]` */
export type ExceptionReport = readonly [string, string, string];

/** `breakpoint()`: the program called the function of that name. */
export type StopReason = "breakpoint" | "step" | "pause" | "entry" | "exception" | "breakpoint()";

export interface StoppedMessage {
  readonly t: "stopped";
  readonly reason: StopReason;
  /** Breakpoints that hit, by the host's ids. */
  readonly ids: readonly number[];
  /** Missing at an exception where the target can't tell which one it is. */
  readonly exception?: ExceptionReport;
  /** At an exception: false where no try or with statement is around, so that it is about to end the program. */
  readonly caught?: boolean;
  readonly frames: readonly FrameReport[];
  /** Frames there are, also those beyond the ones sent. */
  readonly depth: number;
  /** Globals of the innermost frame when it is module code: there they are its locals. At most 100, none that begin with `__`. */
  readonly globals?: readonly NamedReport[];
  /** A condition or log message that failed, to be shown to the user. */
  readonly notice?: string;
}

/** A logpoint's text, or a notice about a breakpoint whose condition or log message failed. */
export interface LogMessage {
  readonly t: "log";
  readonly id: number;
  readonly text: string;
}

/** The program is over. The agent serves no more requests afterwards. */
export interface EndedMessage {
  readonly t: "ended";
  readonly how: "returned" | "exit" | "exception";
  /** Exit status: 0, the argument of sys.exit, or 1 for an uncaught exception. */
  readonly status: number;
  readonly exception?: ExceptionReport;
}

/** Answer to the request of that id: a result, or an error text for the user with an exception if one was raised. */
export type ReplyMessage =
  | { readonly t: "reply"; readonly id: number; readonly ok: true; readonly result: unknown }
  | {
      readonly t: "reply";
      readonly id: number;
      readonly ok: false;
      readonly error: string;
      readonly exception?: ExceptionReport;
    };

/** The agent needs a part of itself that is not loaded; answered by `code` messages. */
export interface NeedMessage {
  readonly t: "need";
  readonly part: string;
}

export type AgentMessage =
  | NeedMessage
  | HelloMessage
  | CodesMessage
  | StoppedMessage
  | LogMessage
  | EndedMessage
  | ReplyMessage;

/**
 * Code of the user's that runs in a frame. `source` defines one function `_`, whose parameters are the named locals that
 * are bound; `slots` are their slots, in order of the parameters: the agent calls `_` with the slots' values, an unbound
 * one raising NameError with its name from `names`. For each slot in `writes`, `_` returns the new value in a tuple after
 * its result: `(result, value, ...)`; without `writes` it returns the result itself.
 */
export interface FrameCode {
  readonly source: string;
  readonly slots: readonly number[];
  readonly names: readonly string[];
  readonly writes?: readonly number[];
}

export interface BreakpointSpec {
  /** The host's id, reported when it hits. */
  readonly id: number;
  readonly line: number;
  readonly condition?: FrameCode;
  /** Stops only when the count of hits (from 1, conditions met) satisfies it: `[operator, number]`; `%` means every n-th. */
  readonly hits?: readonly ["==" | ">=" | ">" | "<" | "<=" | "%", number];
  /** A logpoint: sends the text that this code returns, and goes on. */
  readonly log?: FrameCode;
}

export interface RunMessage {
  readonly t: "run";
  /** Path of the program on the target. */
  readonly file: string;
  readonly args: readonly string[];
  readonly stopOnEntry: boolean;
}

/** Replaces all breakpoints of one file (its path as code objects name it). Taken at any time the agent listens. */
export interface BreakpointsMessage {
  readonly t: "breakpoints";
  readonly file: string;
  readonly items: readonly BreakpointSpec[];
}

export interface ExceptionFilterMessage {
  readonly t: "exceptions";
  readonly raised: boolean;
  readonly uncaught: boolean;
}

/** Which code is the user's: steps and raised exceptions stop only in files under these path prefixes. Empty: everywhere. */
export interface MyCodeMessage {
  readonly t: "mycode";
  readonly prefixes: readonly string[];
}

/** For each code object asked about: the slots that may be read, in order; null where none may. */
export interface PlansMessage {
  readonly t: "plans";
  readonly plans: readonly {
    readonly key: CodeKey;
    readonly slots: readonly number[] | null;
  }[];
}

/** Runs on from a stop. Handles are void afterwards. */
export interface ResumeMessage {
  readonly t: "resume";
  readonly how: "continue" | "next" | "in" | "out";
}

/** A piece of code that makes a part of the agent. The last one gives the part's names. */
export interface CodeMessage {
  readonly t: "code";
  readonly code: string;
}

export interface PauseMessage {
  readonly t: "pause";
}

/** What can be looked into: a slot of a frame (0 innermost), a frame's globals, or a handle. */
export type ValueRef =
  | readonly ["slot", number, number]
  | readonly ["globals", number]
  | readonly ["handle", number];

export type AgentRequest = { readonly id: number } & (
  | {
      /**
       * Children of a value, one page of at most 100; result: `{ items: NamedReport[], total: number }`. Indexed children,
       * named by their index, come before named ones. Of a generator that waits: the bound slots of its plan, named by
       * their numbers, all in one page, and `code`, the CodeKey that the plan is for.
       */
      readonly t: "expand";
      readonly ref: ValueRef;
      readonly filter?: "indexed" | "named";
      readonly start: number;
      readonly count: number;
    }
  | {
      /** Slots of a frame that the stop left out; result: `SlotReport[]`. */
      readonly t: "slots";
      readonly frame: number;
      readonly slots: readonly number[];
    }
  | {
      /** Frames beyond those of the stop; result: `FrameReport[]`. */
      readonly t: "frames";
      readonly start: number;
      readonly count: number;
    }
  | {
      /** Runs code in a frame; result: `Rendered`. `max`: most bytes of its text, 1000 if missing, never more than 1024. */
      readonly t: "evaluate";
      readonly frame: number;
      readonly code: FrameCode;
      readonly max?: number;
    }
  | {
      /** Evaluates `code` in the frame and stores the result in a slot, a global, or a child of a value; result: `Rendered`. */
      readonly t: "assign";
      readonly frame: number;
      readonly code: FrameCode;
      readonly to:
        | readonly ["slot", number]
        | readonly ["global", string]
        | readonly ["child", ValueRef, string];
    }
  | {
      /**
       * Runs statements in names that are kept for this, nothing traced; result: the text that they assigned to `result`,
       * `""` if none.
       */
      readonly t: "guest";
      readonly code: string;
    }
);

export type HostMessage =
  | CodeMessage
  | RunMessage
  | BreakpointsMessage
  | ExceptionFilterMessage
  | MyCodeMessage
  | PlansMessage
  | ResumeMessage
  | PauseMessage
  | AgentRequest;
