import { isTooLongName } from "./characters.js";
import { compileAssign, compileDelete } from "./compile-assignment.js";
import { compileCondition, declareGlobal, declareNonlocal } from "./compile-expressions.js";
import { nameOf } from "./node-parts.js";
import type { Compiler } from "./compiler.js";
import { noLabel } from "./emitter.js";
import { BinaryOp } from "./opcodes.js";
import { IdKind, ScopeKind } from "./scope.js";
import { type Child, extractList, isLeaf, isToken, Kind, type Node, Token } from "./tree.js";

/** An expression statement, an assignment of any kind, or an annotation (compile_expr_stmt). */
export function compileExprStmt(c: Compiler, node: Node): void {
  const [left = null, right = null] = node.children;
  switch (right?.kind) {
    case undefined:
      compileExpressionStatement(c, left);
      return;
    case Kind.Annassign:
      // The annotation itself is never evaluated.
      if (right.children[1] != null) {
        compilePlainAssign(c, left, right.children[1]);
      } else if (left?.kind === Kind.Id && c.scope.kind === ScopeKind.Function) {
        c.scope.findOrAdd(nameOf(left), IdKind.Local);
      }
      return;
    case Kind.ExprStmtAugassign: {
      compileAssign(c, left, "augmented load");
      c.compile(right.children[1] ?? null);
      const token = right.children[0]?.value as Token;
      c.emit.binaryOp(BinaryOp.InplaceOr + (token - Token.PipeEqual));
      compileAssign(c, left, "augmented store");
      return;
    }
    case Kind.ExprStmtAssignList: {
      const last = right.children.length - 1;
      c.compile(right.children[last] ?? null);
      if (last > 0) c.emit.dupTop();
      compileAssign(c, left, "store");
      for (let i = 0; i < last; i++) {
        if (i + 1 < last) c.emit.dupTop();
        compileAssign(c, right.children[i] ?? null, "store");
      }
      return;
    }
    default:
      compilePlainAssign(c, left, right);
  }
}

function compileExpressionStatement(c: Compiler, expression: Child): void {
  if (c.options.mode === "single" && c.scope.kind === ScopeKind.Module) {
    c.loadId("__repl_print__");
    c.compile(expression);
    c.emit.callFunction(1, 0, false);
    c.emit.popTop();
    return;
  }
  const isConstant =
    (isLeaf(expression) && expression.kind !== Kind.Id) || expression?.kind === Kind.ConstObject;
  if (isConstant) return;
  c.compile(expression);
  c.emit.popTop();
}

function compilePlainAssign(c: Compiler, left: Child, right: Child): void {
  if (left?.kind === Kind.TestlistStarExpr && right?.kind === Kind.TestlistStarExpr) {
    const targets = left.children;
    const count = targets.length;
    const { doubleTupleAssign, tripleTupleAssign } = c.options.features;
    if (
      doubleTupleAssign &&
      (count === 2 || (count === 3 && tripleTupleAssign)) &&
      right.children.length === count &&
      !targets.some((target) => target?.kind === Kind.StarExpr)
    ) {
      // Values go straight from the stack into the targets; the pair needs no tuple.
      c.compile(right.children[0] ?? null);
      c.compile(right.children[1] ?? null);
      if (count === 3) {
        c.compile(right.children[2] ?? null);
        c.emit.rotThree();
      }
      c.emit.rotTwo();
      for (const target of targets) compileAssign(c, target, "store");
      return;
    }
  }
  c.compile(right);
  compileAssign(c, left, "store");
}

export function compileDel(c: Compiler, node: Node): void {
  for (const target of extractList(node.children[0] ?? null, Kind.Exprlist)) compileDelete(c, target);
}

export function compileBreakContinue(c: Compiler, node: Node): void {
  const isBreak = node.kind === Kind.BreakStmt;
  const label = isBreak ? c.loop.breakLabel : c.loop.continueLabel;
  if (label === noLabel) c.syntaxError(node, "'break'/'continue' outside loop");
  c.emit.unwindJump(label, isBreak && c.loop.breaksFor, c.exceptLevel - c.loop.exceptLevel);
}

export function compileReturn(c: Compiler, node: Node): void {
  if (c.options.features.cpythonCompat && c.scope.kind !== ScopeKind.Function) {
    c.syntaxError(node, "'return' outside function");
  }
  const value = node.children[0] ?? null;
  if (value === null) {
    c.emit.loadConstToken(Token.None);
  } else if (c.options.features.returnIfExpr && value.kind === Kind.TestIfExpr) {
    const rest = value.children[1]?.children ?? [];
    const otherwise = c.newLabel();
    compileCondition(c, rest[0] ?? null, false, otherwise);
    c.compile(value.children[0] ?? null);
    c.emit.returnValue();
    c.emit.assignLabel(otherwise);
    c.compile(rest[1] ?? null);
  } else {
    c.compile(value);
  }
  c.emit.returnValue();
}

export function compileRaise(c: Compiler, node: Node): void {
  const argument = node.children[0] ?? null;
  if (argument === null) {
    c.emit.raise(0);
  } else if (argument.kind === Kind.RaiseStmtArg) {
    c.compile(argument.children[0] ?? null);
    c.compile(argument.children[1] ?? null);
    c.emit.raise(2);
  } else {
    c.compile(argument);
    c.emit.raise(1);
  }
}

/** `import a.b, c as d` */
export function compileImportName(c: Compiler, node: Node): void {
  for (const item of extractList(node.children[0] ?? null, Kind.DottedAsNames)) {
    c.emit.loadConstSmallInt(0);
    c.emit.loadConstToken(Token.None);
    c.storeId(importModule(c, item));
  }
}

/** Imports a module and returns the name to store it under: the first of a dotted name, or the one after `as`. */
function importModule(c: Compiler, node: Child): string {
  let alias: string | null = null;
  let name = node;
  if (node?.kind === Kind.DottedAsName) {
    alias = nameOf(node.children[1]);
    name = node.children[0] ?? null;
  }
  if (name?.kind !== Kind.DottedName) {
    // Blank after nothing but dots: `from . import x`.
    c.emit.importName(nameOf(name));
    return alias ?? nameOf(name);
  }
  const parts = name.children.map((part) => nameOf(part));
  const path = parts.join(".");
  if (c.meetsNames && isTooLongName(path)) c.emitterError("name too long", "RuntimeError");
  c.emit.importName(path);
  if (alias === null) return parts[0] ?? "";
  for (const part of parts.slice(1)) c.emit.loadAttr(part);
  return alias;
}

/** `from ..a import b as c` */
export function compileImportFrom(c: Compiler, node: Node): void {
  let source = node.children[0] ?? null;
  let dots: Child = null;
  if (source?.kind === Kind.Token || source?.kind === Kind.OneOrMorePeriodOrEllipsis) {
    dots = source;
    source = null;
  } else if (source?.kind === Kind.ImportFrom2b) {
    dots = source.children[0] ?? null;
    source = source.children[1] ?? null;
  }
  let level = 0;
  for (const dot of extractList(dots, Kind.OneOrMorePeriodOrEllipsis)) {
    level += isToken(dot, Token.Period) ? 1 : 3;
  }

  const names = node.children[1] ?? null;
  if (isToken(names, Token.Star)) {
    if (c.options.features.cpythonCompat && c.scope.kind !== ScopeKind.Module) {
      c.syntaxError(node, "import * not at module level");
    }
    c.emit.loadConstSmallInt(level);
    c.emit.loadConstStr("*");
    c.buildTuple(1);
    importModule(c, source);
    c.emit.importStar();
    return;
  }

  c.emit.loadConstSmallInt(level);
  const items = extractList(names, Kind.ImportAsNames);
  for (const item of items) c.emit.loadConstStr(nameOf(item?.children[0]));
  c.buildTuple(items.length);
  importModule(c, source);
  for (const item of items) {
    const name = nameOf(item?.children[0]);
    c.emit.importFrom(name);
    c.storeId(item?.children[1] ? nameOf(item.children[1]) : name);
  }
  c.emit.popTop();
}

export function compileGlobalNonlocal(c: Compiler, node: Node): void {
  if (!c.meetsNames) return;
  const isGlobal = node.kind === Kind.GlobalStmt;
  if (!isGlobal && c.scope.kind === ScopeKind.Module) {
    c.syntaxError(node, "can't declare nonlocal in outer code");
    return;
  }
  for (const item of extractList(node.children[0] ?? null, Kind.NameList)) {
    if (isGlobal) declareGlobal(c, node, nameOf(item));
    else declareNonlocal(c, node, nameOf(item));
  }
}

export function compileAssert(c: Compiler, node: Node): void {
  if (c.options.optimisation !== 0) return;
  const end = c.newLabel();
  compileCondition(c, node.children[0] ?? null, true, end);
  c.emit.loadGlobal("AssertionError", true);
  if (node.children[1] != null) {
    c.compile(node.children[1]);
    c.emit.callFunction(1, 0, false);
  }
  c.emit.raise(1);
  c.emit.assignLabel(end);
}
