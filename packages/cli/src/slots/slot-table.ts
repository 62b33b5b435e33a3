import type { DebugMap, IdMap, ScopeMap } from "@slotscope/locals-mapper";
import { alignColumns } from "../terminal/columns.js";
import { printable } from "../terminal/printable.js";
import type { Style } from "../terminal/style.js";

/** The scopes of a file for people: one heading and one table of slots each. */
export function describeSlots(debugMap: DebugMap, style: Style): string[] {
  return debugMap.scopes.flatMap((scope) => ["", ...describeScope(scope, debugMap, style)]);
}

function describeScope(scope: ScopeMap, debugMap: DebugMap, style: Style): string[] {
  const held = scope.ids.filter((id) => id.slot !== null).sort((a, b) => (a.slot ?? 0) - (b.slot ?? 0));
  const facts = [
    scope.kind === "module" ? "" : `line ${scope.line}`,
    scope.kind === "module" ? "" : nameKind(scope),
    held.length === 0 ? "no slots" : `${held.length} ${held.length === 1 ? "slot" : "slots"}`,
    scope.unreachable ? "never runs" : "",
  ];
  const heading = `${style.bold(printable(qualifiedName(scope, debugMap)))}  ${style.dim(facts.filter((fact) => fact !== "").join(", "))}`;
  const rows = held.map((id) => [`  ${id.slot}`, style.cyan(shownName(id)), describeId(id, scope)]);
  const globals = scope.ids.filter((id) => id.slot === null).map((id) => printable(id.name));
  return [
    heading,
    ...alignColumns(rows, ["right"]),
    ...(globals.length > 0 ? [style.dim(`  ${outsideOf(scope)}: ${globals.join(", ")}`)] : []),
  ];
}

/** `outer.inner` as Python's `__qualname__` would say it, without `<locals>`. */
function qualifiedName(scope: ScopeMap, debugMap: DebugMap): string {
  const names: string[] = [];
  for (let at: ScopeMap | undefined = scope; at && at.kind !== "module"; at = debugMap.scopes[at.parent]) {
    names.unshift(at.name);
  }
  return names.length > 0 ? names.join(".") : scope.name;
}

function nameKind(scope: ScopeMap): string {
  return scope.emit === "bytecode" ? scope.kind : `${scope.emit} ${scope.kind}`;
}

/** A comprehension's first slot holds what it iterates over, and has no name. */
function shownName(id: IdMap): string {
  return id.name === "" ? "(iterator)" : printable(id.name);
}

function describeId(id: IdMap, scope: ScopeMap): string {
  const [mark, type] = id.flag.split(":", 2);
  const parameter =
    mark === "p" ? "parameter" : mark === "*" ? "parameter *" : mark === "**" ? "parameter **" : "";
  const held =
    id.kind === "free"
      ? "captured from outside"
      : id.kind === "cell"
        ? "captured by inner functions"
        : parameter === ""
          ? "local"
          : "";
  const first = id.name === "" && scope.kind !== "function" ? "what the comprehension goes through" : "";
  const parts = first === "" ? [parameter, held, type ?? ""] : [first];
  return parts.filter((part) => part !== "").join(", ");
}

/** Names without a slot live in a dictionary: the module's, or the class's own. */
function outsideOf(scope: ScopeMap): string {
  return scope.kind === "class" ? "class attributes and globals" : "globals";
}
