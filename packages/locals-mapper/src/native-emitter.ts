import { argumentNames } from "./bytecode-emitter.js";
import type { Compiler } from "./compiler.js";
import type { Emitter } from "./emitter.js";
import type { TableUse } from "./module-tables.js";
import {
  BinaryOp,
  type BlockKind,
  BlockKind as Block,
  type BuildKind,
  BuildKind as Build,
  iteratorSlots,
  UnaryOp,
} from "./opcodes.js";
import {
  EmitOption,
  IdFlag,
  NativeType,
  nativeTypeOf,
  type Scope,
  ScopeFlag,
  ScopeKind,
  viperTypeShift,
} from "./scope.js";
import { type Constant, Token } from "./tree.js";

/** Types of values in viper code: `NativeType`, and these. In native code that is not viper everything is an object. */
const ViperType = { ...NativeType, None: 0x54, Unbound: 0x60, Cast: 0x70 } as const;

const typeNames = ["object", "bool", "int", "uint", "ptr", "ptr8", "ptr16", "ptr32"] as const;

function nameOfType(type: number): string {
  return typeNames[type] ?? "None";
}

/** Method names of the binary operators that viper lacks for integers; mpy-cross has none of these names. */
const operatorNames: Readonly<Record<number, string>> = {
  30: "__matmul__",
  32: "__truediv__",
  34: "__pow__",
};

/**
 * Stands in for the native and viper emitters (py/emitnative.c, 1.26.1). It makes no machine code, but does what else
 * shows of them: the depth of the value stack, the names and constants they put into the module's tables, and viper's
 * type errors.
 */
export class NativeEmitter implements Emitter {
  readonly #compiler: Compiler;
  #scope!: Scope;
  #uses: TableUse[] = [];
  #isViper = false;
  /** Types of the words on the value stack, and whether each is a constant not yet stored there. */
  #types: number[] = [];
  #immediate: boolean[] = [];
  /** For a `Cast` on the stack, the type it casts to. */
  #casts: number[] = [];
  #localTypes: number[] = [];
  #savedType: number = ViperType.Obj;

  constructor(compiler: Compiler) {
    this.#compiler = compiler;
  }

  startScope(scope: Scope): void {
    this.#scope = scope;
    this.#uses = [];
    this.#isViper = scope.emit === EmitOption.Viper;
    this.#types = [];
    this.#immediate = [];
    this.#casts = [];
    scope.stackSize = 0;
    const unset = this.#isViper ? ViperType.Unbound : ViperType.Obj;
    this.#localTypes = Array.from({ length: scope.localCount }, () => unset);
    let parameters = scope.positionalCount + scope.keywordOnlyCount;
    if (scope.flags & ScopeFlag.VarArgs) parameters++;
    if (scope.flags & ScopeFlag.VarKeywords) parameters++;
    this.#localTypes.fill(ViperType.Obj, 0, parameters);
    if (this.#isViper) {
      for (const id of scope.ids) {
        if (id.flags & IdFlag.Param) this.#localTypes[id.slot] = id.flags >> viperTypeShift;
      }
    }
    this.#uses.push(null);
  }

  endScope(): void {
    if (!this.#isViper) this.#uses.push(this.#scope.name, ...argumentNames(this.#scope));
    this.#scope.usesOfCode = this.#uses;
  }

  adjustStackSize(delta: number): void {
    for (let i = delta; i > 0; i--) this.#push(delta === 1 ? this.#savedType : ViperType.Obj);
    if (delta < 0) this.#drop(-delta);
  }

  setSourceLine(): void {}

  assignLabel(): void {
    this.#settle();
  }

  loadLocal(name: string, slot: number, isCell: boolean): void {
    const type = this.#localTypes[slot] ?? ViperType.Obj;
    if (type === ViperType.Unbound) this.#typeError(`local '${name}' used before type known`);
    this.#push(isCell ? ViperType.Obj : type);
  }

  storeLocal(name: string, slot: number, isCell: boolean): void {
    if (isCell) {
      this.loadLocal(name, slot, false);
      this.#drop(2);
      return;
    }
    const type = this.#pop();
    const known = this.#localTypes[slot] ?? ViperType.Obj;
    if (known === ViperType.Unbound) {
      this.#localTypes[slot] = type;
    } else if (known !== type) {
      this.#typeError(`local '${name}' has type '${nameOfType(known)}' but source is '${nameOfType(type)}'`);
    }
  }

  deleteLocal(name: string, slot: number, isCell: boolean): void {
    if (isCell) return;
    this.loadConstToken(Token.None);
    this.storeLocal(name, slot, false);
  }

  loadGlobal(name: string, explicit: boolean): void {
    if (explicit && this.#isViper) {
      const cast = nativeTypeOf(name);
      if (cast >= NativeType.Bool) {
        this.#push(ViperType.Cast, true);
        this.#casts[this.#types.length - 1] = cast;
        return;
      }
    }
    this.#uses.push(name);
    this.#push(ViperType.Obj);
  }

  storeGlobal(name: string): void {
    this.#drop(1);
    this.#uses.push(name);
  }

  deleteGlobal(name: string): void {
    this.#uses.push(name);
  }

  loadConstToken(token: Token): void {
    if (token === Token.Ellipsis) this.loadConstObject({ type: "Ellipsis" });
    else this.#push(token === Token.None ? ViperType.None : ViperType.Bool, true);
  }

  loadConstSmallInt(): void {
    this.#push(ViperType.Int, true);
  }

  loadConstStr(value: string): void {
    this.loadConstObject({ type: "str", value });
  }

  loadConstObject(constant: Constant): void {
    this.#scope.flags |= ScopeFlag.HasConsts;
    this.#uses.push(constant);
    this.#push(ViperType.Obj);
  }

  loadNull(): void {
    this.#push(ViperType.Obj, true);
  }

  loadMethod(name: string, isSuper: boolean): void {
    if (isSuper) this.#popObjects(3);
    else this.#drop(1);
    this.#pushObjects(2);
    this.#uses.push(name);
  }

  loadBuildClass(): void {
    this.#push(ViperType.Obj);
  }

  loadSubscr(): void {
    const isConstIndex = this.#isConstIndex();
    const index = this.#pop();
    const base = this.#pop();
    if (base === ViperType.Obj) {
      this.#push(ViperType.Obj);
      return;
    }
    if (!isConstIndex && index !== ViperType.Int && index !== ViperType.Uint) {
      this.#typeError(`can't load with '${nameOfType(index)}' index`);
    }
    if (!isPointer(base)) this.#typeError(`can't load from '${nameOfType(base)}'`);
    this.#push(ViperType.Int);
  }

  storeSubscr(): void {
    const isConstIndex = this.#isConstIndex();
    const base = this.#peek(1);
    if (base === ViperType.Obj) {
      if (this.#peek(0) === ViperType.Obj && this.#peek(2) === ViperType.Obj) this.#drop(3);
      else this.#popObjects(3);
      return;
    }
    const index = this.#pop();
    this.#drop(1);
    const value = this.#pop();
    if (!isConstIndex && index !== ViperType.Int && index !== ViperType.Uint) {
      this.#typeError(`can't store with '${nameOfType(index)}' index`);
    }
    if (value !== ViperType.Bool && value !== ViperType.Int && value !== ViperType.Uint) {
      this.#typeError(`can't store '${nameOfType(value)}'`);
    }
    if (!isPointer(base)) this.#typeError(`can't store to '${nameOfType(base)}'`);
  }

  deleteSubscr(): void {
    this.#drop(2);
  }

  loadAttr(name: string): void {
    this.#drop(1);
    this.#uses.push(name);
    this.#push(ViperType.Obj);
  }

  storeAttr(name: string): void {
    this.#drop(2);
    this.#uses.push(name);
  }

  deleteAttr(name: string): void {
    this.#drop(1);
    this.#uses.push(name);
  }

  importName(name: string): void {
    this.#drop(2);
    this.#uses.push(name);
    this.#push(ViperType.Obj);
  }

  importFrom(name: string): void {
    this.#uses.push(name);
    this.#push(ViperType.Obj);
  }

  importStar(): void {
    this.#drop(1);
  }

  dupTop(): void {
    const type = this.#pop();
    this.#push(type);
    this.#push(type);
  }

  dupTopTwo(): void {
    const top = this.#pop();
    const second = this.#pop();
    for (const type of [second, top, second, top]) this.#push(type);
  }

  popTop(): void {
    this.#drop(1);
  }

  rotTwo(): void {
    const top = this.#pop();
    const second = this.#pop();
    this.#push(top);
    this.#push(second);
  }

  rotThree(): void {
    const top = this.#pop();
    const second = this.#pop();
    const third = this.#pop();
    for (const type of [top, third, second]) this.#push(type);
  }

  jump(): void {
    this.#settle();
  }

  popJumpIf(): void {
    this.#test();
    this.#drop(1);
  }

  jumpIfOrPop(): void {
    this.#savedType = this.#test();
    this.#drop(1);
  }

  unwindJump(): void {
    this.#settle();
  }

  setupBlock(_label: number, kind: BlockKind): void {
    if (kind !== Block.With) {
      this.#settle();
      return;
    }
    this.#uses.push("__exit__");
    this.#uses.push("__enter__");
    // __exit__, self, __enter__, self; then what __enter__ returned, twice.
    this.#drop(1);
    this.#pushObjects(4);
    this.#drop(2);
    this.#pushObjects(2);
    this.#settle();
  }

  withCleanup(): void {
    this.#drop(1);
    this.#settle();
    // Both ways of calling __exit__ put three arguments above it and self.
    this.#pushObjects(3);
    this.#drop(5);
    this.#pushObjects(5);
    this.#drop(5);
    this.#push(ViperType.Obj);
  }

  asyncWithSetupFinally(): void {
    this.#push(ViperType.Obj);
    this.rotTwo();
    this.loadConstToken(Token.None);
    this.rotTwo();
    this.#settle();
    this.#drop(2);
    this.#push(ViperType.Obj);
  }

  startExceptHandler(): void {
    this.#push(ViperType.Obj);
  }

  endExceptHandler(): void {}

  popExceptJump(): void {
    this.#settle();
  }

  endFinally(): void {
    this.#drop(1);
  }

  getIter(useStack: boolean): void {
    this.#drop(1);
    this.#pushObjects(useStack ? iteratorSlots : 1);
  }

  forIter(): void {
    this.#push(ViperType.Obj);
  }

  forIterEnd(): void {
    this.#drop(iteratorSlots);
  }

  unaryOp(op: UnaryOp): void {
    const type = this.#peek(0);
    if (type === ViperType.Int || type === ViperType.Uint) {
      if (op === UnaryOp.Not) this.#typeError("'not' not implemented");
      else if (op !== UnaryOp.Positive) this.#replaceTop(type);
    } else if (type === ViperType.Obj) {
      this.#replaceTop(type);
    } else {
      this.#typeError(`can't do unary op of '${nameOfType(type)}'`);
    }
  }

  binaryOp(op: number): void {
    const right = this.#pop();
    const left = this.#pop();
    const areIntegers = isInteger(left) && isInteger(right);
    if (!areIntegers) {
      if (left !== ViperType.Obj || right !== ViperType.Obj) {
        this.#typeError(`can't do binary op between '${nameOfType(left)}' and '${nameOfType(right)}'`);
        this.#push(left);
      } else {
        this.#push(ViperType.Obj);
      }
      return;
    }
    // For integers in-place and normal operators are the same.
    const isInplace = op >= BinaryOp.InplaceOr && op <= BinaryOp.InplacePower;
    const normal = isInplace ? op + BinaryOp.Or - BinaryOp.InplaceOr : op;
    if (normal === BinaryOp.FloorDivide || normal === BinaryOp.Modulo) {
      if (left !== ViperType.Int) this.#typeError("div/mod not implemented for uint");
      this.#push(ViperType.Int);
    } else if (normal >= BinaryOp.Or && normal <= BinaryOp.Multiply) {
      this.#push(left);
    } else if (normal < BinaryOp.In) {
      if (left !== right) this.#typeError("comparison of int and uint");
      this.#push(ViperType.Bool);
    } else {
      this.#push(left);
      const isNameless = this.#compiler.options.crossCompiled;
      this.#typeError(`binary op ${isNameless ? "" : (operatorNames[normal] ?? "")} not implemented`);
    }
  }

  build(count: number, kind: BuildKind): void {
    if (kind === Build.Slice) this.#drop(count);
    else if (kind !== Build.Map) this.#popObjects(count);
    this.#push(ViperType.Obj);
  }

  storeMap(): void {
    this.#drop(3);
    this.#push(ViperType.Obj);
  }

  storeComp(kind: ScopeKind): void {
    this.#drop(kind === ScopeKind.DictComp ? 2 : 1);
  }

  unpackSequence(count: number): void {
    this.#drop(1);
    this.#pushObjects(count);
  }

  unpackEx(left: number, right: number): void {
    this.#drop(1);
    this.#pushObjects(left + right + 1);
  }

  makeFunction(scope: Scope, hasDefaults: boolean): void {
    this.makeClosure(scope, 0, hasDefaults);
  }

  makeClosure(scope: Scope, closedOver: number, hasDefaults: boolean): void {
    this.#popObjects(closedOver + (hasDefaults ? 2 : 0));
    this.#scope.rawChildren.push(scope);
    this.#push(ViperType.Obj);
  }

  callFunction(positional: number, keyword: number, hasStar: boolean): void {
    const words = positional + 2 * keyword;
    if (this.#peek(words) === ViperType.Cast && words === 1) {
      const cast = this.#casts[this.#types.length - 2] ?? ViperType.Obj;
      const isConst = this.#immediate[this.#types.length - 1] ?? false;
      const type = this.#pop();
      if (type === ViperType.Cast) this.#notImplemented("casting");
      this.#drop(1);
      this.#push(cast, isConst && type !== ViperType.Obj);
      return;
    }
    if (hasStar) {
      this.#popObjects(words + 2);
    } else {
      this.#popObjects(words);
      this.#drop(1);
    }
    this.#push(ViperType.Obj);
  }

  callMethod(positional: number, keyword: number, hasStar: boolean): void {
    this.#popObjects(positional + 2 * keyword + (hasStar ? 3 : 2));
    this.#push(ViperType.Obj);
  }

  returnValue(): void {
    if (this.#scope.flags & ScopeFlag.Generator) {
      this.#popObjects(1);
      this.#settle();
      return;
    }
    const type = this.#pop();
    if (this.#isViper && type !== ViperType.None) {
      const expected = this.#compiler.viperReturnType;
      if (type !== expected) {
        this.#typeError(`return expected '${nameOfType(expected)}' but got '${nameOfType(type)}'`);
      }
    }
    this.#settle();
  }

  raise(argumentCount: number): void {
    // Both are emitted as if one object were raised.
    const type = argumentCount === 0 ? ViperType.Obj : this.#pop();
    if (type !== ViperType.Obj) this.#typeError("must raise an object");
  }

  yieldValue(): void {
    this.#startYield();
  }

  yieldFrom(): void {
    this.#startYield();
    this.#drop(1);
  }

  #startYield(): void {
    if (this.#isViper) this.#notImplemented("native yield");
    this.#scope.flags |= ScopeFlag.Generator;
    this.#settle();
  }

  #push(type: number, isConst = false): void {
    this.#types.push(this.#isViper ? type : ViperType.Obj);
    this.#immediate.push(isConst);
    if (this.#types.length > this.#scope.stackSize) this.#scope.stackSize = this.#types.length;
  }

  #pushObjects(count: number): void {
    for (let i = 0; i < count; i++) this.#push(ViperType.Obj);
  }

  #pop(): number {
    this.#immediate.pop();
    return this.#types.pop() ?? ViperType.Obj;
  }

  #drop(count: number): void {
    for (let i = 0; i < count; i++) this.#pop();
  }

  /** Pops words after making objects of them, which not every constant allows. */
  #popObjects(count: number): void {
    for (let i = 0; i < count; i++) {
      const isConst = this.#immediate[this.#immediate.length - 1] ?? false;
      const type = this.#pop();
      const isConvertible = type <= ViperType.Uint || type === ViperType.None;
      if (isConst && !isConvertible) this.#notImplemented("conversion to object");
    }
  }

  #peek(depth: number): number {
    return this.#types[this.#types.length - 1 - depth] ?? ViperType.Obj;
  }

  #replaceTop(type: number): void {
    this.#pop();
    this.#push(type);
  }

  /** Constants are stored to the stack, since code may jump. */
  #settle(): void {
    this.#immediate.fill(false);
  }

  #test(): number {
    const type = this.#peek(0);
    if (type !== ViperType.Obj && type !== ViperType.Bool && !isInteger(type)) {
      this.#typeError(`can't implicitly convert '${nameOfType(type)}' to 'bool'`);
    }
    this.#settle();
    return type;
  }

  #isConstIndex(): boolean {
    return this.#peek(0) === ViperType.Int && (this.#immediate[this.#immediate.length - 1] ?? false);
  }

  #typeError(message: string): void {
    if (this.#isViper) this.#compiler.emitterError(message, "ViperTypeError");
  }

  #notImplemented(message: string): void {
    this.#compiler.emitterError(message, "NotImplementedError");
  }
}

function isInteger(type: number): boolean {
  return type === ViperType.Int || type === ViperType.Uint;
}

function isPointer(type: number): boolean {
  return type === ViperType.Ptr8 || type === ViperType.Ptr16 || type === ViperType.Ptr32;
}
