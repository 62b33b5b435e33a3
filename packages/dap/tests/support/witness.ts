import type { Debugger, DebuggerEvent, Frame, StopSnapshot, Variable } from "../../src/debugger/types.js";

type EventOf<K extends DebuggerEvent["kind"]> = Extract<DebuggerEvent, { kind: K }>;

/** How long an event may take, in milliseconds. Generous: the machine may be busy. */
const patience = 20_000;

/** Watches a debugger's events, and waits for the next of a kind. */
export class Witness {
  readonly events: DebuggerEvent[] = [];
  #seen = new Map<DebuggerEvent["kind"], number>();
  #wake: (() => void)[] = [];

  constructor(debug: Debugger) {
    debug.onEvent((event) => {
      this.events.push(event);
      for (const wake of this.#wake.splice(0)) wake();
    });
  }

  /** All that the program has printed. */
  get output(): string {
    return this.all("output")
      .map(({ text }) => text)
      .join("");
  }

  all<K extends DebuggerEvent["kind"]>(kind: K): EventOf<K>[] {
    return this.events.filter((event): event is EventOf<K> => event.kind === kind);
  }

  /** The next event of a kind that this has not given yet; fails if it doesn't come in time. */
  async next<K extends DebuggerEvent["kind"]>(kind: K): Promise<EventOf<K>> {
    const index = this.#seen.get(kind) ?? 0;
    this.#seen.set(kind, index + 1);
    return await this.until(() => this.all(kind)[index], `an event "${kind}"`);
  }

  async nextStop(): Promise<StopSnapshot> {
    const index = this.#seen.get("stopped") ?? 0;
    this.#seen.set("stopped", index + 1);
    const found = await this.until(
      () => this.all("stopped")[index] ?? this.all("ended")[this.#seen.get("ended") ?? 0],
      "a stop",
    );
    if (found.kind === "stopped") return found.snapshot;
    throw new Error(
      `The program ended (${JSON.stringify(found.end)}) instead of stopping. It printed:\n${this.output}`,
    );
  }

  /** The first value that `look` gives, after any event, or where no event tells every few milliseconds. */
  async until<T>(look: () => T | undefined, what: string, everyMs = patience): Promise<T> {
    const deadline = Date.now() + patience;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      const left = deadline - Date.now();
      if (left <= 0) {
        const met = this.events.map((event) => event.kind).join(" ");
        throw new Error(`Waited in vain for ${what}. Events: ${met}. Output:\n${this.output}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, everyMs));
        this.#wake.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }
}

/** The text of a variable's value, as a user would read it. */
export function textOf(variable: Variable): string {
  const { value } = variable;
  return value.kind === "value" ? value.text : `<${value.kind}>`;
}

/** Names and values of a frame's locals and free variables, in the order of slots. */
export function localsOf(frame: Frame): Record<string, string> {
  return Object.fromEntries(
    [...frame.locals, ...frame.freeVariables].map((variable) => [variable.name, textOf(variable)]),
  );
}

export function variable(list: readonly Variable[], name: string): Variable {
  const found = list.find((item) => item.name === name);
  if (!found) throw new Error(`There is no ${name} among ${list.map((item) => item.name).join(", ")}`);
  return found;
}
