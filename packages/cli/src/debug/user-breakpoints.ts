import type { Breakpoint, BreakpointRequest, Debugger, StopSnapshot } from "@slotscope/dap";
import { DebugCommandError } from "./parse-command.js";
import type { SourceLocation } from "./source-files.js";

/** A breakpoint as the user sees it: its number never changes and is never given again. */
export interface UserBreakpoint {
  readonly number: number;
  readonly path: string;
  readonly request: BreakpointRequest;
  /** Goes away when it is hit. */
  readonly temporary: boolean;
  /** What became of it. */
  readonly placed: Breakpoint;
}

/** The user's breakpoints, kept in step with those of the session, which knows them by file. */
export class UserBreakpoints {
  readonly #session: Debugger;
  #items: UserBreakpoint[] = [];
  #lastNumber = 0;

  constructor(session: Debugger) {
    this.#session = session;
  }

  get all(): readonly UserBreakpoint[] {
    return this.#items;
  }

  /** Lines of a file that have a breakpoint. */
  lines(path: string | undefined): ReadonlySet<number> {
    return new Set(this.#items.filter((item) => item.path === path).map(({ placed }) => placed.line));
  }

  async add(
    { path, line }: SourceLocation,
    terms: Omit<BreakpointRequest, "line">,
    temporary = false,
  ): Promise<UserBreakpoint> {
    const number = this.#lastNumber + 1;
    const request = { line, ...terms };
    const items = this.#ofFile(path);
    const placed = await this.#session.setBreakpoints(path, [...items.map((item) => item.request), request]);
    this.#lastNumber = number;
    const own = placed[items.length];
    if (!own) throw new DebugCommandError("The breakpoint could not be set.");
    const added = { number, path, request, temporary, placed: own };
    this.#items.push(added);
    this.#take(placed, [...items, added]);
    return this.find(number);
  }

  /** The breakpoint of that number. Throws a DebugCommandError. */
  find(number: number): UserBreakpoint {
    const found = this.#items.find((item) => item.number === number);
    if (found) return found;
    throw new DebugCommandError(`There is no breakpoint ${number}. \`breakpoints\` lists them.`);
  }

  /** Replaces the terms on which one stops. */
  async change(number: number, request: BreakpointRequest): Promise<UserBreakpoint> {
    const { path } = this.find(number);
    const items = this.#ofFile(path).map((item) => (item.number === number ? { ...item, request } : item));
    this.#take(
      await this.#session.setBreakpoints(
        path,
        items.map((item) => item.request),
      ),
      items,
    );
    return this.find(number);
  }

  async remove(removed: readonly UserBreakpoint[]): Promise<void> {
    const numbers = new Set(removed.map(({ number }) => number));
    this.#items = this.#items.filter(({ number }) => !numbers.has(number));
    for (const path of new Set(removed.map((item) => item.path))) {
      const items = this.#ofFile(path);
      this.#take(
        await this.#session.setBreakpoints(
          path,
          items.map((item) => item.request),
        ),
        items,
      );
    }
  }

  /** Those at which the program stopped; temporary ones are removed. */
  async hit(snapshot: StopSnapshot): Promise<readonly UserBreakpoint[]> {
    const ids = new Set(snapshot.breakpoints.map(({ id }) => id));
    const hit = this.#items.filter(({ placed }) => ids.has(placed.id));
    const spent = hit.filter(({ temporary }) => temporary);
    if (spent.length > 0) await this.remove(spent);
    return hit;
  }

  /** A breakpoint of the session changed by itself. */
  update(breakpoint: Breakpoint): void {
    this.#items = this.#items.map((item) =>
      item.placed.id === breakpoint.id ? { ...item, placed: breakpoint } : item,
    );
  }

  #ofFile(path: string): readonly UserBreakpoint[] {
    return this.#items.filter((item) => item.path === path);
  }

  /** The session answers in the order asked. */
  #take(placed: readonly Breakpoint[], items: readonly UserBreakpoint[]): void {
    const now = new Map(
      items.map((item, index) => [item.number, { ...item, placed: placed[index] ?? item.placed }]),
    );
    this.#items = this.#items.map((item) => now.get(item.number) ?? item);
  }
}
