import { compileAssign } from "./compile-assignment.js";
import { isSpecialArgument } from "./compile-calls.js";
import { compileCondition } from "./compile-expressions.js";
import { isConstBool } from "./node-parts.js";
import type { Compiler, Loop } from "./compiler.js";
import { BinaryOp } from "./opcodes.js";
import { type Child, extractList, Kind, type Node } from "./tree.js";

export function compileIfStmt(c: Compiler, node: Node): void {
  const end = c.newLabel();
  const [test = null, body = null, elifs = null, otherwise = null] = node.children;
  let done = false;
  if (!isConstBool(c, test, false)) {
    const fail = c.newLabel();
    compileCondition(c, test, false, fail);
    c.compile(body);
    done = isConstBool(c, test, true);
    if (!done) {
      if (elifs !== null || otherwise !== null) c.emit.jump(end);
      c.emit.assignLabel(fail);
    }
  }
  if (!done) {
    for (const elif of extractList(elifs, Kind.IfStmtElifList)) {
      const elifTest = elif?.children[0] ?? null;
      if (isConstBool(c, elifTest, false)) continue;
      const fail = c.newLabel();
      compileCondition(c, elifTest, false, fail);
      c.compile(elif?.children[1] ?? null);
      done = isConstBool(c, elifTest, true);
      if (done) break;
      c.emit.jump(end);
      c.emit.assignLabel(fail);
    }
  }
  if (!done) c.compile(otherwise);
  c.emit.assignLabel(end);
}

/** Opens a loop: `break` and `continue` lead here until the returned outer loop is put back. */
export function startLoop(c: Compiler, breaksFor: boolean): { outer: Loop; loop: Loop } {
  const outer = c.loop;
  const loop = {
    breakLabel: c.newLabel(),
    continueLabel: c.newLabel(),
    breaksFor,
    exceptLevel: c.exceptLevel,
  };
  c.loop = loop;
  return { outer, loop };
}

/** The body comes first, then the test, which jumps back to it. */
export function compileWhileStmt(c: Compiler, node: Node): void {
  const [test = null, body = null, otherwise = null] = node.children;
  const { outer, loop } = startLoop(c, false);
  if (!isConstBool(c, test, false)) {
    const top = c.newLabel();
    if (!isConstBool(c, test, true)) c.emit.jump(loop.continueLabel);
    c.emit.assignLabel(top);
    c.compile(body);
    c.emit.assignLabel(loop.continueLabel);
    compileCondition(c, test, true, top);
  }
  c.loop = outer;
  c.compile(otherwise);
  c.emit.assignLabel(loop.breakLabel);
}

export function compileForStmt(c: Compiler, node: Node): void {
  const [target = null, iterable = null, body = null, otherwise = null] = node.children;
  const range = target?.kind === Kind.Id ? rangeOf(iterable) : null;
  if (range !== null) {
    compileForRange(c, target, range, body, otherwise);
    return;
  }

  const { outer, loop } = startLoop(c, true);
  const pop = c.newLabel();
  c.compile(iterable);
  c.emit.getIter(true);
  c.emit.assignLabel(loop.continueLabel);
  c.emit.forIter(pop);
  compileAssign(c, target, "store");
  c.compile(body);
  c.emit.jump(loop.continueLabel);
  c.emit.assignLabel(pop);
  c.emit.forIterEnd();
  c.loop = outer;
  c.compile(otherwise);
  c.emit.assignLabel(loop.breakLabel);
}

interface Range {
  /** Null for 0. */
  readonly start: Child;
  readonly end: Child;
  readonly step: number | bigint;
}

/** The parts of a literal call of `range` that a `for` turns into counting; null if it must be called. */
function rangeOf(iterable: Child): Range | null {
  if (iterable?.kind !== Kind.AtomExprNormal) return null;
  const [name, call] = iterable.children;
  if (name?.kind !== Kind.Id || name.value !== "range" || call?.kind !== Kind.TrailerParen) return null;
  const args = extractList(call.children[0] ?? null, Kind.Arglist);
  if (args.length < 1 || args.length > 3) return null;
  const start = args.length === 1 ? null : (args[0] ?? null);
  const end = args[args.length === 1 ? 0 : 1] ?? null;
  let step: number | bigint = 1;
  if (args.length === 3) {
    const given = args[2];
    if (given?.kind !== Kind.SmallInt) return null;
    step = given.value as number | bigint;
    if (step === 0 || step === 0n) return null;
  }
  if (isSpecialArgument(start) || isSpecialArgument(end)) return null;
  return { start, end, step };
}

/** Counts on the stack, above the end value unless that is a small int (compile_for_stmt_optimised_range). */
function compileForRange(c: Compiler, target: Child, range: Range, body: Child, otherwise: Child): void {
  const { outer, loop } = startLoop(c, false);
  const top = c.newLabel();
  const entry = c.newLabel();
  const endOnStack = range.end?.kind !== Kind.SmallInt;
  if (endOnStack) c.compile(range.end);
  if (range.start === null) c.emit.loadConstSmallInt(0);
  else c.compile(range.start);
  c.emit.jump(entry);
  c.emit.assignLabel(top);
  c.emit.dupTop();
  compileAssign(c, target, "store");
  c.compile(body);
  c.emit.assignLabel(loop.continueLabel);
  c.emit.loadConstSmallInt(range.step);
  c.emit.binaryOp(BinaryOp.InplaceAdd);
  c.emit.assignLabel(entry);
  if (endOnStack) {
    c.emit.dupTopTwo();
    c.emit.rotTwo();
  } else {
    c.emit.dupTop();
    c.compile(range.end);
  }
  c.emit.binaryOp(range.step >= 0 ? BinaryOp.Less : BinaryOp.More);
  c.emit.popJumpIf(true, top);
  c.loop = outer;

  const endLabel = otherwise === null ? null : compileRangeElse(c, otherwise, endOnStack);
  c.emit.assignLabel(loop.breakLabel);
  c.emit.popTop();
  if (endOnStack) c.emit.popTop();
  if (endLabel !== null) c.emit.assignLabel(endLabel);
}

function compileRangeElse(c: Compiler, otherwise: Node, endOnStack: boolean): number {
  c.emit.popTop();
  if (endOnStack) c.emit.popTop();
  c.compile(otherwise);
  const end = c.newLabel();
  c.emit.jump(end);
  c.emit.adjustStackSize(endOnStack ? 2 : 1);
  return end;
}
