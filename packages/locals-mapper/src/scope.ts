import type { UnsettledCode } from "./code-buffer.js";
import type { TableUse } from "./module-tables.js";
import type { Node } from "./tree.js";

/** What a name is in a scope, as py/scope.h (1.26.1) tells it; `Undecided` only stands while a scope is being read. */
export const IdKind = {
  Undecided: 0,
  GlobalImplicit: 1,
  GlobalImplicitAssigned: 2,
  GlobalExplicit: 3,
  Local: 4,
  Cell: 5,
  Free: 6,
} as const;
export type IdKind = (typeof IdKind)[keyof typeof IdKind];

/** Flags of an id. A viper parameter's type (`NativeType`) stands above them, from bit `viperTypeShift` on. */
export const IdFlag = { Param: 1, StarParam: 2, DblStarParam: 4 } as const;
export const viperTypeShift = 4;

/** Kinds of scope, in py/scope.h's order: those from `Lambda` on are function-like. */
export const ScopeKind = {
  Module: 0,
  Class: 1,
  Lambda: 2,
  ListComp: 3,
  DictComp: 4,
  SetComp: 5,
  GenExpr: 6,
  Function: 7,
} as const;
export type ScopeKind = (typeof ScopeKind)[keyof typeof ScopeKind];

/** Names of the kinds, by number. */
export const scopeKindNames = [
  "module",
  "class",
  "lambda",
  "listcomp",
  "dictcomp",
  "setcomp",
  "genexpr",
  "function",
] as const;

/** Flags of a scope (MP_SCOPE_FLAG_*, py/runtime0.h). A viper function's return type stands from `viperReturnShift` on. */
export const ScopeFlag = {
  Generator: 0x01,
  VarKeywords: 0x02,
  VarArgs: 0x04,
  DefaultKwargs: 0x08,
  RefGlobals: 0x10,
  HasConsts: 0x20,
} as const;
export const viperReturnShift = 6;

/** What becomes of a scope's code. */
export const EmitOption = { Bytecode: 1, Native: 2, Viper: 3, Asm: 4 } as const;
export type EmitOption = (typeof EmitOption)[keyof typeof EmitOption];

/** Viper's types (MP_NATIVE_TYPE_*, py/runtime0.h), by the names that annotations give them. */
export const NativeType = { Obj: 0, Bool: 1, Int: 2, Uint: 3, Ptr: 4, Ptr8: 5, Ptr16: 6, Ptr32: 7 } as const;

/** The type a viper annotation names, or -1 (mp_native_type_from_qstr). */
export function nativeTypeOf(name: string): number {
  switch (name) {
    case "object":
      return NativeType.Obj;
    case "bool":
      return NativeType.Bool;
    case "int":
      return NativeType.Int;
    case "uint":
      return NativeType.Uint;
    case "ptr":
      return NativeType.Ptr;
    case "ptr8":
      return NativeType.Ptr8;
    case "ptr16":
      return NativeType.Ptr16;
    case "ptr32":
      return NativeType.Ptr32;
    default:
      return -1;
  }
}

/** A name in a scope. */
export class Id {
  readonly name: string;
  kind: IdKind;
  flags = 0;
  /** The slot, once scopes are numbered; meaningless for globals. */
  slot = 0;

  constructor(name: string, kind: IdKind) {
    this.name = name;
    this.kind = kind;
  }

  get isGlobal(): boolean {
    return this.kind < IdKind.Local;
  }
}

function pathIn(parent: Scope | null, name: string): string {
  return parent === null ? name : `${parent.path}/${parent.children.length}:${name}`;
}

/** Names above this many in one scope are looked up in a map, below it by scanning. */
const scanLimit = 8;

/**
 * One scope (scope_t): its names in the order in which the compiler met them, and what the prelude of its code says.
 */
export class Scope {
  readonly kind: ScopeKind;
  /** The node it was made from: the root, Funcdef, Classdef, Lambdef, or for comprehensions the node that holds element and CompFor. */
  readonly node: Node | null;
  readonly name: string;
  parent: Scope | null;
  /** Position in creation order, which is breadth first; the module is 0. */
  index: number;
  path: string;
  emit: EmitOption;
  /** For inline-assembler functions: what their decorator's name has behind `asm_`. */
  assembler = "";
  flags = 0;
  /** Positional parameters; the free variables count too, once scopes are numbered. */
  positionalCount = 0;
  keywordOnlyCount = 0;
  defaultCount = 0;
  localCount = 0;
  /** Most words the value stack holds at a time. */
  stackSize = 0;
  /** Most exception handlers active at a time. */
  excStackSize = 0;
  readonly ids: Id[] = [];
  /** Scopes made while this one was read, in order. */
  readonly children: Scope[] = [];
  /** The scopes in this scope's table of raw code, in order. */
  readonly rawChildren: Scope[] = [];
  /** What meeting names uses of the module's tables, in order. */
  readonly usesOfNames: TableUse[] = [];
  /** What emitting code uses of them, in order. */
  usesOfCode: readonly TableUse[] = [];
  /** The code; null until it is emitted, and for native, viper and assembler functions. */
  code: UnsettledCode | null = null;
  /** Names that `global` statements in this scope declare. */
  readonly declaredGlobals: string[] = [];
  /** Line the compiler stood on when it made the function object, 0 where that is not kept. */
  defLine = 0;
  /** Whether the code that makes this function, in the scope around it, can never run. */
  unreachable = false;
  /** Set once all of the scope is compiled and will be used again as it is. */
  settled = false;
  #byName: Map<string, Id> | null = null;

  constructor(
    kind: ScopeKind,
    node: Node | null,
    name: string,
    parent: Scope | null,
    index: number,
    emit: EmitOption,
  ) {
    this.kind = kind;
    this.node = node;
    this.name = name;
    this.parent = parent;
    this.index = index;
    this.emit = emit;
    this.path = pathIn(parent, name);
    parent?.children.push(this);
  }

  /** Makes a settled function the next child of a scope that is being compiled anew. */
  moveInto(parent: Scope, index: number): void {
    this.parent = parent;
    this.index = index;
    this.path = pathIn(parent, this.name);
    parent.children.push(this);
  }

  /** Gives a settled scope's position anew: the one in creation order, and the `number`-th among its parent's scopes. */
  renumber(index: number, number: number): void {
    this.index = index;
    this.path = `${this.parent?.path}/${number}:${this.name}`;
  }

  get isFunctionLike(): boolean {
    return this.kind >= ScopeKind.Lambda;
  }

  get isComprehension(): boolean {
    return this.kind >= ScopeKind.ListComp && this.kind <= ScopeKind.GenExpr;
  }

  /** The id of that name, if the scope has met it. */
  find(name: string): Id | undefined {
    if (this.#byName !== null) return this.#byName.get(name);
    for (const id of this.ids) if (id.name === name) return id;
    return undefined;
  }

  /** The id of that name; met for the first time it is added at the end with the given kind. */
  findOrAdd(name: string, kind: IdKind): Id {
    const known = this.find(name);
    if (known !== undefined) return known;
    const id = new Id(name, kind);
    this.ids.push(id);
    if (this.#byName !== null) this.#byName.set(name, id);
    else if (this.ids.length > scanLimit) this.#byName = new Map(this.ids.map((each) => [each.name, each]));
    return id;
  }

  /** The id of a name that is stored to or deleted (mp_emit_common_get_id_for_modification). */
  forModification(name: string): Id {
    const id = this.findOrAdd(name, IdKind.GlobalImplicit);
    if (id.kind === IdKind.GlobalImplicit) {
      id.kind = this.isFunctionLike ? IdKind.Local : IdKind.GlobalImplicitAssigned;
    }
    return id;
  }

  /** The module's id of that name (scope_find_global). */
  findGlobal(name: string): Id | undefined {
    return this.parent === null ? this.find(name) : this.parent.findGlobal(name);
  }

  /**
   * Makes a name free if an enclosing function owns it (scope_check_to_close_over). The first enclosing scope below the
   * module that knows the name decides, classes included.
   */
  closeOver(id: Id): void {
    for (let scope = this.parent; scope !== null && scope.parent !== null; scope = scope.parent) {
      const owner = scope.find(id.name);
      if (owner === undefined) continue;
      if (owner.kind >= IdKind.Local) {
        id.kind = IdKind.Free;
        this.#closeOverInParents(id.name);
      }
      return;
    }
  }

  #closeOverInParents(name: string): void {
    for (let scope = this.parent; scope !== null; scope = scope.parent) {
      const id = scope.findOrAdd(name, IdKind.Undecided);
      if (id.kind === IdKind.Undecided) {
        id.kind = IdKind.Free;
        continue;
      }
      if (id.kind === IdKind.Local) id.kind = IdKind.Cell;
      return;
    }
  }

  /** The ids of this scope that a function made in it takes as its free variables, in the order it takes them. */
  closedOverBy(child: Scope): Id[] {
    const closedOver: Id[] = [];
    for (const id of this.ids) {
      if (id.kind !== IdKind.Cell && id.kind !== IdKind.Free) continue;
      if (child.find(id.name)?.kind === IdKind.Free) closedOver.push(id);
    }
    return closedOver;
  }
}
