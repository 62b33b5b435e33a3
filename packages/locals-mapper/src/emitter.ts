import type { BlockKind, BuildKind, UnaryOp } from "./opcodes.js";
import type { Scope, ScopeKind } from "./scope.js";
import type { Constant, Token } from "./tree.js";

/** No label: `break` or `continue` outside a loop. */
export const noLabel = -1;

/**
 * What the compiler tells about the code of a scope while it walks the tree, one call an operation
 * (emit_method_table_t, py/emit.h 1.26.1). Names are texts, labels are numbers counted from 0 in each scope.
 */
export interface Emitter {
  startScope(scope: Scope): void;
  endScope(): void;

  /** Corrects the depth of the value stack where a jump joins, by so many words. */
  adjustStackSize(delta: number): void;
  /** Code from here on belongs to this line, or to the one before it if that was higher. */
  setSourceLine(line: number): void;
  assignLabel(label: number): void;

  loadLocal(name: string, slot: number, isCell: boolean): void;
  storeLocal(name: string, slot: number, isCell: boolean): void;
  deleteLocal(name: string, slot: number, isCell: boolean): void;
  /** `explicit` for a global variable, else a name looked up in the class's or module's dict. */
  loadGlobal(name: string, explicit: boolean): void;
  storeGlobal(name: string, explicit: boolean): void;
  deleteGlobal(name: string, explicit: boolean): void;

  loadConstToken(token: Token): void;
  loadConstSmallInt(value: number | bigint): void;
  loadConstStr(value: string): void;
  loadConstObject(constant: Constant): void;
  loadNull(): void;

  loadMethod(name: string, isSuper: boolean): void;
  loadBuildClass(): void;
  loadSubscr(): void;
  storeSubscr(): void;
  deleteSubscr(): void;
  loadAttr(name: string): void;
  storeAttr(name: string): void;
  deleteAttr(name: string): void;

  importName(name: string): void;
  importFrom(name: string): void;
  importStar(): void;

  dupTop(): void;
  dupTopTwo(): void;
  popTop(): void;
  rotTwo(): void;
  rotThree(): void;

  jump(label: number): void;
  popJumpIf(condition: boolean, label: number): void;
  jumpIfOrPop(condition: boolean, label: number): void;
  /** Leaves a loop, through so many handlers; out of a `for` loop by `break` it drops the iterator. */
  unwindJump(label: number, breaksFor: boolean, depth: number): void;
  setupBlock(label: number, kind: BlockKind): void;
  withCleanup(label: number): void;
  asyncWithSetupFinally(noException: number, finallyBlock: number, returnOrUnwind: number): void;
  startExceptHandler(): void;
  endExceptHandler(): void;
  popExceptJump(label: number, withinHandler: boolean): void;
  endFinally(): void;

  getIter(useStack: boolean): void;
  forIter(label: number): void;
  forIterEnd(): void;

  unaryOp(op: UnaryOp): void;
  /** `op` is one of `BinaryOp`. */
  binaryOp(op: number): void;
  build(count: number, kind: BuildKind): void;
  storeMap(): void;
  /** Stores into the collection of a comprehension, so many words down the stack. */
  storeComp(kind: ScopeKind, depth: number): void;
  unpackSequence(count: number): void;
  unpackEx(left: number, right: number): void;

  /** Makes a function; with any defaults, their tuple and dict are on the stack. */
  makeFunction(scope: Scope, hasDefaults: boolean): void;
  makeClosure(scope: Scope, closedOver: number, hasDefaults: boolean): void;
  callFunction(positional: number, keyword: number, hasStar: boolean): void;
  callMethod(positional: number, keyword: number, hasStar: boolean): void;
  returnValue(): void;
  raise(argumentCount: number): void;
  yieldValue(): void;
  yieldFrom(): void;
}
