import type { DebugMap, ScopeMap } from "@slotscope/locals-mapper";
import type { FrameNames } from "./frame-code.js";
import type { Frame } from "./types.js";

/**
 * The names that code of the user's may use in a scope whose frame isn't known yet, as in a condition. Names that
 * would read as globals although they mean something else there are hidden: those of a class body, which live in
 * the class's dictionary, and locals of enclosing functions that this one doesn't capture.
 */
export function namesForScope(scope: ScopeMap | undefined, debugMap: DebugMap): FrameNames {
  const slots = new Map<string, { slot: number; bound: boolean | undefined }>();
  const hidden = new Map<string, string>();
  if (!scope) return { slots, hidden };
  const own = new Set<string>();
  for (const id of scope.ids) {
    if (id.name === "") continue;
    own.add(id.name);
    if (id.slot !== null) slots.set(id.name, { slot: id.slot, bound: undefined });
    else if (scope.kind === "class" && id.kind === "implicit-global-assigned") {
      hidden.set(
        id.name,
        `\`${id.name}\` belongs to class ${scope.name}, whose body still runs: it can't be read here.`,
      );
    }
  }
  let outer = debugMap.scopes[scope.parent];
  while (outer && outer.kind !== "module") {
    for (const id of outer.ids) {
      if (id.slot === null || id.name === "" || own.has(id.name) || hidden.has(id.name)) continue;
      hidden.set(
        id.name,
        `\`${id.name}\` is a local of the enclosing function ${outer.name}, and ${scope.name} doesn't capture it. If ${outer.name} is still running, select its frame.`,
      );
    }
    for (const id of outer.ids) own.add(id.name);
    outer = debugMap.scopes[outer.parent];
  }
  return { slots, hidden };
}

/** The same for a frame of a stop: what is bound there is known. */
export function namesForFrame(frame: Frame, scope: ScopeMap, debugMap: DebugMap): FrameNames {
  const { slots, hidden } = namesForScope(scope, debugMap);
  const known = new Map(slots);
  for (const variable of [...frame.locals, ...frame.freeVariables]) {
    if (variable.slot === undefined || !known.has(variable.name)) continue;
    known.set(variable.name, { slot: variable.slot, bound: variable.value.kind !== "unbound" });
  }
  return { slots: known, hidden };
}
