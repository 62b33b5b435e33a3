import type { DebugMap, ScopeMap, SlotInfo, SlotKind } from "./debug-map.js";
import { type CodeIdentity, identifyCode } from "./identify-code.js";

/** A frame as a target tells of it. */
export interface FrameIdentity {
  readonly code: CodeIdentity;
  /** `f_lineno`; 0 if not known. */
  readonly line: number;
  /** How many slots and stack words the frame has, if the target tells. */
  readonly stateSize?: number;
}

/** A frame's named slots in the order to show them, or why they can't be named. */
export type NamedFrame =
  | { readonly scope: ScopeMap; readonly slots: readonly SlotInfo[] }
  | { readonly reason: string };

const displayRank: Readonly<Record<SlotKind, number>> = {
  parameter: 0,
  local: 1,
  cell: 2,
  free: 3,
  iterator: 4,
};

/**
 * Names the slots of a frame: parameters, locals, captured locals, free variables, last a comprehension's iterator.
 * Names are given only if the target's code is certain to be the mapped one; otherwise there is a reason.
 */
export function nameFrame(frame: FrameIdentity, debugMap: DebugMap): NamedFrame {
  const found = identifyCode(frame.code, debugMap);
  if (found.kind !== "exact") return { reason: found.reason };
  const { scope } = found;
  if (frame.line !== 0 && frame.line !== scope.defLine && !scope.lines.includes(frame.line)) {
    return { reason: `line ${frame.line} holds no code of ${scope.name} in ${debugMap.file}` };
  }
  // A firmware may add a word to watch for stack overflow.
  const spare = (frame.stateSize ?? scope.stateSize) - scope.stateSize;
  if (spare < 0 || spare > 1) {
    return {
      reason: `a frame of ${scope.name} has ${frame.stateSize} words on the target, not ${scope.stateSize}`,
    };
  }
  return { scope, slots: displaySlots(scope) };
}

/** A scope's slots in the order to show them. */
export function displaySlots(scope: ScopeMap): SlotInfo[] {
  const slots = scope.slots.filter((slot) => slot !== undefined);
  return slots.sort((a, b) => displayRank[a.kind] - displayRank[b.kind] || a.slot - b.slot);
}
