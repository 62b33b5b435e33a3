import type { NamedReport, Rendered, SlotReport, ValueRef } from "@slotscope/device-transport";
import type { AssignTarget, ChildrenRef, Variable, VariableKind, VariableValue } from "./types.js";

/** Where a value was read: good until the program runs on. */
export interface ReadAt {
  readonly stop: number;
  readonly frame: number;
}

/** Types whose parts can't be replaced; all others are tried, and the target has the last word. */
const fixedTypes = new Set([
  "tuple",
  "str",
  "bytes",
  "set",
  "frozenset",
  "generator",
  "function",
  "closure",
  "range",
  "dict_view",
]);

/** The text shown for a name that nothing is bound to. */
export const unboundText = "<unbound>";

export function valueOf(rendered: Rendered): VariableValue {
  const [type, text] = rendered;
  return { kind: "value", type, text };
}

export function childrenOf(
  rendered: Rendered,
  at: ReadAt,
  evaluateName: string | undefined,
): ChildrenRef | undefined {
  const [type, , handle, indexed, named] = rendered;
  if (handle === 0 || indexed + named === 0) return undefined;
  return {
    ...at,
    ref: ["handle", handle],
    type,
    indexed,
    named,
    ...(evaluateName === undefined ? {} : { evaluateName }),
  };
}

/** A variable of any kind out of what the target rendered. */
export function makeVariable(
  rendered: Rendered,
  at: ReadAt,
  what: {
    readonly name: string;
    readonly kind: VariableKind;
    readonly evaluateName?: string | undefined;
    readonly assign?: AssignTarget["to"] | undefined;
    readonly slot?: number;
  },
): Variable {
  const children = childrenOf(rendered, at, what.evaluateName);
  return {
    name: what.name,
    kind: what.kind,
    value: valueOf(rendered),
    ...(what.slot === undefined ? {} : { slot: what.slot }),
    ...(children ? { children } : {}),
    ...(what.assign ? { assign: { ...at, to: what.assign } } : {}),
    ...(what.evaluateName === undefined ? {} : { evaluateName: what.evaluateName }),
  };
}

/** A slot's variable; without a name it shows as `slot N` and can't be assigned to. */
export function makeSlotVariable(
  report: SlotReport,
  at: ReadAt,
  named: { readonly name: string; readonly kind: VariableKind } | undefined,
): Variable {
  const [slot, rendered] = report;
  const what = {
    name: named?.name ?? `slot ${slot}`,
    kind: named?.kind ?? ("slot" as const),
    slot,
    ...(named ? { evaluateName: named.name, assign: ["slot", slot] as const } : {}),
  };
  if (rendered) return makeVariable(rendered, at, what);
  const { assign, ...rest } = what;
  return {
    ...rest,
    value: rendered === null ? { kind: "omitted" } : { kind: "unbound" },
    ...(assign ? { assign: { ...at, to: assign } } : {}),
  };
}

export function makeGlobal([name, rendered]: NamedReport, at: ReadAt): Variable {
  return makeVariable(rendered, at, { name, kind: "global", evaluateName: name, assign: ["global", name] });
}

/** A child of a value: an item by position or key, or an attribute. */
export function makeChild([name, rendered]: NamedReport, parent: ChildrenRef): Variable {
  const isItem = /^\[.*\]$/s.test(name);
  const evaluateName = childExpression(parent.evaluateName, name, isItem);
  const assign = fixedTypes.has(parent.type) ? undefined : (["child", parent.ref, name] as const);
  return makeVariable(
    rendered,
    { stop: parent.stop, frame: parent.frame },
    { name, kind: isItem ? "item" : "attribute", evaluateName, assign },
  );
}

/** The expression for a child, where its name is one that can be written. */
function childExpression(parent: string | undefined, name: string, isItem: boolean): string | undefined {
  if (parent === undefined) return undefined;
  const base = /^[\p{L}_][\p{L}\p{N}_.[\]]*$/u.test(parent) ? parent : `(${parent})`;
  if (isItem) return isLiteral(name.slice(1, -1)) ? `${base}${name}` : undefined;
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? `${base}.${name}` : undefined;
}

/** The text is a number, a whole string literal or a constant: writing it gives the key again. */
function isLiteral(text: string): boolean {
  return (
    /^-?\d+$/.test(text) ||
    /^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text) ||
    /^b?'(?:[^'\\\n]|\\.)*'$/.test(text) ||
    /^b?"(?:[^"\\\n]|\\.)*"$/.test(text) ||
    /^(?:True|False|None)$/.test(text)
  );
}

export function sameRef(a: ValueRef, b: ValueRef): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index]);
}
