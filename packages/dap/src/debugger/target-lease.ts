import { cancellable } from "./cancellable.js";
import { DebuggerError } from "./errors.js";
import type { DebugTarget, LaunchOptions, OpenedTarget } from "./types.js";

/** A target that was opened for one run, or is being opened; it is freed once and for all, at any time. */
export class TargetLease {
  readonly #cancel = new AbortController();
  #opened: OpenedTarget | undefined;
  #isClosed = false;
  /** Ends when the target is open or is not going to be; never rejects. */
  #opening: Promise<unknown> = Promise.resolve();
  #freed: Promise<void> = Promise.resolve();

  /** The open target; throws `ended` when it is closed. Its transport is lost to its users when it is closed. */
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
    const opening = this.#openTarget(target, options, tell);
    this.#opening = opening.catch(() => undefined);
    try {
      const opened = await opening;
      this.#requireOpen();
      await prepare(opened);
      this.#requireOpen();
    } catch (error) {
      const wasCancelled = this.#isClosed;
      await this.close();
      throw wasCancelled ? cancelled() : error;
    }
  }

  /** Resolves when the target is free again, also one that was being opened. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel.abort();
    await this.#free();
    await this.#opening;
    await this.#free();
  }

  async #openTarget(
    target: DebugTarget,
    options: LaunchOptions,
    tell: (text: string) => void,
  ): Promise<OpenedTarget> {
    const { signal } = this.#cancel;
    const opened = await target.open(options, tell, signal);
    this.#opened = { ...opened, transport: cancellable(opened.transport, signal) };
    return this.#opened;
  }

  async #free(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened) this.#freed = opened.transport.close();
    await this.#freed;
  }

  #requireOpen(): void {
    if (this.#isClosed) throw cancelled();
  }
}

function cancelled(): DebuggerError {
  return new DebuggerError("ended", "The launch was cancelled.");
}
