import type { Channel } from "../channel.js";

/** Waiting without load for `time.sleep` and the asyncio loop. */
export class Sleeper {
  readonly #channel: Channel;
  readonly #interruptPending: () => boolean;
  /** Bytes of input that were there when a wait last told of input. */
  #told = 0;

  constructor(channel: Channel, interruptPending: () => boolean) {
    this.#channel = channel;
    this.#interruptPending = interruptPending;
  }

  /**
   * Waits for so many milliseconds. Returns true, and before the time, when `watchInput` is set and input has
   * come that it did not tell of before. Also returns early when a KeyboardInterrupt is to be raised.
   */
  wait(ms: number, watchInput: boolean): boolean {
    const deadline = performance.now() + ms;
    for (;;) {
      const ticket = this.#channel.ticket;
      if (this.#interruptPending()) return false;
      if (watchInput) {
        const available = this.#channel.input.received;
        if (available !== this.#told && this.#channel.input.available > 0) {
          this.#told = available;
          return true;
        }
      }
      const left = deadline - performance.now();
      if (left <= 0) return false;
      this.#channel.waitForHost(ticket, left);
    }
  }
}
