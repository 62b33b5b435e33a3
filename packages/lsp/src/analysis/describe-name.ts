import type { IdMap, NameUse, ScopeMap } from "@slotscope/locals-mapper";
import type { DocumentAnalysis } from "./document-analysis.js";
import { describeFrameSize, frameSizeOf } from "./frame-size.js";

/** What a name is to the scope that uses it, as the compiler settled it. */
export type NameKind = "parameter" | "local" | "cell" | "free" | "global" | "attribute" | "constant";

/** The kind of a use: an attribute is a name assigned in a class body, which lives in the class's dictionary. */
export function kindOf(analysis: DocumentAnalysis, use: NameUse): NameKind | undefined {
  if (use.isConstant) return "constant";
  const id = analysis.idOf(use);
  const scope = analysis.scopes[use.scope];
  if (id === undefined || scope === undefined) return undefined;
  switch (id.kind) {
    case "cell":
    case "free":
      return id.kind;
    case "local":
      return id.flag === "" ? "local" : "parameter";
    case "implicit-global-assigned":
      return scope.kind === "class" ? "attribute" : "global";
    default:
      return "global";
  }
}

/** What to tell about the name at an offset, in Markdown; undefined where there is no name. */
export function describeNameAt(
  analysis: DocumentAnalysis,
  offset: number,
): { readonly start: number; readonly end: number; readonly markdown: string } | undefined {
  const use = analysis.nameAt(offset);
  const scope = use && analysis.scopes[use.scope];
  const kind = use && kindOf(analysis, use);
  if (use === undefined || scope === undefined || kind === undefined) return undefined;
  const lines = [describeUse(analysis, use, kind, scope)];
  const frame = describeFrameAround(analysis, use, scope);
  if (frame !== undefined) lines.push(frame);
  return { start: use.start, end: use.end, markdown: lines.join("  \n") };
}

function describeUse(analysis: DocumentAnalysis, use: NameUse, kind: NameKind, scope: ScopeMap): string {
  const id = analysis.idOf(use);
  const slot = id?.slot == null ? "" : `slot ${id.slot}`;
  switch (kind) {
    case "constant":
      return "**constant**: its value stands in the bytecode, and no name is looked up";
    case "parameter":
      return `**${slot}**, ${describeParameter(id)} of ${quote(scope.name)}`;
    case "local":
      return `**${slot}**, local of ${quote(scope.name)}`;
    case "cell": {
      const who = capturers(analysis, scope, use.name).map(quote).join(", ");
      const what = id?.flag === "" ? "cell" : `cell, ${describeParameter(id)}`;
      return `**${slot}**, ${what}, captured by ${who}: each access goes through a cell on the heap`;
    }
    case "free": {
      const owner = ownerOf(analysis, scope, use.name);
      const from = owner === undefined ? "" : ` from ${quote(owner.name)}`;
      return `**${slot}**, free, captured${from}: each access goes through a cell on the heap`;
    }
    case "attribute":
      return `**attribute** of the class ${quote(scope.name)}: in its dictionary, by name`;
    default:
      return scope.kind === "module"
        ? "**global**: in the module's dictionary, by name"
        : "**global**: a dictionary look-up by name at each use";
  }
}

function describeParameter(id: IdMap | undefined): string {
  const [mark, type] = (id?.flag ?? "").split(":", 2);
  const stars = mark === "p" ? "" : (mark ?? "");
  return `parameter${stars === "" ? "" : ` ${stars}`}${type ? ` (viper ${type})` : ""}`;
}

/** What the frame takes of the function that a name is in, or that it names where it is defined. */
function describeFrameAround(analysis: DocumentAnalysis, use: NameUse, scope: ScopeMap): string | undefined {
  const defined = analysis.scopes.find(
    (each) => each.parent === scope.index && each.kind === "function" && isDefinedAt(analysis, each, use),
  );
  const shown = defined ?? scope;
  if (shown.kind === "module" || shown.kind === "class") return undefined;
  if (shown.emit === "viper" || shown.emit === "asm") {
    return `${quote(shown.name)} is ${shown.emit}: machine code without a frame`;
  }
  const size = frameSizeOf(shown, analysis.profile);
  return size && `${quote(shown.name)} takes ${describeFrameSize(size)} a call`;
}

/** Whether a use is the name in a function's `def`. */
function isDefinedAt({ text }: DocumentAnalysis, { start, name }: ScopeMap, use: NameUse): boolean {
  return use.name === name && use.start > start && /^(async\s+)?def\s+$/.test(text.slice(start, use.start));
}

/** Names of the scopes within that take a name from a scope, each once. */
function capturers(analysis: DocumentAnalysis, owner: ScopeMap, name: string): string[] {
  const inner = analysis.scopes.filter(
    (scope) => scope.parent === owner.index && scope.ids.some((id) => id.name === name && id.kind === "free"),
  );
  return [...new Set(inner.map((scope) => scope.name))];
}

/** The scope in whose frame a captured name lives. */
function ownerOf(analysis: DocumentAnalysis, scope: ScopeMap, name: string): ScopeMap | undefined {
  for (let at = analysis.scopes[scope.parent]; at !== undefined; at = analysis.scopes[at.parent]) {
    if (at.ids.some((id) => id.name === name && id.kind === "cell")) return at;
  }
  return undefined;
}

function quote(name: string): string {
  return `\`${name}\``;
}
