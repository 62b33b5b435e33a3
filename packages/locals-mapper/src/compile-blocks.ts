import { compileAssign } from "./compile-assignment.js";
import { compileFuncdef } from "./compile-functions.js";
import { startLoop } from "./compile-loops.js";
import { nameOf } from "./node-parts.js";
import type { Compiler } from "./compiler.js";
import { BinaryOp, BlockKind } from "./opcodes.js";
import { ScopeFlag } from "./scope.js";
import { type Child, extractList, Kind, type Node, Token } from "./tree.js";

export function compileTryStmt(c: Compiler, node: Node): void {
  const [body = null, rest = null] = node.children;
  if (rest?.kind === Kind.TryStmtFinally) {
    compileTryFinally(c, body, [], null, rest.children[0] ?? null);
    return;
  }
  if (rest?.kind !== Kind.TryStmtExceptAndMore) {
    compileTryExcept(c, body, extractList(rest, Kind.TryStmtExceptList), null);
    return;
  }
  const [clauses = null, otherwise = null, last = null] = rest.children;
  const excepts = extractList(clauses, Kind.TryStmtExceptList);
  if (last === null) compileTryExcept(c, body, excepts, otherwise);
  else compileTryFinally(c, body, excepts, otherwise, last.children[0] ?? null);
}

function compileTryExcept(c: Compiler, body: Child, clauses: readonly Child[], otherwise: Child): void {
  const handler = c.newLabel();
  const success = c.newLabel();
  c.increaseExceptLevel(handler, BlockKind.Except);
  c.compile(body);
  c.emit.popExceptJump(success, false);
  c.emit.assignLabel(handler);
  c.emit.startExceptHandler();

  // The exception is on the stack; each clause that doesn't match passes it to the next.
  const end = c.newLabel();
  clauses.forEach((clause, i) => {
    if (clause === null) return;
    if (clause.children[0] == null && i + 1 < clauses.length) {
      c.syntaxError(clause, "default 'except' must be last");
    }
    compileExceptClause(c, clause, end);
  });

  c.decreaseExceptLevel();
  c.emit.endExceptHandler();
  c.emit.assignLabel(success);
  c.compile(otherwise);
  c.emit.assignLabel(end);
}

function compileExceptClause(c: Compiler, clause: Node, end: number): void {
  const next = c.newLabel();
  if (c.options.settrace) c.emit.setSourceLine(clause.line);
  let type = clause.children[0] ?? null;
  let name: string | null = null;
  if (type?.kind === Kind.TryStmtAsName) {
    name = nameOf(type.children[1]);
    type = type.children[0] ?? null;
  }
  if (type !== null) {
    c.emit.dupTop();
    c.compile(type);
    c.emit.binaryOp(BinaryOp.ExceptionMatch);
    c.emit.popJumpIf(false, next);
  }

  const body = clause.children[1] ?? null;
  if (name === null) {
    c.emit.popTop();
    c.compile(body);
  } else {
    // The name is deleted after the clause, however the clause ends.
    c.storeId(name);
    const cleanUp = c.newLabel();
    c.increaseExceptLevel(cleanUp, BlockKind.Finally);
    c.compile(body);
    c.emit.loadConstToken(Token.None);
    c.emit.assignLabel(cleanUp);
    c.emit.adjustStackSize(returnedWords(c));
    c.emit.loadConstToken(Token.None);
    c.storeId(name);
    c.deleteId(name);
    c.emit.adjustStackSize(-returnedWords(c));
    c.decreaseExceptLevel();
  }
  c.emit.popExceptJump(end, true);
  c.emit.assignLabel(next);
  c.emit.adjustStackSize(1);
}

function compileTryFinally(
  c: Compiler,
  body: Child,
  clauses: readonly Child[],
  otherwise: Child,
  last: Child,
): void {
  const block = c.newLabel();
  c.increaseExceptLevel(block, BlockKind.Finally);
  if (clauses.length === 0) {
    // Room for the state of an unwinding jump.
    c.emit.adjustStackSize(3);
    c.compile(body);
    c.emit.adjustStackSize(-3);
  } else {
    compileTryExcept(c, body, clauses, otherwise);
  }
  c.emit.loadConstToken(Token.None);
  c.emit.assignLabel(block);
  c.emit.adjustStackSize(returnedWords(c));
  c.compile(last);
  c.emit.adjustStackSize(-returnedWords(c));
  c.decreaseExceptLevel();
}

/** Words to allow in a `finally` for a value that is being returned; before 1.22.2 that was forgotten. */
function returnedWords(c: Compiler): number {
  return c.options.minorVersion >= 22 ? 1 : 0;
}

export function compileWithStmt(c: Compiler, node: Node): void {
  const items = extractList(node.children[0] ?? null, Kind.WithStmtList);
  compileWithItems(c, items, 0, node.children[1] ?? null);
}

function compileWithItems(c: Compiler, items: readonly Child[], index: number, body: Child): void {
  const item = items[index];
  if (item == null) {
    c.compile(body);
    return;
  }
  const end = c.newLabel();
  if (item.kind === Kind.WithItem) {
    c.compile(item.children[0] ?? null);
    c.increaseExceptLevel(end, BlockKind.With);
    compileAssign(c, item.children[1] ?? null, "store");
  } else {
    c.compile(item);
    c.increaseExceptLevel(end, BlockKind.With);
    c.emit.popTop();
  }
  compileWithItems(c, items, index + 1, body);
  c.emit.withCleanup(end);
  c.decreaseExceptLevel();
}

/** `async def`, `async for` or `async with`. */
export function compileAsyncStmt(c: Compiler, node: Node): void {
  const statement = node.children[0] ?? null;
  if (statement === null) return;
  if (statement.kind === Kind.Funcdef) {
    compileFuncdef(c, statement).flags |= ScopeFlag.Generator;
    return;
  }
  if (!(c.scope.flags & ScopeFlag.Generator)) {
    c.syntaxError(statement, "async for/with outside async function");
    c.compileBeyondError(() => compileAsyncBlock(c, statement));
  } else {
    compileAsyncBlock(c, statement);
  }
}

function compileAsyncBlock(c: Compiler, statement: Node): void {
  if (statement.kind === Kind.ForStmt) {
    compileAsyncFor(c, statement);
  } else {
    const items = extractList(statement.children[0] ?? null, Kind.WithStmtList);
    compileAsyncWithItems(c, items, 0, statement.children[1] ?? null);
  }
}

/** Calls a method of what is on the stack, without arguments, and awaits its result. */
function awaitMethod(c: Compiler, name: string): void {
  c.emit.loadMethod(name, false);
  c.emit.callMethod(0, 0, false);
  c.yieldFrom();
}

function compileAsyncFor(c: Compiler, node: Node): void {
  const [target = null, iterable = null, body = null, otherwise = null] = node.children;
  const elseLabel = c.newLabel();
  const exception = c.newLabel();
  const tryElse = c.newLabel();
  const tryFinally = c.newLabel();

  c.compile(iterable);
  c.emit.loadMethod("__aiter__", false);
  c.emit.callMethod(0, 0, false);
  // 1.20 keeps the iterator not on the stack but in the name that was iterated over.
  const keptIn = c.options.minorVersion < 21 ? nameOf(iterable) : null;
  if (keptIn !== null) c.storeId(keptIn);
  const { outer, loop } = startLoop(c, false);
  c.emit.assignLabel(loop.continueLabel);
  c.increaseExceptLevel(exception, BlockKind.Except);
  if (keptIn === null) c.emit.dupTop();
  else c.loadId(keptIn);
  awaitMethod(c, "__anext__");
  compileAssign(c, target, "store");
  c.emit.popExceptJump(tryElse, false);

  c.emit.assignLabel(exception);
  c.emit.startExceptHandler();
  c.emit.dupTop();
  c.emit.loadGlobal("StopAsyncIteration", true);
  c.emit.binaryOp(BinaryOp.ExceptionMatch);
  c.emit.popJumpIf(false, tryFinally);
  c.emit.popTop();
  c.emit.popExceptJump(elseLabel, true);

  c.emit.assignLabel(tryFinally);
  c.emit.adjustStackSize(1);
  c.decreaseExceptLevel();
  c.emit.endExceptHandler();

  c.emit.assignLabel(tryElse);
  c.compile(body);
  c.emit.jump(loop.continueLabel);
  c.loop = outer;

  c.emit.assignLabel(elseLabel);
  c.compile(otherwise);
  c.emit.assignLabel(loop.breakLabel);
  if (keptIn === null) c.emit.popTop();
}

/**
 * `async with`. `__aexit__` is not kept on the stack as a plain `with` keeps `__exit__`, but looked up when needed, in
 * one of three cases: the body ended, an exception, or a return or jump out of it.
 */
function compileAsyncWithItems(c: Compiler, items: readonly Child[], index: number, body: Child): void {
  const item = items[index];
  if (item == null) {
    c.compile(body);
    return;
  }
  const finallyBlock = c.newLabel();
  const noException = c.newLabel();
  const returnOrUnwind = c.newLabel();
  const end = c.newLabel();

  const hasTarget = item.kind === Kind.WithItem;
  c.compile(hasTarget ? (item.children[0] ?? null) : item);
  c.emit.dupTop();
  awaitMethod(c, "__aenter__");
  if (hasTarget) compileAssign(c, item.children[1] ?? null, "store");
  else c.emit.popTop();

  c.increaseExceptLevel(finallyBlock, BlockKind.Finally);
  c.emit.adjustStackSize(3);
  compileAsyncWithItems(c, items, index + 1, body);
  c.emit.adjustStackSize(-3);
  c.emit.asyncWithSetupFinally(noException, finallyBlock, returnOrUnwind);

  // An exception: __aexit__ gets it and may swallow it.
  c.emit.dupTop();
  c.emit.rotThree();
  c.emit.rotTwo();
  c.emit.loadMethod("__aexit__", false);
  c.emit.rotThree();
  c.emit.rotThree();
  c.emit.dupTop();
  if (c.options.features.cpythonCompat) {
    c.emit.loadAttr("__class__");
  } else {
    c.loadId("type");
    c.emit.rotTwo();
    c.emit.callFunction(1, 0, false);
  }
  c.emit.rotTwo();
  c.emit.loadConstToken(Token.None);
  c.emit.callMethod(3, 0, false);
  c.yieldFrom();
  c.emit.popJumpIf(false, end);
  c.emit.popTop();
  c.emit.loadConstToken(Token.None);
  c.emit.jump(end);
  c.emit.adjustStackSize(2);

  // A return or jump, which then joins the case without exception.
  c.emit.assignLabel(returnOrUnwind);
  c.emit.rotThree();
  c.emit.rotThree();
  c.emit.assignLabel(noException);
  c.emit.loadMethod("__aexit__", false);
  c.emit.loadConstToken(Token.None);
  c.emit.dupTop();
  c.emit.dupTop();
  c.emit.callMethod(3, 0, false);
  c.yieldFrom();
  c.emit.popTop();
  c.emit.adjustStackSize(-1);
  c.emit.assignLabel(end);
  c.decreaseExceptLevel();
}
