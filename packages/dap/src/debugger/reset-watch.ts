/** What MicroPython says when it starts anew (shared/runtime/pyexec.c and the ports' main.c, 1.26). */
const startOver = /MPY: soft reboot\r?\n|MicroPython v[^\r\n]*\r?\nType "help\(\)"/;

/** Characters of the output's end that are looked at. */
const tailLength = 400;

/** How long output may go on before the target is asked whether the agent is still there, in milliseconds. */
const settleMs = 300;

/** How long the agent may take to answer, in milliseconds. */
const answerMs = 3000;

/** What the watch needs of a run. */
export interface WatchedRun {
  /** A request waits for its answer: what runs on the target may print. */
  readonly isWaiting: boolean;
  /** Resolves when the agent has answered anything at all. */
  ping(): Promise<void>;
}

/**
 * Notices that a target was reset though its connection stayed, as a board behind a serial adapter is by its button:
 * then the agent is gone, and nothing would ever answer. What the target writes gives the hint, an answer that
 * doesn't come the proof.
 */
export class ResetWatch {
  readonly #run: WatchedRun;
  readonly #onReset: () => void;
  #tail = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(run: WatchedRun, onReset: () => void) {
    this.#run = run;
    this.#onReset = onReset;
  }

  /** Takes what came from the target that is no frame of the agent's. */
  output(text: string, isStopped: boolean): void {
    this.#tail = (this.#tail + text).slice(-tailLength);
    const saidSo = startOver.test(this.#tail);
    if (saidSo) this.#tail = "";
    // A stopped program writes nothing, unless code runs for the user.
    if (!saidSo && (!isStopped || this.#run.isWaiting)) return;
    this.#timer ??= setTimeout(() => void this.#ask(), settleMs);
  }

  close(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  async #ask(): Promise<void> {
    let silence: ReturnType<typeof setTimeout> | undefined;
    const answered = await Promise.race([
      this.#run.ping().then(() => true),
      new Promise<boolean>((resolve) => {
        silence = setTimeout(() => resolve(false), answerMs);
      }),
    ]);
    clearTimeout(silence);
    this.#timer = undefined;
    if (!answered && !this.#isOver) this.#onReset();
  }
}
