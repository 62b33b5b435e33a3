/** A frame that the agent has not taken yet. */
export interface Underway {
  /** Bytes of it on the wire. */
  readonly size: number;
  /**
   * When the agent has to take it: `now`, it waits for just this; `served`, it serves, but may still be at an earlier
   * request; `any`, the program runs.
   */
  readonly due: "now" | "served" | "any";
  /** The request that ends with it. */
  readonly ends?: number;
  /** It holds nothing. */
  readonly isProbe?: boolean;
}

/** What is known of an agent that tells each frame that it takes: what is on its way, and what it owes. */
export class Flow {
  readonly #window: number;
  readonly #underway: Underway[] = [];
  /** Requests that were taken and not answered: until then the agent takes nothing else. */
  readonly #running = new Set<number>();
  #stands = true;
  #owesStop = false;

  /** `window` is how many bytes may be on their way. */
  constructor(window: number) {
    this.#window = window;
  }

  /** Whether a frame that is sent now is read at once, but for requests that come before it. */
  get isServed(): boolean {
    return this.#stands || this.#owesStop;
  }

  /** Whether the agent has to take a frame before anything else. */
  get isDue(): boolean {
    if (this.#underway.some(({ due }) => due === "now")) return true;
    if (this.#running.size > 0) return false;
    return this.#underway.length > 0 && (this.isServed || this.#underway.some(({ due }) => due === "served"));
  }

  /** Whether a stop has to follow. */
  get owesStop(): boolean {
    return this.#owesStop;
  }

  hasRoomFor(size: number): boolean {
    return this.#underway.reduce((sum, frame) => sum + frame.size, size) <= this.#window;
  }

  sent(frame: Underway): void {
    this.#underway.push(frame);
  }

  /** The agent has taken a frame; gives which. */
  taken(): Underway | undefined {
    const frame = this.#underway.shift();
    if (frame?.ends !== undefined) this.#running.add(frame.ends);
    return frame;
  }

  answered(request: number): void {
    this.#running.delete(request);
  }

  /** The program was let run. */
  letRun(): void {
    this.#stands = this.#owesStop = false;
  }

  /** The agent asks for plans: before it reports a stop, where the program does not stand yet. */
  asksForPlans(): void {
    this.#owesStop = !this.#stands;
  }

  /** The program has stopped. */
  stopped(): void {
    this.#stands = true;
    this.#owesStop = false;
  }
}
