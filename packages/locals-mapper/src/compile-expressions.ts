import { isConstBool, nameOf } from "./node-parts.js";
import type { Compiler } from "./compiler.js";
import { BinaryOp, UnaryOp } from "./opcodes.js";
import { IdKind, ScopeKind } from "./scope.js";
import { type Child, Kind, type Node, Token } from "./tree.js";

/** Jumps if a condition has the given truth value, else falls through (c_if_cond). */
export function compileCondition(c: Compiler, node: Child, jumpIf: boolean, label: number): void {
  if (isConstBool(c, node, false)) {
    if (!jumpIf) c.emit.jump(label);
    return;
  }
  if (isConstBool(c, node, true)) {
    if (jumpIf) c.emit.jump(label);
    return;
  }
  if (node !== null) {
    if (node.kind === Kind.OrTest || node.kind === Kind.AndTest) {
      compileLogicalCondition(c, node, jumpIf, label);
      return;
    }
    if (node.kind === Kind.AtomParen && c.options.minorVersion < 21) {
      // 1.20 takes any tuple with elements for true, without evaluating them.
      if (jumpIf === (node.children[0] != null)) c.emit.jump(label);
      return;
    }
    if (node.kind === Kind.NotTest2) {
      compileCondition(c, node.children[0] ?? null, !jumpIf, label);
      return;
    }
  }
  c.compile(node);
  c.emit.popJumpIf(jumpIf, label);
}

function compileLogicalCondition(c: Compiler, node: Node, jumpIf: boolean, label: number): void {
  const operands = node.children;
  if ((node.kind === Kind.OrTest) === jumpIf) {
    // Any operand of that value decides.
    for (const operand of operands) compileCondition(c, operand, jumpIf, label);
    return;
  }
  const decided = c.newLabel();
  for (let i = 0; i + 1 < operands.length; i++) compileCondition(c, operands[i] ?? null, !jumpIf, decided);
  compileCondition(c, operands[operands.length - 1] ?? null, jumpIf, label);
  c.emit.assignLabel(decided);
}

/** `a if c else b`: c, a, b. */
export function compileConditional(c: Compiler, node: Node): void {
  const rest = node.children[1]?.children ?? [];
  const otherwise = c.newLabel();
  const end = c.newLabel();
  compileCondition(c, rest[0] ?? null, false, otherwise);
  c.compile(node.children[0] ?? null);
  c.emit.jump(end);
  c.emit.assignLabel(otherwise);
  c.emit.adjustStackSize(-1);
  c.compile(rest[1] ?? null);
  c.emit.assignLabel(end);
}

/**
 * `name := value`. In a comprehension the name belongs to the scope around it (PEP 572), taken literally as the
 * immediate parent.
 */
export function compileNamedExpr(c: Compiler, target: Child, value: Child): void {
  if (target?.kind !== Kind.Id) c.syntaxError(target, "can't assign to expression");
  c.compile(value);
  c.emit.dupTop();
  if (target?.kind !== Kind.Id) {
    c.emit.popTop();
    return;
  }
  const name = nameOf(target);
  if (c.meetsNames && c.scope.isComprehension) bindInParent(c, target, name);
  c.storeId(name);
}

function bindInParent(c: Compiler, target: Node, name: string): void {
  const parent = c.scope.parent;
  if (parent === null) return;
  if (parent.forModification(name).kind === IdKind.GlobalExplicit) {
    c.scope.findOrAdd(name, IdKind.GlobalExplicit);
    return;
  }
  const id = c.scope.findOrAdd(name, IdKind.Undecided);
  if (parent.parent === null) {
    declareGlobal(c, target, name);
    return;
  }
  // Read before it was bound here: it must be closed over after all.
  if (id.kind === IdKind.GlobalImplicit) id.kind = IdKind.Undecided;
  declareNonlocal(c, target, name);
}

/** Makes a name of the current scope global (compile_declare_global). */
export function declareGlobal(c: Compiler, node: Node, name: string): void {
  const id = c.scope.findOrAdd(name, IdKind.Undecided);
  if (id.kind !== IdKind.Undecided && id.kind !== IdKind.GlobalExplicit) {
    c.syntaxError(node, "identifier redefined as global");
    return;
  }
  id.kind = IdKind.GlobalExplicit;
  c.scope.declaredGlobals.push(name);
  const inModule = c.scope.findGlobal(name);
  if (inModule !== undefined) inModule.kind = IdKind.GlobalExplicit;
}

/** Makes a name of the current scope one of an enclosing function (compile_declare_nonlocal). */
export function declareNonlocal(c: Compiler, node: Node, name: string): void {
  const id = c.scope.findOrAdd(name, IdKind.Undecided);
  if (id.kind === IdKind.Undecided) {
    id.kind = IdKind.GlobalImplicit;
    c.scope.closeOver(id);
    // Read again: closing over has changed it.
    if ((id.kind as IdKind) === IdKind.GlobalImplicit) c.syntaxError(node, "no binding for nonlocal found");
  } else if (id.kind !== IdKind.Free) {
    c.syntaxError(node, "identifier redefined as nonlocal");
  }
}

/** `a or b`, `a and b` as values. */
export function compileLogical(c: Compiler, node: Node): void {
  const end = c.newLabel();
  const last = node.children.length - 1;
  node.children.forEach((operand, i) => {
    c.compile(operand);
    if (i < last) c.emit.jumpIfOrPop(node.kind === Kind.OrTest, end);
  });
  c.emit.assignLabel(end);
}

export function compileNot(c: Compiler, node: Node): void {
  c.compile(node.children[0] ?? null);
  c.emit.unaryOp(UnaryOp.Not);
}

/** `a < b`, and chains, where the middle operands are kept on the stack. */
export function compileComparison(c: Compiler, node: Node): void {
  const parts = node.children;
  c.compile(parts[0] ?? null);
  const isChain = parts.length > 3;
  const fail = isChain ? c.newLabel() : 0;
  for (let i = 1; i + 1 < parts.length; i += 2) {
    const isLast = i + 2 >= parts.length;
    c.compile(parts[i + 1] ?? null);
    if (!isLast) {
      c.emit.dupTop();
      c.emit.rotThree();
    }
    c.emit.binaryOp(comparisonOperator(parts[i] ?? null));
    if (!isLast) c.emit.jumpIfOrPop(false, fail);
  }
  if (!isChain) return;
  const end = c.newLabel();
  c.emit.jump(end);
  c.emit.assignLabel(fail);
  c.emit.adjustStackSize(1);
  c.emit.rotTwo();
  c.emit.popTop();
  c.emit.assignLabel(end);
}

function comparisonOperator(node: Child): number {
  if (node?.kind === Kind.CompOpNotIn) return BinaryOp.NotIn;
  if (node?.kind === Kind.CompOpIs) return node.children[0] == null ? BinaryOp.Is : BinaryOp.IsNot;
  const token = node?.value as Token;
  return token === Token.In ? BinaryOp.In : BinaryOp.Less + (token - Token.Less);
}

/** Chains of `|`, of `^` or of `&`. */
export function compileBinaryOperators(c: Compiler, node: Node): void {
  const op = BinaryOp.Or + (node.kind - Kind.Expr);
  node.children.forEach((operand, i) => {
    c.compile(operand);
    if (i > 0) c.emit.binaryOp(op);
  });
}

/** Chains of shifts, of `+` and `-`, or of `*` and its kin: operands and operators in turn. */
export function compileTermOperators(c: Compiler, node: Node): void {
  const parts = node.children;
  c.compile(parts[0] ?? null);
  for (let i = 1; i + 1 < parts.length; i += 2) {
    c.compile(parts[i + 1] ?? null);
    c.emit.binaryOp(BinaryOp.Lshift + ((parts[i]?.value as Token) - Token.DblLess));
  }
}

export function compileFactor(c: Compiler, node: Node): void {
  c.compile(node.children[1] ?? null);
  const token = node.children[0]?.value;
  c.emit.unaryOp(
    token === Token.Tilde ? UnaryOp.Invert : token === Token.Minus ? UnaryOp.Negative : UnaryOp.Positive,
  );
}

export function compilePower(c: Compiler, node: Node): void {
  c.compileAll(node);
  c.emit.binaryOp(BinaryOp.Power);
}

export function compileYieldExpr(c: Compiler, node: Node): void {
  const argument = node.children[0] ?? null;
  if (c.scope.kind !== ScopeKind.Function && c.scope.kind !== ScopeKind.Lambda) {
    c.syntaxError(node, "'yield' outside function");
  }
  if (argument?.kind === Kind.YieldArgFrom) {
    c.compile(argument.children[0] ?? null);
    c.yieldFrom();
    return;
  }
  if (argument === null) c.emit.loadConstToken(Token.None);
  else c.compile(argument);
  c.emit.yieldValue();
}
