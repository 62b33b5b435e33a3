import { CodeBuffer } from "./code-buffer.js";
import { type Emitter, noLabel } from "./emitter.js";
import type { TableUse } from "./module-tables.js";
import {
  BinaryOp,
  type BlockKind,
  BlockKind as Block,
  type BuildKind,
  BuildKind as Build,
  iteratorSlots,
  Op,
  UnaryOp,
} from "./opcodes.js";
import { IdFlag, IdKind, type Scope, ScopeFlag, ScopeKind } from "./scope.js";
import { type Constant, Token } from "./tree.js";

/** Names of a function's parameters as its prelude lists them: by slot, `*` where a slot holds a free variable. */
export function argumentNames(scope: Scope): string[] {
  const length = scope.positionalCount + scope.keywordOnlyCount;
  const names = Array.from({ length }, () => "*");
  for (const id of scope.ids) {
    if (id.flags & IdFlag.Param && id.slot < names.length) names[id.slot] = id.name;
  }
  return names;
}

/**
 * Makes bytecode (py/emitbc.c, 1.26.1). Code after a jump, return or raise is suppressed until the next label, but names
 * and constants it uses still enter the tables, and stack depths still count.
 */
export class BytecodeEmitter implements Emitter {
  readonly #marksLines: boolean;
  readonly #buffer = new CodeBuffer();
  #scope!: Scope;
  #uses: TableUse[] = [];
  #suppress = false;
  #stackSize = 0;
  #lastLine = 1;

  /** @param marksLines whether code gets a line table (source lines on, optimisation below 3) */
  constructor(marksLines: boolean) {
    this.#marksLines = marksLines;
  }

  startScope(scope: Scope): void {
    this.#scope = scope;
    this.#buffer.reset();
    this.#suppress = false;
    this.#stackSize = 0;
    this.#lastLine = 1;
    scope.stackSize = 0;
    this.#uses = [scope.name, ...argumentNames(scope)];
  }

  endScope(): void {
    this.#scope.code = this.#buffer.take();
    this.#scope.usesOfCode = this.#uses;
  }

  adjustStackSize(delta: number): void {
    this.#stackSize += delta;
    if (this.#stackSize > this.#scope.stackSize) this.#scope.stackSize = this.#stackSize;
  }

  setSourceLine(line: number): void {
    if (line <= this.#lastLine || !this.#marksLines) return;
    this.#buffer.mark(line);
    this.#lastLine = line;
  }

  assignLabel(label: number): void {
    this.#suppress = false;
    this.#buffer.label(label);
  }

  loadLocal(_name: string, slot: number, isCell: boolean): void {
    if (isCell) this.#unsigned(1, Op.LoadDeref, slot);
    else if (slot < 16) this.#op(1, Op.LoadFastMulti + slot);
    else this.#unsigned(1, Op.LoadFastN, slot);
  }

  storeLocal(_name: string, slot: number, isCell: boolean): void {
    if (isCell) this.#unsigned(-1, Op.StoreDeref, slot);
    else if (slot < 16) this.#op(-1, Op.StoreFastMulti + slot);
    else this.#unsigned(-1, Op.StoreFastN, slot);
  }

  deleteLocal(_name: string, slot: number, isCell: boolean): void {
    this.#unsigned(0, isCell ? Op.DeleteDeref : Op.DeleteFast, slot);
  }

  loadGlobal(name: string, explicit: boolean): void {
    this.#tableUse(1, explicit ? Op.LoadGlobal : Op.LoadName, name);
  }

  storeGlobal(name: string, explicit: boolean): void {
    this.#tableUse(-1, explicit ? Op.StoreGlobal : Op.StoreName, name);
  }

  deleteGlobal(name: string, explicit: boolean): void {
    this.#tableUse(0, explicit ? Op.DeleteGlobal : Op.DeleteName, name);
  }

  loadConstToken(token: Token): void {
    if (token === Token.Ellipsis) this.loadConstObject({ type: "Ellipsis" });
    else this.#op(1, Op.LoadConstFalse + (token - Token.False));
  }

  loadConstSmallInt(value: number | bigint): void {
    if (value >= -16 && value < 48) {
      this.#op(1, Op.LoadConstSmallIntMulti + 16 + Number(value));
      return;
    }
    this.#op(1, Op.LoadConstSmallInt);
    if (!this.#suppress) this.#buffer.signed(value);
  }

  loadConstStr(value: string): void {
    this.#tableUse(1, Op.LoadConstString, value);
  }

  loadConstObject(constant: Constant): void {
    this.#tableUse(1, Op.LoadConstObj, constant);
  }

  loadNull(): void {
    this.#op(1, Op.LoadNull);
  }

  loadMethod(name: string, isSuper: boolean): void {
    this.#tableUse(isSuper ? -1 : 1, isSuper ? Op.LoadSuperMethod : Op.LoadMethod, name);
  }

  loadBuildClass(): void {
    this.#op(1, Op.LoadBuildClass);
  }

  loadSubscr(): void {
    this.#op(-1, Op.LoadSubscr);
  }

  storeSubscr(): void {
    this.#op(-3, Op.StoreSubscr);
  }

  deleteSubscr(): void {
    this.loadNull();
    this.rotThree();
    this.#op(-3, Op.StoreSubscr);
  }

  loadAttr(name: string): void {
    this.#tableUse(0, Op.LoadAttr, name);
  }

  storeAttr(name: string): void {
    this.#tableUse(-2, Op.StoreAttr, name);
  }

  deleteAttr(name: string): void {
    this.loadNull();
    this.rotTwo();
    this.#tableUse(-2, Op.StoreAttr, name);
  }

  importName(name: string): void {
    this.#tableUse(-1, Op.ImportName, name);
  }

  importFrom(name: string): void {
    this.#tableUse(1, Op.ImportFrom, name);
  }

  importStar(): void {
    this.#op(-1, Op.ImportStar);
  }

  dupTop(): void {
    this.#op(1, Op.DupTop);
  }

  dupTopTwo(): void {
    this.#op(2, Op.DupTopTwo);
  }

  popTop(): void {
    this.#op(-1, Op.PopTop);
  }

  rotTwo(): void {
    this.#op(0, Op.RotTwo);
  }

  rotThree(): void {
    this.#op(0, Op.RotThree);
  }

  jump(label: number): void {
    this.#jump(0, Op.Jump, label);
    this.#suppress = true;
  }

  popJumpIf(condition: boolean, label: number): void {
    this.#jump(-1, condition ? Op.PopJumpIfTrue : Op.PopJumpIfFalse, label);
  }

  jumpIfOrPop(condition: boolean, label: number): void {
    this.#jump(-1, condition ? Op.JumpIfTrueOrPop : Op.JumpIfFalseOrPop, label);
  }

  unwindJump(label: number, breaksFor: boolean, depth: number): void {
    if (label === noLabel) {
      this.#suppress = true;
      return;
    }
    if (depth === 0) {
      // The iterator is dropped without counting it: the code that follows is reached with it still there.
      if (breaksFor) for (let i = 0; i < iteratorSlots; i++) this.#raw(Op.PopTop);
      this.#jump(0, Op.Jump, label);
    } else {
      this.#jump(0, Op.UnwindJump, label);
      this.#raw((breaksFor ? 0x80 : 0) | depth);
    }
    this.#suppress = true;
  }

  setupBlock(label: number, kind: BlockKind): void {
    // A context manager gives way to its __exit__, itself, and what __enter__ returned.
    this.#jump(kind === Block.With ? 2 : 0, Op.SetupWith + kind, label);
  }

  withCleanup(label: number): void {
    this.loadConstToken(Token.None);
    this.assignLabel(label);
    // Two more words for calling __exit__, and back with the two that setupBlock added.
    this.#op(2, Op.WithCleanup);
    this.adjustStackSize(-4);
  }

  asyncWithSetupFinally(noException: number, finallyBlock: number, returnOrUnwind: number): void {
    this.loadConstToken(Token.None);
    this.rotTwo();
    this.jump(noException);
    this.assignLabel(finallyBlock);
    this.dupTop();
    this.loadGlobal("BaseException", true);
    this.binaryOp(BinaryOp.ExceptionMatch);
    this.popJumpIf(false, returnOrUnwind);
  }

  startExceptHandler(): void {
    // The exception, and three words for a possible unwinding jump.
    this.adjustStackSize(4);
  }

  endExceptHandler(): void {
    this.adjustStackSize(-3);
  }

  popExceptJump(label: number, _withinHandler: boolean): void {
    this.#jump(0, Op.PopExceptJump, label);
    this.#suppress = true;
  }

  endFinally(): void {
    this.#op(-1, Op.EndFinally);
  }

  getIter(useStack: boolean): void {
    this.#op(useStack ? iteratorSlots - 1 : 0, useStack ? Op.GetIterStack : Op.GetIter);
  }

  forIter(label: number): void {
    this.#jump(1, Op.ForIter, label);
  }

  forIterEnd(): void {
    this.adjustStackSize(-iteratorSlots);
  }

  unaryOp(op: UnaryOp): void {
    this.#op(0, Op.UnaryOpMulti + op);
  }

  binaryOp(op: number): void {
    if (op === BinaryOp.NotIn || op === BinaryOp.IsNot) {
      this.#op(-1, Op.BinaryOpMulti + (op === BinaryOp.NotIn ? BinaryOp.In : BinaryOp.Is));
      this.#op(0, Op.UnaryOpMulti + UnaryOp.Not);
    } else {
      this.#op(-1, Op.BinaryOpMulti + op);
    }
  }

  build(count: number, kind: BuildKind): void {
    this.#unsigned(kind === Build.Map ? 1 : 1 - count, Op.BuildTuple + kind, count);
  }

  storeMap(): void {
    this.#op(-2, Op.StoreMap);
  }

  storeComp(kind: ScopeKind, depth: number): void {
    const isDict = kind === ScopeKind.DictComp;
    const type = kind === ScopeKind.ListComp ? 0 : isDict ? 1 : 2;
    this.#unsigned(isDict ? -2 : -1, Op.StoreComp, ((depth + (isDict ? 1 : 0)) << 2) | type);
  }

  unpackSequence(count: number): void {
    this.#unsigned(count - 1, Op.UnpackSequence, count);
  }

  unpackEx(left: number, right: number): void {
    this.#unsigned(left + right, Op.UnpackEx, left | (right << 8));
  }

  makeFunction(scope: Scope, hasDefaults: boolean): void {
    const index = this.#child(scope);
    if (hasDefaults) this.#unsigned(-1, Op.MakeFunctionDefargs, index);
    else this.#unsigned(1, Op.MakeFunction, index);
  }

  makeClosure(scope: Scope, closedOver: number, hasDefaults: boolean): void {
    const index = this.#child(scope);
    if (hasDefaults) this.#unsigned(-1 - closedOver, Op.MakeClosureDefargs, index);
    else this.#unsigned(1 - closedOver, Op.MakeClosure, index);
    this.#raw(closedOver);
  }

  callFunction(positional: number, keyword: number, hasStar: boolean): void {
    this.#call(0, Op.CallFunction, positional, keyword, hasStar);
  }

  callMethod(positional: number, keyword: number, hasStar: boolean): void {
    this.#call(-1, Op.CallMethod, positional, keyword, hasStar);
  }

  returnValue(): void {
    this.#op(-1, Op.ReturnValue);
    this.#suppress = true;
  }

  raise(argumentCount: number): void {
    this.#op(-argumentCount, Op.RaiseLast + argumentCount);
    this.#suppress = true;
  }

  yieldValue(): void {
    this.#op(0, Op.YieldValue);
    this.#scope.flags |= ScopeFlag.Generator;
  }

  yieldFrom(): void {
    this.#op(-1, Op.YieldFrom);
    this.#scope.flags |= ScopeFlag.Generator;
  }

  #call(stack: number, opcode: number, positional: number, keyword: number, hasStar: boolean): void {
    // A call with stars has one more object: which of the arguments are starred.
    const words = positional + 2 * keyword + (hasStar ? 1 : 0);
    this.#unsigned(stack - words, hasStar ? opcode + 1 : opcode, (keyword << 8) | positional);
  }

  #child(scope: Scope): number {
    scope.defLine = this.#lastLine;
    scope.unreachable = this.#suppress;
    return this.#scope.rawChildren.push(scope) - 1;
  }

  #op(stack: number, opcode: number): void {
    this.adjustStackSize(stack);
    if (!this.#suppress) this.#buffer.byte(opcode);
  }

  #raw(value: number): void {
    if (!this.#suppress) this.#buffer.byte(value);
  }

  #unsigned(stack: number, opcode: number, operand: number): void {
    this.adjustStackSize(stack);
    if (this.#suppress) return;
    this.#buffer.byte(opcode);
    this.#buffer.unsigned(operand);
  }

  /** An operation whose operand is an index into the module's tables, known when all code is linked. */
  #tableUse(stack: number, opcode: number, use: string | Constant): void {
    this.adjustStackSize(stack);
    this.#uses.push(use);
    if (this.#suppress) return;
    this.#buffer.byte(opcode);
    this.#buffer.operand(this.#uses.length - 1);
  }

  #jump(stack: number, opcode: number, label: number): void {
    this.adjustStackSize(stack);
    if (!this.#suppress) this.#buffer.jump(opcode, label);
  }
}

/** Slots whose value the function wraps in a cell when it is entered, in id order. */
export function cellSlots(scope: Scope): number[] {
  return scope.ids.filter((id) => id.kind === IdKind.Cell).map((id) => id.slot);
}
