import { DebuggerError } from "../debugger/errors.js";

const largestId = 2 ** 31 - 1;

/**
 * Numbers for things that live as long as a stop. Ids are never given twice in a row of stops, so that one from an
 * earlier stop is recognised as such (Debug Adapter Protocol, "Lifetime of Object References").
 */
export class Handles<T> {
  readonly #what: string;
  readonly #values = new Map<number, T>();
  #next = 1;

  /** @param what What the ids name, for the message about an unknown one. */
  constructor(what: string) {
    this.#what = what;
  }

  create(value: T): number {
    const id = this.#next;
    this.#next = id === largestId ? 1 : id + 1;
    this.#values.set(id, value);
    return id;
  }

  get(id: number): T {
    const value = this.#values.get(id);
    if (value === undefined) {
      throw new DebuggerError(
        "stale",
        `There is no ${this.#what} ${id}: it is from an earlier stop, or was never given. Ask again after the next stop.`,
      );
    }
    return value;
  }

  reset(): void {
    this.#values.clear();
  }
}
