import { type DebugMap, type ScopeMap, stoppableLines } from "@slotscope/locals-mapper";

/** Lines at which a breakpoint can stop, from `first` to `last` inclusive, in order. */
export function linesBetween(debugMap: DebugMap, first: number, last: number): readonly number[] {
  const lines = new Set<number>();
  for (const scope of debugMap.scopes) {
    for (const line of stoppableLines(scope)) if (line >= first && line <= last) lines.add(line);
  }
  return [...lines].sort((a, b) => a - b);
}

/** First line that runs in each function called `name`, which may be preceded by the names around it: `Class.name`. */
export function functionLines(debugMap: DebugMap, name: string): readonly number[] {
  const wanted = name.split(".").reverse();
  return debugMap.scopes.flatMap((scope) => {
    if (scope.kind !== "function" || !matches(scope, wanted, debugMap)) return [];
    const [first] = stoppableLines(scope);
    return first === undefined ? [] : [first];
  });
}

function matches(scope: ScopeMap, names: readonly string[], debugMap: DebugMap): boolean {
  let at: ScopeMap | undefined = scope;
  for (const name of names) {
    if (at?.name !== name) return false;
    at = debugMap.scopes[at.parent];
  }
  return true;
}
