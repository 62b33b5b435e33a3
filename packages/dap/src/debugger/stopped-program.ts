import type {
  CodeKey,
  FrameReport,
  NamedReport,
  Rendered,
  SlotReport,
  StoppedMessage,
} from "@slotscope/device-transport";
import type { CompilerOptions } from "@slotscope/locals-mapper";
import type { BreakpointTable } from "./breakpoint-table.js";
import { DebuggerError } from "./errors.js";
import {
  compileAssignment,
  compileExpression,
  compileStatement,
  type CompiledText,
  type FrameNames,
} from "./frame-code.js";
import { namesForFrame } from "./frame-names.js";
import type { DebuggedRun } from "./debugged-run.js";
import { buildFrame, buildSnapshot, withSlots } from "./stop-snapshot.js";
import type {
  AssignTarget,
  ChildrenRef,
  EvaluateMode,
  EvaluateResult,
  ExpandedPage,
  Frame,
  Page,
  StopSnapshot,
  Variable,
} from "./types.js";
import { makeChild, makeGeneratorLocal, makeGlobal, makeVariable } from "./values.js";

/** Globals that a stop brings at most; if it brought as many, there may be more. */
const mostSentGlobals = 100;

/** Children as the target tells them; `code` where they are a generator's slots. */
interface ExpandReply {
  readonly items: readonly NamedReport[];
  readonly total: number;
  readonly code?: CodeKey;
}

/** A program at one stop: the snapshot, what was read beyond it, and the code that runs in its frames. */
export class StoppedProgram {
  readonly snapshot: StopSnapshot;
  readonly #run: DebuggedRun;
  readonly #options: CompilerOptions;
  readonly #frames: (Frame | undefined)[];
  /** Counts what ran during the stop; a frame read before the last of it is read again. */
  #changes = 0;
  readonly #readAt: number[] = [];

  constructor(
    message: StoppedMessage,
    stop: number,
    run: DebuggedRun,
    breakpoints: BreakpointTable,
    options: CompilerOptions,
  ) {
    this.snapshot = buildSnapshot(message, stop, run.codes, breakpoints);
    this.#run = run;
    this.#options = options;
    this.#frames = [...this.snapshot.frames];
  }

  async frames(start: number, count: number): Promise<readonly Frame[]> {
    const end = Math.min(start + count, this.snapshot.depth);
    while (this.#frames.length < end) {
      const known = this.#frames.length;
      const call = { t: "frames", start: known, count: end - known } as const;
      const reports = (await this.#run.request(call)) as readonly FrameReport[];
      if (reports.length === 0) break;
      reports.forEach((report, offset) => {
        const index = known + offset;
        this.#frames[index] ??= buildFrame(report, index, this.snapshot.stop, this.#run.codes);
        this.#readAt[index] ??= this.#changes;
      });
    }
    return this.#frames.slice(start, end).filter((frame) => frame !== undefined);
  }

  async frame(index: number): Promise<Frame> {
    const [frame] = await this.frames(index, 1);
    if (!frame || frame.index !== index) {
      throw new DebuggerError(
        "noSuchFrame",
        `There is no frame ${index}: the stack has ${this.snapshot.depth}.`,
      );
    }
    const isOld = (this.#readAt[index] ?? 0) < this.#changes;
    const variables = [...frame.locals, ...frame.freeVariables];
    const wanted = variables.filter((variable) => isOld || variable.value.kind === "omitted");
    if (wanted.length === 0) return frame;
    const slots = wanted.flatMap(({ slot }) => slot ?? []);
    const changes = this.#changes;
    const call = { t: "slots", frame: index, slots } as const;
    const read = (await this.#run.request(call)) as readonly SlotReport[];
    const fresh = withSlots(frame, read, this.snapshot.stop, this.#run.codes);
    const complete = {
      ...frame,
      locals: replaceRead(frame.locals, fresh.locals),
      freeVariables: replaceRead(frame.freeVariables, fresh.freeVariables),
    };
    this.#frames[index] = complete;
    this.#readAt[index] = changes;
    return complete;
  }

  async globals(index: number, page: Page): Promise<ExpandedPage> {
    const [frame] = await this.frames(index, 1);
    if (!frame) throw new DebuggerError("noSuchFrame", `There is no frame ${index}.`);
    if (frame.globals && frame.globals.length < mostSentGlobals && this.#changes === 0) {
      const items = frame.globals.slice(page.start, page.start + page.count);
      return { items, total: frame.globals.length };
    }
    const { items, total } = await this.#expand(["globals", index], page);
    const at = { stop: this.snapshot.stop, frame: index };
    return { items: items.map((report) => makeGlobal(report, at)), total };
  }

  async expand(children: ChildrenRef, page: Page): Promise<ExpandedPage> {
    this.#requireFresh(children.stop);
    const { items, total, code } = await this.#expand(children.ref, page);
    if (code === undefined) return { items: items.map((report) => makeChild(report, children)), total };
    const planned = this.#run.codes.find(code)?.slots ?? [];
    const locals = items.map((report) => makeGeneratorLocal(report, children, planned));
    return { items: locals.slice(page.start, page.start + page.count), total };
  }

  async evaluate(text: string, index: number, mode: EvaluateMode): Promise<EvaluateResult> {
    const { frame, names } = await this.#scopeOf(index);
    const compile = mode === "console" ? compileStatement : compileExpression;
    const compiled = compile(text, names, this.#options);
    const rendered = await this.#evaluate(index, compiled);
    if (mode === "console" || compiled.code.writes) this.#changes++;
    const newGlobals = frame.isModule ? [] : compiled.newGlobals;
    if (compiled.isStatement) return { newGlobals };
    return { value: this.#result(text.trim(), rendered, index), newGlobals };
  }

  async assign(target: AssignTarget, text: string): Promise<Variable> {
    this.#requireFresh(target.stop);
    const { names } = await this.#scopeOf(target.frame);
    const { code } = compileExpression(text, names, this.#options);
    const call = { t: "assign", frame: target.frame, code, to: target.to } as const;
    const rendered = (await this.#run.request(call)) as Rendered;
    this.#changes++;
    const name = target.to[0] === "child" ? target.to[2] : String(target.to[1]);
    return makeVariable(
      rendered,
      { stop: target.stop, frame: target.frame },
      { name, kind: "result", assign: target.to },
    );
  }

  async assignExpression(expression: string, text: string, index: number): Promise<Variable> {
    const { names } = await this.#scopeOf(index);
    const compiled = compileAssignment(expression, text, names, this.#options);
    const rendered = await this.#evaluate(index, compiled);
    this.#changes++;
    return this.#result(expression.trim(), rendered, index);
  }

  /** Names that code in this frame may use: its locals, in the order of slots. */
  async names(index: number): Promise<readonly string[]> {
    const { names } = await this.#scopeOf(index);
    return [...names.slots.keys()];
  }

  /** A frame whose names are known well enough to run code in; throws `unnamedFrame` for others. */
  async #scopeOf(index: number): Promise<{ frame: Frame; names: FrameNames }> {
    const frame = await this.frame(index);
    const code = this.#run.codes.find(frame.code);
    if (code?.scope && code.source) {
      return { frame, names: namesForFrame(frame, code.scope, code.source.debugMap) };
    }
    if (frame.isModule) return { frame, names: { slots: new Map(), hidden: new Map() } };
    throw new DebuggerError(
      "unnamedFrame",
      `Nothing can be evaluated in this frame, because a local could be taken for a global. ${frame.unnamed ?? ""} Select another frame.`,
    );
  }

  #evaluate(frame: number, { code }: CompiledText): Promise<Rendered> {
    return this.#run.request({ t: "evaluate", frame, code }) as Promise<Rendered>;
  }

  #result(text: string, rendered: Rendered, frame: number): Variable {
    const at = { stop: this.snapshot.stop, frame };
    return makeVariable(rendered, at, { name: text, kind: "result", evaluateName: text });
  }

  async #expand(ref: ChildrenRef["ref"] | readonly ["globals", number], page: Page): Promise<ExpandReply> {
    const { filter, start, count } = page;
    const call = { t: "expand", ref, start, count, ...(filter ? { filter } : {}) } as const;
    return (await this.#run.request(call)) as ExpandReply;
  }

  #requireFresh(stop: number): void {
    if (stop === this.snapshot.stop) return;
    throw new DebuggerError("stale", "The program has run on since this value was read. Look at it again.");
  }
}

/** The variables, with those that were read anew in place of the old ones. */
function replaceRead(old: readonly Variable[], read: readonly Variable[]): readonly Variable[] {
  return old.map((variable) => read.find(({ slot }) => slot === variable.slot) ?? variable);
}
