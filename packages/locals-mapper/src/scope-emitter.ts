import type { Emitter } from "./emitter.js";
import type { TableUse } from "./module-tables.js";
import { type Scope, ScopeFlag } from "./scope.js";
import { type Constant, Token } from "./tree.js";

/**
 * The emitter of the first pass, which makes no code: it only notes which names and constants enter the module's
 * tables, whose order that pass already begins to set, which functions are generators, and on which lines functions are
 * made. In native functions no later pass notes the latter.
 */
export class ScopeEmitter implements Emitter {
  readonly #marksLines: boolean;
  #scope!: Scope;
  #lastLine = 1;

  /** @param marksLines as for the bytecode emitter */
  constructor(marksLines: boolean) {
    this.#marksLines = marksLines;
  }

  startScope(scope: Scope): void {
    this.#scope = scope;
    this.#lastLine = 1;
    this.#use(scope.name);
  }

  loadGlobal(name: string): void {
    this.#use(name);
  }

  storeGlobal(name: string): void {
    this.#use(name);
  }

  deleteGlobal(name: string): void {
    this.#use(name);
  }

  loadConstToken(token: Token): void {
    if (token === Token.Ellipsis) this.#use({ type: "Ellipsis" });
  }

  loadConstStr(value: string): void {
    this.#use(value);
  }

  loadConstObject(constant: Constant): void {
    this.#use(constant);
  }

  loadMethod(name: string): void {
    this.#use(name);
  }

  loadAttr(name: string): void {
    this.#use(name);
  }

  storeAttr(name: string): void {
    this.#use(name);
  }

  deleteAttr(name: string): void {
    this.#use(name);
  }

  importName(name: string): void {
    this.#use(name);
  }

  importFrom(name: string): void {
    this.#use(name);
  }

  asyncWithSetupFinally(): void {
    this.#use("BaseException");
  }

  yieldValue(): void {
    this.#scope.flags |= ScopeFlag.Generator;
  }

  yieldFrom(): void {
    this.#scope.flags |= ScopeFlag.Generator;
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

  #use(use: TableUse): void {
    this.#scope.usesOfNames.push(use);
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
