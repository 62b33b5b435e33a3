import { closeOverAndMake } from "./close-over.js";
import type { Compiler } from "./compiler.js";
import { BuildKind } from "./opcodes.js";
import { ScopeKind } from "./scope.js";
import { type Child, extractList, Kind, type Node, Token } from "./tree.js";

/** Whether the inside of brackets is a comprehension: its element and a `for`. */
export function isComprehension(node: Node): boolean {
  return node.children.length === 2 && node.children[1]?.kind === Kind.CompFor;
}

export function compileAtomParen(c: Compiler, node: Node): void {
  const inside = node.children[0] ?? null;
  if (inside === null) c.buildTuple(0);
  else if (isComprehension(inside)) compileComprehension(c, inside, ScopeKind.GenExpr);
  else c.compileTuple(inside);
}

export function compileAtomBracket(c: Compiler, node: Node): void {
  const inside = node.children[0] ?? null;
  if (inside === null) {
    c.emit.build(0, BuildKind.List);
  } else if (inside.kind !== Kind.TestlistComp) {
    c.compile(inside);
    c.emit.build(1, BuildKind.List);
  } else if (isComprehension(inside)) {
    compileComprehension(c, inside, ScopeKind.ListComp);
  } else {
    c.compileAll(inside);
    c.emit.build(inside.children.length, BuildKind.List);
  }
}

/**
 * A dict or set display, or a comprehension in braces (compile_atom_brace_helper).
 *
 * @param createMap false if a dict to fill is on the stack already
 */
export function compileAtomBrace(c: Compiler, node: Node, createMap: boolean): void {
  const inside = node.children[0] ?? null;
  if (inside === null) {
    if (createMap) c.emit.build(0, BuildKind.Map);
    return;
  }
  if (inside.kind === Kind.DictorsetmakerItem) {
    if (createMap) c.emit.build(1, BuildKind.Map);
    c.compile(inside);
    c.emit.storeMap();
    return;
  }
  if (inside.kind !== Kind.Dictorsetmaker) {
    c.compile(inside);
    c.emit.build(1, BuildKind.Set);
    return;
  }

  const first = inside.children[0] ?? null;
  const isDict = !c.options.features.set || first?.kind === Kind.DictorsetmakerItem;
  const rest = inside.children[1] ?? null;
  if (rest?.kind !== Kind.DictorsetmakerList) {
    compileComprehension(c, inside, isDict ? ScopeKind.DictComp : ScopeKind.SetComp);
    return;
  }
  const others = extractList(rest.children[0] ?? null, Kind.DictorsetmakerList2);
  if (isDict && createMap) c.emit.build(1 + others.length, BuildKind.Map);
  c.compile(first);
  if (isDict) c.emit.storeMap();
  for (const item of others) {
    c.compile(item);
    const isPair = item?.kind === Kind.DictorsetmakerItem;
    if (isDict !== isPair) {
      const terse = c.options.errorReporting === "terse";
      const expected = isDict ? "expecting key:value for dict" : "expecting just a value for set";
      c.syntaxError(inside, terse ? "invalid syntax" : expected);
    }
    if (isDict) c.emit.storeMap();
  }
  if (!isDict) c.emit.build(1 + others.length, BuildKind.Set);
}

/** One `key: value`: the value first. */
export function compileDictItem(c: Compiler, node: Node): void {
  c.compile(node.children[1] ?? null);
  c.compile(node.children[0] ?? null);
}

/**
 * A comprehension, in the scope around it: only its outermost iterable is evaluated here (compile_comprehension).
 *
 * @param node holds the element and the `for`
 */
export function compileComprehension(c: Compiler, node: Node, kind: ScopeKind): void {
  const scope = c.childScope(kind, node, null, c.scope.emit);
  closeOverAndMake(c, scope, 0, 0);
  c.compile(node.children[1]?.children[1] ?? null);
  if (kind === ScopeKind.GenExpr) c.emit.getIter(false);
  c.emit.callFunction(1, 0, false);
}

/** A slice: `a:b:c` with any part left out. */
export function compileSubscript(c: Compiler, node: Node): void {
  let rest: Child = node;
  if (node.kind === Kind.Subscript2) {
    c.compile(node.children[0] ?? null);
    rest = node.children[1] ?? null;
  } else {
    c.emit.loadConstToken(Token.None);
  }

  const part = rest?.children[0] ?? null;
  let step: Child = null;
  if (part === null || part.kind === Kind.Subscript3c) {
    c.emit.loadConstToken(Token.None);
    step = part?.children[0] ?? null;
  } else if (part.kind === Kind.Subscript3d) {
    c.compile(part.children[0] ?? null);
    step = part.children[1]?.children[0] ?? null;
  } else {
    c.compile(part);
  }
  if (step !== null) c.compile(step);
  c.emit.build(step === null ? 2 : 3, BuildKind.Slice);
}
