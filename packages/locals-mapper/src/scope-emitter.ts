import type { Emitter } from "./emitter.js";
import type { ModuleTables } from "./module-tables.js";
import { type Scope, ScopeFlag } from "./scope.js";
import { type Constant, Token } from "./tree.js";

/**
 * The emitter of the first pass, which makes no code: it only enters names and constants into the module's tables,
 * whose order that pass already begins to set, and notes which functions are generators and on which lines functions
 * are made. In native functions no later pass notes the latter.
 */
export class ScopeEmitter implements Emitter {
  readonly #tables: ModuleTables;
  readonly #marksLines: boolean;
  #scope: Scope | null = null;
  #lastLine = 1;

  /** @param marksLines as for the bytecode emitter */
  constructor(tables: ModuleTables, marksLines: boolean) {
    this.#tables = tables;
    this.#marksLines = marksLines;
  }

  startScope(scope: Scope): void {
    this.#scope = scope;
    this.#lastLine = 1;
    this.#tables.useName(scope.name);
  }

  loadGlobal(name: string): void {
    this.#tables.useName(name);
  }

  storeGlobal(name: string): void {
    this.#tables.useName(name);
  }

  deleteGlobal(name: string): void {
    this.#tables.useName(name);
  }

  loadConstToken(token: Token): void {
    if (token === Token.Ellipsis) this.#tables.useConstant({ type: "Ellipsis" });
  }

  loadConstStr(value: string): void {
    this.#tables.useName(value);
  }

  loadConstObject(constant: Constant): void {
    this.#tables.useConstant(constant);
  }

  loadMethod(name: string): void {
    this.#tables.useName(name);
  }

  loadAttr(name: string): void {
    this.#tables.useName(name);
  }

  storeAttr(name: string): void {
    this.#tables.useName(name);
  }

  deleteAttr(name: string): void {
    this.#tables.useName(name);
  }

  importName(name: string): void {
    this.#tables.useName(name);
  }

  importFrom(name: string): void {
    this.#tables.useName(name);
  }

  asyncWithSetupFinally(): void {
    this.#tables.useName("BaseException");
  }

  yieldValue(): void {
    if (this.#scope !== null) this.#scope.flags |= ScopeFlag.Generator;
  }

  yieldFrom(): void {
    if (this.#scope !== null) this.#scope.flags |= ScopeFlag.Generator;
  }

  setSourceLine(line: number): void {
    if (line > this.#lastLine && this.#marksLines) this.#lastLine = line;
  }

  makeFunction(scope: Scope): void {
    scope.defLine = this.#lastLine;
  }

  makeClosure(scope: Scope): void {
    scope.defLine = this.#lastLine;
  }

  endScope(): void {}
  adjustStackSize(): void {}
  assignLabel(): void {}
  loadLocal(): void {}
  storeLocal(): void {}
  deleteLocal(): void {}
  loadConstSmallInt(): void {}
  loadNull(): void {}
  loadBuildClass(): void {}
  loadSubscr(): void {}
  storeSubscr(): void {}
  deleteSubscr(): void {}
  importStar(): void {}
  dupTop(): void {}
  dupTopTwo(): void {}
  popTop(): void {}
  rotTwo(): void {}
  rotThree(): void {}
  jump(): void {}
  popJumpIf(): void {}
  jumpIfOrPop(): void {}
  unwindJump(): void {}
  setupBlock(): void {}
  withCleanup(): void {}
  startExceptHandler(): void {}
  endExceptHandler(): void {}
  popExceptJump(): void {}
  endFinally(): void {}
  getIter(): void {}
  forIter(): void {}
  forIterEnd(): void {}
  unaryOp(): void {}
  binaryOp(): void {}
  build(): void {}
  storeMap(): void {}
  storeComp(): void {}
  unpackSequence(): void {}
  unpackEx(): void {}
  callFunction(): void {}
  callMethod(): void {}
  returnValue(): void {}
  raise(): void {}
}
