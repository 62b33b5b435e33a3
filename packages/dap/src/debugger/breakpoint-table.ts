import type { BreakpointSpec } from "@slotscope/device-transport";
import type { Placement } from "./place-breakpoint.js";
import type { Breakpoint, BreakpointRequest } from "./types.js";

interface Entry {
  breakpoint: Breakpoint;
  placement: Placement;
}

/**
 * The breakpoints of a session, by file. The table outlives programs: a restarted one gets them all. An id stays
 * with its breakpoint as long as the same line and terms are asked for.
 */
export class BreakpointTable {
  readonly #files = new Map<string, Entry[]>();
  #lastId = 0;

  /** Replaces what stands in one file; `placements` answer the requests in order. */
  replace(
    path: string,
    requests: readonly BreakpointRequest[],
    placements: readonly Placement[],
  ): readonly Breakpoint[] {
    const before = [...(this.#files.get(path) ?? [])];
    const entries = requests.map((requested, index): Entry => {
      const placement = placements[index] ?? { line: requested.line, verified: false };
      const same = before.findIndex((entry) => sameRequest(entry.breakpoint.requested, requested));
      const id = same < 0 ? ++this.#lastId : (before.splice(same, 1)[0]?.breakpoint.id ?? ++this.#lastId);
      return { breakpoint: makeBreakpoint(id, path, requested, placement), placement };
    });
    if (entries.length > 0) this.#files.set(path, entries);
    else this.#files.delete(path);
    return entries.map((entry) => entry.breakpoint);
  }

  /** Places the breakpoints of a file anew, since what is known of it has changed. Returns those that changed. */
  place(path: string, place: (request: BreakpointRequest) => Placement): readonly Breakpoint[] {
    const changed: Breakpoint[] = [];
    for (const entry of this.#files.get(path) ?? []) {
      const placement = place(entry.breakpoint.requested);
      const next = makeBreakpoint(entry.breakpoint.id, path, entry.breakpoint.requested, placement);
      entry.placement = placement;
      const old = entry.breakpoint;
      if (next.line !== old.line || next.verified !== old.verified || next.message !== old.message) {
        entry.breakpoint = next;
        changed.push(next);
      }
    }
    return changed;
  }

  get files(): readonly string[] {
    return [...this.#files.keys()];
  }

  get all(): readonly Breakpoint[] {
    return [...this.#files.values()].flat().map((entry) => entry.breakpoint);
  }

  find(id: number): Breakpoint | undefined {
    return this.all.find((breakpoint) => breakpoint.id === id);
  }

  /** What the target is told of one file: the breakpoints that it can stop at. */
  specs(path: string): readonly BreakpointSpec[] {
    return (this.#files.get(path) ?? []).flatMap(({ breakpoint, placement }) =>
      placement.verified ? [{ id: breakpoint.id, line: breakpoint.line, ...placement.terms }] : [],
    );
  }
}

function makeBreakpoint(
  id: number,
  path: string,
  requested: BreakpointRequest,
  { line, verified, message }: Placement,
): Breakpoint {
  return { id, path, line, requested, verified, ...(message === undefined ? {} : { message }) };
}

function sameRequest(a: BreakpointRequest, b: BreakpointRequest): boolean {
  return (
    a.line === b.line &&
    a.condition === b.condition &&
    a.hitCondition === b.hitCondition &&
    a.logMessage === b.logMessage
  );
}
