/** How long a pause may take before the user is told why it doesn't take effect, in milliseconds. */
const patience = 2000;

/** Notices a pause that doesn't take effect. */
export class PauseWatch {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Calls back unless `clear` comes first; a second pause starts no second wait. */
  start(overdue: () => void): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      overdue();
    }, patience);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
