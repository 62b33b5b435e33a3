/** What MicroPython says when it starts anew (shared/runtime/pyexec.c and the ports' main.c, 1.26). */
const startOver = /MPY: soft reboot\r?\n|MicroPython v[^\r\n]*\r?\nType "help\(\)"/;

/** What the raw REPL says when the code that it ran is over (shared/runtime/pyexec.c, 1.26), around a traceback. */
const endOfText = "\u0004";

/** Characters of the output's end that are looked at. */
const tailLength = 400;

/** How long output may go on before the target is asked whether the agent is still there, in milliseconds. */
const settleMs = 300;

/** How long the agent may take to answer, in milliseconds. */
const answerMs = 3000;

/** How the agent went: its target was reset, or it ended with the program and what it said of that was lost. */
export type AgentEnd = "reset" | "ended";

/** What the watch needs of a run. */
export interface WatchedRun {
  /** A request waits for its answer: what runs on the target may print. */
  readonly isWaiting: boolean;
  /** Resolves when the agent has answered anything at all. */
  ping(): Promise<void>;
}

/**
 * Notices that the agent is gone though the connection stayed, and nothing would ever answer: a board behind a serial
 * adapter was reset by its button, or the program's end was lost on the way. What the target writes gives the hint, an answer that
 * doesn't come the proof.
 */
export class ResetWatch {
  readonly #run: WatchedRun;
  readonly #onGone: (how: AgentEnd) => void;
  #tail = "";
  #how: AgentEnd = "reset";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(run: WatchedRun, onGone: (how: AgentEnd) => void) {
    this.#run = run;
    this.#onGone = onGone;
  }

  /** Takes what came from the target that is no frame of the agent's. */
  output(text: string, isStopped: boolean): void {
    this.#tail = (this.#tail + text).slice(-tailLength);
    const saysEnd = this.#tail
      .split(endOfText)
      .slice(2)
      .some((part) => part.startsWith(">"));
    const saidSo = saysEnd || startOver.test(this.#tail);
    if (saidSo) this.#tail = "";
    // A stopped program writes nothing, unless code runs for the user.
    if (!saidSo && (!isStopped || this.#run.isWaiting)) return;
    if (this.#timer !== undefined) return;
    this.#how = saysEnd ? "ended" : "reset";
    this.#timer = setTimeout(() => void this.#ask(), settleMs);
  }

  close(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
  }

  async #ask(): Promise<void> {
    const answered = await Promise.race([
      this.#run.ping().then(() => true),
      new Promise<boolean>((resolve) => {
        this.#silence = setTimeout(() => resolve(false), answerMs);
      }),
    ]);
    clearTimeout(this.#silence);
    this.#timer = undefined;
    if (!answered && !this.#isOver) this.#onGone(this.#how);
  }
}
