import { nameOf } from "./node-parts.js";
import { isComprehension } from "./compile-displays.js";
import type { Compiler } from "./compiler.js";
import { type Child, Kind, type Node } from "./tree.js";

/** What an assignment target is compiled for: a store, or the two halves of an augmented one. */
export type AssignKind = "store" | "augmented load" | "augmented store";

/** Assigns the top of the stack to a target (c_assign). */
export function compileAssign(c: Compiler, target: Child, kind: AssignKind): void {
  switch (target?.kind) {
    case Kind.Id:
      if (kind === "augmented load") c.loadId(nameOf(target));
      else c.storeId(nameOf(target));
      return;
    case Kind.AtomExprNormal:
      assignTrailer(c, target, kind);
      return;
    case Kind.TestlistStarExpr:
    case Kind.Exprlist:
      if (kind === "store") {
        assignTuple(c, target.children);
        return;
      }
      break;
    case Kind.AtomParen:
    case Kind.AtomBracket:
      if (kind === "store" && assignBracketed(c, target)) return;
      break;
  }
  c.syntaxError(target, "can't assign to expression");
}

/** Assigns to what is in parentheses or brackets; false if that can't be a target. */
function assignBracketed(c: Compiler, target: Node): boolean {
  const inside = target.children[0] ?? null;
  if (inside?.kind === Kind.TestlistComp) {
    if (isComprehension(inside)) return false;
    assignTuple(c, inside.children);
    return true;
  }
  if (target.kind === Kind.AtomParen) return false;
  assignTuple(c, inside === null ? [] : [inside]);
  return true;
}

/** Assigns to an attribute or item; an augmented load leaves what the store will need under the value. */
function assignTrailer(c: Compiler, target: Node, kind: AssignKind): void {
  const isAugmentedStore = kind === "augmented store";
  if (!isAugmentedStore) c.compile(target.children[0] ?? null);
  let last = target.children[1] ?? null;
  if (last?.kind === Kind.AtomExprTrailers) {
    const trailers = last.children;
    if (!isAugmentedStore) for (let i = 0; i + 1 < trailers.length; i++) c.compile(trailers[i] ?? null);
    last = trailers[trailers.length - 1] ?? null;
  }

  if (last?.kind === Kind.TrailerBracket) {
    if (isAugmentedStore) {
      c.emit.rotThree();
      c.emit.storeSubscr();
      return;
    }
    c.compile(last.children[0] ?? null);
    if (kind === "augmented load") {
      c.emit.dupTopTwo();
      c.emit.loadSubscr();
    } else {
      c.emit.storeSubscr();
    }
  } else if (last?.kind === Kind.TrailerPeriod) {
    const name = nameOf(last.children[0]);
    if (kind === "augmented load") {
      c.emit.dupTop();
      c.emit.loadAttr(name);
      return;
    }
    if (isAugmentedStore) c.emit.rotTwo();
    c.emit.storeAttr(name);
  } else {
    c.syntaxError(target, "can't assign to expression");
  }
}

function assignTuple(c: Compiler, targets: readonly Child[]): void {
  let star = -1;
  targets.forEach((target, i) => {
    if (target?.kind !== Kind.StarExpr) return;
    if (star >= 0) {
      c.syntaxError(target, "multiple *x in assignment");
      return;
    }
    c.emit.unpackEx(i, targets.length - i - 1);
    star = i;
  });
  if (star < 0) c.emit.unpackSequence(targets.length);
  targets.forEach((target, i) => {
    compileAssign(c, i === star ? (target?.children[0] ?? null) : target, "store");
  });
}

/** Deletes a target (c_del_stmt). */
export function compileDelete(c: Compiler, target: Child): void {
  switch (target?.kind) {
    case Kind.Id:
      c.deleteId(nameOf(target));
      return;
    case Kind.AtomExprNormal:
      if (deleteTrailer(c, target)) return;
      break;
    case Kind.AtomParen: {
      const inside = target.children[0] ?? null;
      if (inside !== null && !isComprehension(inside)) {
        for (const each of inside.children) compileDelete(c, each);
        return;
      }
      c.syntaxError(inside, "can't delete expression");
      return;
    }
  }
  c.syntaxError(target, "can't delete expression");
}

function deleteTrailer(c: Compiler, target: Node): boolean {
  c.compile(target.children[0] ?? null);
  let last = target.children[1] ?? null;
  if (last?.kind === Kind.AtomExprTrailers) {
    const trailers = last.children;
    for (let i = 0; i + 1 < trailers.length; i++) c.compile(trailers[i] ?? null);
    last = trailers[trailers.length - 1] ?? null;
  }
  if (last?.kind === Kind.TrailerBracket) {
    c.compile(last.children[0] ?? null);
    c.emit.deleteSubscr();
    return true;
  }
  if (last?.kind === Kind.TrailerPeriod) {
    c.emit.deleteAttr(nameOf(last.children[0]));
    return true;
  }
  return false;
}
