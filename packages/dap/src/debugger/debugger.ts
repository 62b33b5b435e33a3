import type { EndedMessage, StoppedMessage, TransportError } from "@slotscope/device-transport";
import type { StartAgent } from "./agent-session.js";
import { BreakpointTable } from "./breakpoint-table.js";
import { completeText } from "./completions.js";
import { DebuggerError, explainError } from "./errors.js";
import { Deadline } from "./deadline.js";
import { DebuggedRun } from "./debugged-run.js";
import { EventSource } from "./event-source.js";
import { checkLaunchOptions } from "./launch-options.js";
import { nextPhase, type PhaseInput, requirePhase } from "./phase.js";
import { type Placement, placeBreakpoint } from "./place-breakpoint.js";
import { PlainRun } from "./plain-run.js";
import { OutputDecoder } from "./program-output.js";
import type { ProgramRun, RunSink } from "./program-run.js";
import { functionLines, linesBetween } from "./source-lines.js";
import { type MappedSource, SourceRegistry } from "./source-registry.js";
import { describeException } from "./stop-snapshot.js";
import { StoppedProgram } from "./stopped-program.js";
import type {
  AssignTarget,
  Breakpoint,
  BreakpointRequest,
  ChildrenRef,
  Completion,
  Debugger,
  DebuggerEvent,
  DebugTarget,
  EvaluateMode,
  EvaluateResult,
  ExceptionFilter,
  ExpandedPage,
  Frame,
  HostFiles,
  LaunchOptions,
  Page,
  Phase,
  ProgramEnd,
  StepKind,
  StopSnapshot,
  TargetDescription,
  Variable,
} from "./types.js";

/** What a debugger is made of; a composition root has it all. */
export interface DebuggerParts {
  readonly target: DebugTarget;
  readonly files: HostFiles;
  readonly startAgent: StartAgent;
}

/** A debugger over a target. Nothing starts before `launch`. */
export function createDebugger(parts: DebuggerParts): Debugger {
  return new SlotDebugger(parts);
}

/** How long a pause may take before the user is told why it doesn't take effect, in milliseconds. */
const pausePatience = 2000;

/** How long a program runs before the user is told why it may be slow, in milliseconds. */
const runPatience = 15_000;

class SlotDebugger implements Debugger {
  readonly #parts: DebuggerParts;
  readonly #events = new EventSource<DebuggerEvent>();
  readonly #sources: SourceRegistry;
  readonly #table = new BreakpointTable();
  readonly #pauseDeadline = new Deadline(pausePatience);
  readonly #runDeadline = new Deadline(runPatience);
  readonly #decoder = new OutputDecoder();
  #phase: Phase = "idle";
  #run: ProgramRun | undefined;
  #options: LaunchOptions | undefined;
  #filter: ExceptionFilter = { raised: false, uncaught: true };
  #stopped: StoppedProgram | undefined;
  #stops = 0;
  /** Counts restarts and ends: the last one asked for is the one that counts. */
  #turn = 0;
  #restarts = 0;
  #closed = false;
  /** The end of the run before, while the target is being freed. */
  #ending: Promise<void> = Promise.resolve();
  /** Changes of the breakpoint table, one after the other: each reads files first. */
  #tableWork: Promise<unknown> = Promise.resolve();
  /** Files that were told to be another text than the one that runs, once a run each. */
  readonly #told = new Set<string>();

  constructor(parts: DebuggerParts) {
    this.#parts = parts;
    this.#sources = new SourceRegistry(parts.files, parts.target.compilerOptions);
  }

  get phase(): Phase {
    return this.#phase;
  }

  get snapshot(): StopSnapshot | undefined {
    return this.#stopped?.snapshot;
  }

  get target(): TargetDescription | undefined {
    const run = this.#phase === "starting" ? undefined : this.#run;
    const hello = run?.hello;
    if (!hello) return undefined;
    const { tier, reason, version, platform, free, footprint } = hello;
    return {
      name: run.opened.name,
      version,
      platform,
      tier,
      ...(reason === undefined ? {} : { reason }),
      freeHeap: free,
      agentFootprint: footprint,
    };
  }

  get breakpoints(): readonly Breakpoint[] {
    return this.#table.all;
  }

  get loadedFiles(): readonly string[] {
    return this.#sources.loadedFiles;
  }

  onEvent(listener: (event: DebuggerEvent) => void): () => void {
    return this.#events.listen(listener);
  }

  async launch(options: LaunchOptions): Promise<void> {
    if (this.#phase !== "idle" && this.#phase !== "ended") {
      throw new DebuggerError(
        "alreadyLaunched",
        "A program is being debugged already. Restart it, or end it before launching another.",
      );
    }
    await this.#start(options);
  }

  async run(): Promise<void> {
    await this.#tableWork;
    requirePhase(this.#phase, "ready");
    const run = this.#liveRun();
    const options = this.#requireOptions();
    const file = targetName(options.program, run);
    // All in one turn: no change of the breakpoints can come between.
    run.setMyCode(options.justMyCode === false ? [] : run.opened.paths.userPrefixes);
    run.setExceptionFilter(this.#filter);
    for (const path of this.#table.files) run.setBreakpoints(path, this.#table.specs(path));
    this.#move("run");
    const start = { file, args: options.args ?? [], stopOnEntry: options.stopOnEntry === true };
    this.#watchSpeed(run);
    await this.#guard(() => run.start(start));
  }

  setBreakpoints(path: string, requests: readonly BreakpointRequest[]): Promise<readonly Breakpoint[]> {
    return this.#queueTableWork(async () => {
      const key = this.#parts.files.canonical(path);
      const source = await this.#sources.read(key);
      const place = this.#placer(key, source);
      const breakpoints = this.#table.replace(key, requests, requests.map(place));
      this.#postBreakpoints(key);
      return breakpoints;
    });
  }

  async breakpointLines(path: string, first: number, last: number): Promise<readonly number[]> {
    const source = await this.#sources.read(path);
    return source ? linesBetween(source.debugMap, first, last) : [];
  }

  async functionLines(path: string, name: string): Promise<readonly number[]> {
    const source = await this.#sources.read(path);
    return source ? functionLines(source.debugMap, name) : [];
  }

  setExceptionFilter(filter: ExceptionFilter): Promise<void> {
    this.#filter = filter;
    if (this.#phase === "running" || this.#phase === "stopped") this.#liveRun().setExceptionFilter(filter);
    return Promise.resolve();
  }

  continue(): Promise<void> {
    return this.#resume("continue");
  }

  step(kind: StepKind): Promise<void> {
    return this.#resume(kind);
  }

  async pause(): Promise<void> {
    if (this.#phase === "stopped") return;
    requirePhase(this.#phase, "running");
    const run = this.#liveRun();
    run.pause();
    this.#pauseDeadline.start(() => {
      const advice = run.opened.advice.pause ?? "It may be in code that the target can't interrupt.";
      this.#notify(`The program has not stopped yet. ${advice}`, true);
    });
  }

  async frames(start: number, count: number): Promise<readonly Frame[]> {
    return this.#whileStopped((stopped) => stopped.frames(start, count));
  }

  async frame(index: number): Promise<Frame> {
    return this.#whileStopped((stopped) => stopped.frame(index));
  }

  async globals(frame: number, page: Page): Promise<ExpandedPage> {
    return this.#whileStopped((stopped) => stopped.globals(frame, page));
  }

  async expand(children: ChildrenRef, page: Page): Promise<ExpandedPage> {
    return this.#whileStopped((stopped) => stopped.expand(children, page));
  }

  async evaluate(text: string, frame: number, mode: EvaluateMode): Promise<EvaluateResult> {
    const result = await this.#whileStopped((stopped) => stopped.evaluate(text, frame, mode));
    if (mode === "console") this.#events.emit({ kind: "changed" });
    return result;
  }

  async assign(target: AssignTarget, text: string): Promise<Variable> {
    const variable = await this.#whileStopped((stopped) => stopped.assign(target, text));
    this.#events.emit({ kind: "changed" });
    return variable;
  }

  async assignExpression(expression: string, text: string, frame: number): Promise<Variable> {
    const variable = await this.#whileStopped((stopped) => stopped.assignExpression(expression, text, frame));
    this.#events.emit({ kind: "changed" });
    return variable;
  }

  async complete(text: string, offset: number, frame: number): Promise<readonly Completion[]> {
    return this.#whileStopped((stopped) => completeText(text, offset, frame, stopped));
  }

  async writeInput(bytes: Uint8Array): Promise<void> {
    requirePhase(this.#phase, "running", "stopped");
    await this.#guard(() => this.#liveRun().sendInput(bytes));
  }

  async restart(options?: LaunchOptions): Promise<void> {
    const next = options ?? this.#requireOptions();
    const turn = ++this.#turn;
    this.#restarts++;
    // A launch may have begun meanwhile, whose run is ended too.
    do await this.#endRun();
    while (this.#run);
    if (turn !== this.#turn) throw new DebuggerError("ended", "Another request came before the restart.");
    if (this.#phase !== "idle" && this.#phase !== "ended") this.#move("end");
    try {
      await this.#start(next);
    } catch (error) {
      // The program that ran is over, and nothing else has been asked for that would tell.
      if (turn === this.#turn) this.#events.emit({ kind: "ended", end: { how: "terminated", status: 1 } });
      throw error;
    }
    await this.run();
  }

  async terminate(): Promise<void> {
    this.#turn++;
    await this.#finish({ how: "terminated", status: 1 });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#events.clear();
    await this.terminate();
  }

  async #start(asked: LaunchOptions): Promise<void> {
    if (this.#closed) throw new DebuggerError("ended", "This session is over.");
    this.#move("launch");
    const { files } = this.#parts;
    const options =
      asked.program === "" ? asked : { ...asked, program: files.canonical(asked.program, asked.cwd) };
    this.#options = options;
    this.#sources.forgetLoaded();
    this.#told.clear();
    this.#decoder.flush();
    const run = this.#newRun(options);
    this.#run = run;
    try {
      await checkLaunchOptions(options, files);
      await run.open();
      targetName(options.program, run);
    } catch (error) {
      await run.close();
      // A launch that was cancelled has been ended by whoever cancelled it.
      if (this.#run === run) {
        this.#run = undefined;
        this.#move("failed");
      }
      throw explainError(error);
    }
    this.#move("prepared");
    await this.#queueTableWork(() => this.#placeAgain(this.#table.files));
  }

  #newRun(options: LaunchOptions): ProgramRun {
    const sink: RunSink = {
      output: (bytes) => this.#output(bytes),
      tell: (text) => this.#notify(text, false),
      stopped: (message, run) => this.#stop(message, run),
      log: ({ id, text }) => {
        const breakpoint = this.#table.find(id);
        this.#events.emit({ kind: "log", text, ...(breakpoint ? { breakpoint } : {}) });
      },
      ended: (message) => {
        const { memory } = run.opened.advice;
        if (message.exception?.[0] === "MemoryError" && memory !== undefined) this.#notify(memory, true);
        void this.#finish(describeEnd(message));
      },
      lost: (error) => void this.#lost(error),
      codesMet: () => this.#codesMet(),
    };
    const { target, startAgent } = this.#parts;
    const run: ProgramRun =
      options.noDebug === true
        ? new PlainRun(target, options, sink)
        : new DebuggedRun({ target, options, startAgent, sources: this.#sources }, sink);
    return run;
  }

  #stop(message: StoppedMessage, run: DebuggedRun): void {
    if (nextPhase(this.#phase, "stop") === undefined) return;
    this.#clearDeadlines();
    this.#stops++;
    this.#stopped = new StoppedProgram(message, this.#stops, run, this.#table, this.#sources.options);
    const { snapshot } = this.#stopped;
    run.shareStop(snapshot);
    this.#move("stop");
    for (const frame of snapshot.frames) {
      if (!frame.changed || frame.path === undefined || this.#told.has(frame.path)) continue;
      this.#told.add(frame.path);
      const edited = `${frame.path} was edited after the program loaded it: lines are those of the text that runs. Restart the program to debug the new one.`;
      this.#notify(frame.unnamed ?? edited, false);
    }
    if (snapshot.notice !== undefined) this.#notify(snapshot.notice, true);
    this.#events.emit({ kind: "stopped", snapshot });
  }

  #resume(how: "continue" | StepKind): Promise<void> {
    return this.#guard(() => {
      requirePhase(this.#phase, "stopped");
      this.#stopped = undefined;
      this.#move("resume");
      this.#events.emit({ kind: "continued" });
      this.#liveRun().resume(how);
      return Promise.resolve();
    });
  }

  #output(bytes: Uint8Array): void {
    this.#events.emit({ kind: "output", bytes, text: this.#decoder.decode(bytes) });
  }

  async #lost(error: TransportError): Promise<void> {
    // While the target starts, the launch itself rejects with this.
    if (this.#phase === "starting") return;
    this.#notify(explainError(error).message, true);
    await this.#finish({ how: "lost", status: 1 });
  }

  /** Brings the session to its end; the event comes when nothing of the program is left. */
  async #finish(end: ProgramEnd): Promise<void> {
    const restarts = this.#restarts;
    await this.#endRun();
    // Another call has told of the end, or a restart has begun the next run meanwhile, or is about to.
    if (this.#run || restarts !== this.#restarts || nextPhase(this.#phase, "end") === undefined) return;
    const rest = this.#decoder.flush();
    if (rest !== "") this.#events.emit({ kind: "output", bytes: new Uint8Array(), text: rest });
    this.#move("end");
    this.#events.emit({ kind: "ended", end });
  }

  /** Resolves when the run is over and its target is free, whoever ended it. */
  async #endRun(): Promise<void> {
    const run = this.#run;
    this.#run = undefined;
    this.#stopped = undefined;
    this.#clearDeadlines();
    if (run) this.#ending = run.close();
    await this.#ending;
  }

  #codesMet(): void {
    const stale = this.#table.files.filter((path) => {
      const loaded = this.#sources.loaded(path);
      return loaded !== undefined && loaded !== this.#sources.versions(path)[0];
    });
    if (stale.length > 0) void this.#queueTableWork(() => this.#placeAgain(stale));
  }

  /** Places the breakpoints of files anew, tells the target, and tells listeners what changed. */
  async #placeAgain(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const source = await this.#sources.read(path);
      const changed = this.#table.place(path, this.#placer(path, source));
      if (changed.length > 0) this.#postBreakpoints(path);
      for (const breakpoint of changed) this.#events.emit({ kind: "breakpoint", breakpoint });
    }
  }

  /** Tells once a run why the program may be slow, when it has gone on for a while. */
  #watchSpeed(run: ProgramRun): void {
    const { slow } = run.opened.advice;
    if (slow === undefined) return;
    this.#runDeadline.start(() => this.#notify(`If the program seems slow: ${slow}`, false));
  }

  #clearDeadlines(): void {
    this.#pauseDeadline.clear();
    this.#runDeadline.clear();
  }

  #placer(path: string, source: MappedSource | undefined): (request: BreakpointRequest) => Placement {
    const run = this.#run && !this.#run.isClosed && this.#phase !== "starting" ? this.#run : undefined;
    const unreachable =
      run && run.opened.paths.toTarget(path).length === 0
        ? "The target can't reach this file: it lies outside of the folder that is shared with it."
        : undefined;
    const loaded = this.#sources.loaded(path);
    const context = {
      options: this.#sources.options,
      unreachable,
      loadedOther: loaded !== undefined && loaded !== source,
    };
    return (request) => placeBreakpoint(request, source, context);
  }

  #postBreakpoints(path: string): void {
    if (this.#phase !== "running" && this.#phase !== "stopped") return;
    this.#liveRun().setBreakpoints(path, this.#table.specs(path));
  }

  #queueTableWork<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#tableWork.then(work);
    this.#tableWork = done.catch(() => undefined);
    return done;
  }

  #requireOptions(): LaunchOptions {
    if (this.#options) return this.#options;
    throw new DebuggerError("notLaunched", "No program has been launched. Launch one first.");
  }

  #liveRun(): ProgramRun {
    if (!this.#run) throw new DebuggerError("ended", "The program is over. Restart it to go on.");
    return this.#run;
  }

  async #whileStopped<T>(work: (stopped: StoppedProgram) => Promise<T>): Promise<T> {
    requirePhase(this.#phase, "stopped");
    const stopped = this.#stopped;
    if (!stopped) throw new DebuggerError("notStopped", "The program is running.");
    return await this.#guard(() => work(stopped));
  }

  async #guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw explainError(error);
    }
  }

  #move(input: PhaseInput): void {
    const next = nextPhase(this.#phase, input);
    if (next === undefined) {
      throw new DebuggerError("internal", `The session can't take "${input}" while ${this.#phase}.`);
    }
    this.#phase = next;
    this.#events.emit({ kind: "phase", phase: next });
  }

  #notify(text: string, important: boolean): void {
    this.#events.emit({ kind: "notice", text, important });
  }
}

/** The program's path on the target; throws `programOutside` if the target can't reach it. */
function targetName(program: string, { opened }: ProgramRun): string {
  const [file] = opened.paths.toTarget(program);
  if (file !== undefined) return file;
  throw new DebuggerError(
    "programOutside",
    `The target can't reach ${program}: it lies outside of the folder that is shared with it. Set \`cwd\` to a folder above it.`,
  );
}

function describeEnd({ how, status, exception }: EndedMessage): ProgramEnd {
  return { how, status, ...(exception ? { exception: describeException(exception, false) } : {}) };
}
