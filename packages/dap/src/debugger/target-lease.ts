import { DebuggerError } from "./errors.js";
import type { DebugTarget, LaunchOptions, OpenedTarget } from "./types.js";

/** A target that was opened for one run, or is being opened; it is freed once and for all, at any time. */
export class TargetLease {
  #opened: OpenedTarget | undefined;
  #isClosed = false;
  #freed: Promise<void> = Promise.resolve();

  /** The open target; throws `ended` when it is closed. */
  get opened(): OpenedTarget {
    if (!this.#opened) throw new DebuggerError("ended", "The program is over.");
    return this.#opened;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Opens the target and does what more it takes. If that fails, or the lease is closed meanwhile, the target is freed
   * again and the call rejects.
   */
  async open(
    target: DebugTarget,
    options: LaunchOptions,
    tell: (text: string) => void,
    prepare: (opened: OpenedTarget) => Promise<void>,
  ): Promise<void> {
    try {
      this.#opened = await target.open(options, tell);
      this.#requireOpen();
      await prepare(this.#opened);
      this.#requireOpen();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened) this.#freed = opened.transport.close();
    await this.#freed;
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new DebuggerError("ended", "The launch was cancelled.");
  }
}
