import type { Debugger, DebuggerEvent, Frame, LaunchOptions, ProgramEnd, StopSnapshot } from "@slotscope/dap";
import { DebuggerError } from "@slotscope/dap";
import { DebugCommandError } from "./parse-command.js";
import type { Screen } from "./screen.js";
import { describeEnd, showStop } from "./show-stop.js";
import { SourceFiles } from "./source-files.js";
import { UserBreakpoints } from "./user-breakpoints.js";

/** What the commands of the terminal debugger work on: the session, and what the user has selected in it. */
export class DebugShell {
  readonly session: Debugger;
  readonly screen: Screen;
  readonly sources: SourceFiles;
  readonly breakpoints: UserBreakpoints;
  /** Expressions shown at every stop, by number. */
  readonly displays = new Map<number, string>();
  /** Index of the frame looked at; 0 is the innermost. */
  selected = 0;
  /** Where `list` goes on. */
  listing: { readonly path: string; readonly next: number } | undefined;
  /** The user wants to leave. */
  leaving = false;
  #end: ProgramEnd | undefined;
  #startListener: (() => void) | undefined;
  #outputListener: (() => void) | undefined;
  /** The user asked for a stop that has not come yet. */
  #pausing = false;
  #halt: (() => void) | undefined;
  #stopsOnEntry = true;
  #hasBegun = false;
  /** The last stop was at the exception that is about to end the program. */
  #sawException = false;
  readonly #unsubscribe: () => void;

  /** `folder` is what the target sees as its own. */
  constructor(session: Debugger, screen: Screen, program: string, folder: string) {
    this.session = session;
    this.screen = screen;
    this.sources = new SourceFiles(program, folder);
    this.breakpoints = new UserBreakpoints(session);
    this.#unsubscribe = session.onEvent((event) => this.#receive(event));
  }

  /** Status that the program ended with; undefined while it has not, and if it was made to end. */
  get programStatus(): number | undefined {
    return this.#end && this.#end.how !== "terminated" ? this.#end.status : undefined;
  }

  /** Calls back each time the program begins to run its own code: after the stop at its entry, if there is one. */
  onStart(listener: () => void): void {
    this.#startListener = listener;
  }

  /** Resolves when the program runs, or is over. */
  untilRunning(): Promise<void> {
    if (this.session.phase !== "stopped") return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.session.onEvent(({ kind }) => {
        if (kind !== "continued" && kind !== "ended") return;
        stop();
        resolve();
      });
    });
  }

  /** Calls back when the program has written something. */
  onOutput(listener: () => void): void {
    this.#outputListener = listener;
  }

  /** Stops the running program, or ends it if it did not stop when last asked or has not started yet. */
  interrupt(): void {
    const { session, screen } = this;
    if (session.phase === "stopped" || session.phase === "ended") return;
    if (this.#pausing || session.phase !== "running") {
      screen.say("Ending the program.");
      void session.terminate();
      return;
    }
    this.#pausing = true;
    session.pause().catch((error: unknown) => this.complain(error));
  }

  /** The stop that the program is at. Throws a DebugCommandError if it is over. */
  get snapshot(): StopSnapshot {
    const { snapshot } = this.session;
    if (snapshot) return snapshot;
    throw new DebugCommandError("The program is over. `restart` starts it again, `quit` leaves.");
  }

  /** The frame looked at, with all its locals as they are now. */
  async frame(): Promise<Frame> {
    void this.snapshot;
    return await this.session.frame(this.selected);
  }

  /** The frame looked at if the program is stopped. */
  async frameIfStopped(): Promise<Frame | undefined> {
    return this.session.snapshot ? await this.frame() : undefined;
  }

  /** Starts target and agent; the program itself begins by `session.run`. */
  async launch(options: LaunchOptions): Promise<void> {
    this.#stopsOnEntry = options.stopOnEntry === true;
    await this.session.launch(options);
  }

  /** Lets the program run by `start`, and resolves when it has stopped again or is over; shows which. */
  async runUntilHalt(start: () => Promise<void>): Promise<void> {
    await this.runSilently(start);
    await this.showHalt();
  }

  /** The same without a word. */
  async runSilently(start: () => Promise<void>): Promise<void> {
    this.#end = undefined;
    const halted = new Promise<void>((resolve) => {
      this.#halt = resolve;
    });
    try {
      await start();
    } catch (error) {
      this.#halt = undefined;
      throw error;
    }
    await halted;
  }

  /** Says where the program stands, or how it ended. */
  async showHalt(): Promise<void> {
    this.selected = 0;
    this.listing = undefined;
    if (this.session.snapshot) await showStop(this);
    else if (this.#end) {
      const { style } = this.screen;
      this.screen.say(...describeEnd(this.#end, style));
      // A program that doesn't compile raises its error outside of all frames: nothing could stop there.
      const isInFrame = / line \d+, in /.test(this.#end.exception?.traceback ?? "");
      if (this.#end.how === "exception" && !this.#sawException && isInFrame) {
        this.screen.say(style.dim("To stop where it is raised: `catch raised`, then `restart`."));
      }
    }
  }

  /** Says what went wrong with a command. Anything but an expected error is thrown on. */
  complain(error: unknown): void {
    if (!(error instanceof DebugCommandError || error instanceof DebuggerError)) throw error;
    this.screen.say(this.screen.style.red(error.message));
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    await this.session.close();
  }

  #receive(event: DebuggerEvent): void {
    const { screen } = this;
    switch (event.kind) {
      case "output":
        screen.programOutput(event.bytes, event.text);
        this.#outputListener?.();
        break;
      case "log":
        screen.say(event.text);
        break;
      case "notice":
        screen.say(screen.style.yellow(`note: ${event.text}`));
        break;
      case "breakpoint":
        this.breakpoints.update(event.breakpoint);
        break;
      case "stopped":
        this.#sawException = event.snapshot.exception?.caught === false;
        this.#halted();
        break;
      case "ended":
        this.#end = event.end;
        this.#halted();
        break;
      case "phase":
        if (event.phase === "ready") this.#hasBegun = false;
        else if (event.phase === "running") this.#began(!this.#stopsOnEntry);
        break;
      case "continued":
        this.#began(true);
        break;
      case "changed":
        break;
    }
  }

  #began(atOnce: boolean): void {
    if (this.#hasBegun || !atOnce) return;
    this.#hasBegun = true;
    this.#startListener?.();
  }

  #halted(): void {
    this.#pausing = false;
    const halt = this.#halt;
    this.#halt = undefined;
    halt?.();
  }
}
