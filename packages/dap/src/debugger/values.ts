import type { NamedReport, Rendered, SlotReport } from "@slotscope/device-transport";
import type { PlannedSlot } from "./code-registry.js";
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

/** The type is a dict of MicroPython's own: its named children are all items. */
export function isDictType(type: string): boolean {
  return type === "dict" || type === "OrderedDict";
}

/** Types with items that have no place of their own. */
const unordered = new Set(["set", "frozenset", "deque"]);

/** The text shown for a name that nothing is bound to. */
export const unboundText = "<unbound>";

export function valueOf(rendered: Rendered): VariableValue {
  const [type, text] = rendered;
  return { kind: "value", type, text };
}

function childrenOf(
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

/** A local of a generator that waits. It is looked at only: no expression leads to it. */
export function makeGeneratorLocal(
  [slot, rendered]: NamedReport,
  parent: ChildrenRef,
  planned: readonly PlannedSlot[],
): Variable {
  const at = { stop: parent.stop, frame: parent.frame };
  const named = planned.find((plan) => String(plan.slot) === slot)?.named;
  return makeVariable(rendered, at, {
    name: named?.name ?? `slot ${slot}`,
    kind: named?.kind ?? "slot",
    slot: Number(slot),
  });
}

/** A child of a value: an item by position or key, or an attribute, as the target tells by its name. */
export function makeChild([name, rendered]: NamedReport, parent: ChildrenRef): Variable {
  // Keys of a dict come as they are written; a class of the user's that is a dict has attributes besides.
  const isItem = isDictType(parent.type) || isLiteral(name);
  const assign = fixedTypes.has(parent.type) ? undefined : (["child", parent.ref, name] as const);
  return makeVariable(
    rendered,
    { stop: parent.stop, frame: parent.frame },
    {
      name,
      kind: isItem ? "item" : "attribute",
      evaluateName: isItem ? itemExpression(parent, name) : attributeExpression(parent, name),
      assign,
    },
  );
}

/** The expression for an item, where its key can be written and the parent be subscripted. */
function itemExpression({ evaluateName, type }: ChildrenRef, key: string): string | undefined {
  if (evaluateName === undefined || unordered.has(type) || !isLiteral(key)) return undefined;
  return `${operand(evaluateName)}[${key}]`;
}

function attributeExpression({ evaluateName }: ChildrenRef, name: string): string | undefined {
  if (evaluateName === undefined || !/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) return undefined;
  return `${operand(evaluateName)}.${name}`;
}

/** An expression that a trailer can follow. */
function operand(expression: string): string {
  return /^[\p{L}_][\p{L}\p{N}_.]*(?:\[[^\][(){}]*\]|\.[\p{L}\p{N}_]+)*$/u.test(expression)
    ? expression
    : `(${expression})`;
}

/** The text is a number, a whole string literal or a constant: writing it gives the key again. */
function isLiteral(text: string): boolean {
  return (
    /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/.test(text) ||
    /^b?'(?:[^'\\\n]|\\.)*'$/.test(text) ||
    /^b?"(?:[^"\\\n]|\\.)*"$/.test(text) ||
    /^(?:True|False|None)$/.test(text)
  );
}
