/** Text held back for a client that reads too slowly, in UTF-16 units; what goes beyond is left out. */
const mostHeld = 1024 * 1024;

/**
 * Keeps a program that prints without end from filling this computer's memory when its client reads more slowly than
 * it prints: text waits until the client has caught up, and beyond a limit the oldest of it is left out, which the
 * client is told.
 */
export class OutputPacer {
  readonly #send: (text: string) => void;
  readonly #isCongested: () => boolean;
  #held = "";
  #dropped = 0;

  constructor(send: (text: string) => void, isCongested: () => boolean) {
    this.#send = send;
    this.#isCongested = isCongested;
  }

  push(text: string): void {
    if (this.#held === "" && !this.#isCongested()) {
      this.#send(text);
      return;
    }
    this.#held += text;
    if (this.#held.length > 2 * mostHeld) {
      this.#dropped += this.#held.length - mostHeld;
      this.#held = this.#held.slice(-mostHeld);
    }
  }

  /** Sends what is held: the client has caught up, or something follows that must come after it. */
  flush(): void {
    if (this.#held === "") return;
    const note = this.#dropped > 0 ? `\n[${this.#dropped} characters of output left out]\n` : "";
    this.#send(note + this.#held);
    this.#held = "";
    this.#dropped = 0;
  }
}
