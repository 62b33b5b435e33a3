import { argumentNames, cellSlots } from "./bytecode-emitter.js";
import { type SettledCode, settleCode, type UnsettledCode } from "./code-buffer.js";
import type { CompiledModule } from "./compile-module.js";
import { encodeLineTable, lineNumberTable, type LineRange, lineRanges } from "./line-table.js";
import { type LineLoop, loopsOf } from "./loops.js";
import type { ModuleLinker } from "./module-linker.js";
import type { ResolvedOptions } from "./options.js";
import { encodePrelude, stateSizeOf } from "./prelude.js";
import {
  type Id,
  IdFlag,
  IdKind,
  NativeType,
  type Scope,
  ScopeKind,
  scopeKindNames,
  viperTypeShift,
} from "./scope.js";
import { isStruct } from "./tree.js";

export type ScopeMapKind = (typeof scopeKindNames)[number];

export type IdMapKind =
  | "implicit-global"
  | "implicit-global-assigned"
  | "explicit-global"
  | "local"
  | "cell"
  | "free";

/** A name that a scope knows, in the order in which the compiler met it. */
export interface IdMap {
  readonly name: string;
  readonly kind: IdMapKind;
  /** `p` for a parameter, `*` and `**` for those that take the rest, with `:type` for a viper type; else empty. */
  readonly flag: string;
  /** The slot, null for globals and for the unused `__class__` of a class. */
  readonly slot: number | null;
}

/**
 * What a slot holds. `iterator` is a comprehension's hidden first argument, which has no name in the source and is
 * called `.0` here.
 */
export type SlotKind = "parameter" | "local" | "cell" | "free" | "iterator";

export interface SlotInfo {
  readonly slot: number;
  readonly name: string;
  readonly kind: SlotKind;
  /** Whether the slot holds a cell object with the value in it, as for captured parameters, cells and free variables. */
  readonly isCell: boolean;
}

/** The bytecode of a scope, the same bytes as on a target that compiled the same text with the same options. */
export interface ScopeBytecode {
  /** `co_code` of the function's code object. */
  readonly code: Uint8Array;
  /** `co_lnotab`: offset and line steps in pairs of bytes. */
  readonly lineInfo: Uint8Array;
  /** `co_lines()`: stretches of code and the line each belongs to. */
  readonly lineTable: readonly LineRange[];
  /** Prelude and code, as the firmware keeps them. */
  readonly functionData: Uint8Array;
  /** Loops whose code all belongs to one line. */
  readonly loops: readonly LineLoop[];
}

/** One scope of a source file: a function, class, comprehension, lambda, or the module itself. */
export interface ScopeMap {
  /** Position in `DebugMap.scopes`, which is the order the compiler makes scopes in: breadth first. */
  readonly index: number;
  /** Unique in its file: `<module>/2:f/0:<listcomp>`, each number counting the scopes made in the same parent. */
  readonly path: string;
  /** Index of the enclosing scope, -1 for the module. */
  readonly parent: number;
  readonly kind: ScopeMapKind;
  /** The name code objects carry (`co_name`). */
  readonly name: string;
  /**
   * Line of `def`, `class`, `lambda`, of the first token inside a comprehension's brackets, or of the module's first
   * token; 0 for a module without statements.
   */
  readonly line: number;
  /** Line of the trace event `call`: where the function is made, the first `@` line if decorated; 0 for the module. */
  readonly defLine: number;
  /** UTF-16 offsets of the scope's source text. */
  readonly start: number;
  readonly end: number;
  readonly emit: "bytecode" | "native" | "viper" | "asm";
  /** `MP_SCOPE_FLAG_...` bits: 1 generator, 2 `**kw`, 4 `*args`, 8 keyword defaults, and more for native code. */
  readonly flags: number;
  /** Positional parameters, free variables included. */
  readonly positionalCount: number;
  readonly keywordOnlyCount: number;
  /** Positional parameters that have a default. */
  readonly defaultCount: number;
  /** Slots. */
  readonly localCount: number;
  /** Most words on the value stack. */
  readonly stackSize: number;
  /** Most exception handlers active at a time. */
  readonly excStackSize: number;
  /** Words of a frame's state array: slot n is word `stateSize - 1 - n`. 0 for viper and asm, which have none. */
  readonly stateSize: number;
  readonly ids: readonly IdMap[];
  /** What each slot holds, by number. */
  readonly slots: readonly (SlotInfo | undefined)[];
  /** Names of the parameters as a prelude lists them: positional and keyword-only, `*` for free variables. */
  readonly argNames: readonly string[];
  /** Lines that own bytecode, rising; empty if the scope has none. */
  readonly lines: readonly number[];
  /** Position in the parent's table of raw code; -1 for the module. */
  readonly rawCodeIndex: number;
  /** Set if the code that makes this function can never run. */
  readonly unreachable?: true;
  /** The scope's bytecode, made at the first call; null if the scope is native, viper or asm. */
  bytecode(): ScopeBytecode | null;
}

/** What is known of a source file. */
export interface DebugMap {
  /** The name the file was mapped under: the `co_filename` of its code objects. */
  readonly file: string;
  readonly options: ResolvedOptions;
  readonly scopes: readonly ScopeMap[];
  /** The text that was mapped. */
  readonly text: string;
  /**
   * Strings that code loads as objects. Had the target one of them interned before it compiled the text, as the name of
   * something in a module imported earlier, its bytecode is another.
   */
  readonly looseStrings: readonly string[];
}

const idKindNames: readonly IdMapKind[] = [
  "implicit-global",
  "implicit-global",
  "implicit-global-assigned",
  "explicit-global",
  "local",
  "cell",
  "free",
];

const emitNames = ["bytecode", "bytecode", "native", "viper", "asm"] as const;

const viperTypeNames = Object.entries(NativeType);

/** What `buildScope` made of a scope, whose parts serve again if the scope does. */
interface PresentedScope {
  readonly map: ScopeMap;
  readonly code: UnsettledCode | null;
}

const presentedScopes = new WeakMap<Scope, PresentedScope>();

/** Presents a compiled module. */
export function buildDebugMap(
  text: string,
  file: string,
  options: ResolvedOptions,
  module: CompiledModule,
): DebugMap {
  const rawCodeIndices = new Int32Array(module.scopes.length).fill(-1);
  const unreachable = new Uint8Array(module.scopes.length);
  const scopes = module.scopes.map((scope, index) => {
    scope.rawChildren.forEach((child, i) => {
      rawCodeIndices[child.index] = i;
    });
    if (scope.unreachable || (scope.parent !== null && unreachable[scope.parent.index]))
      unreachable[index] = 1;
    return buildScope(scope, module.linker, rawCodeIndices[index]!, unreachable[index] === 1, text.length);
  });
  let looseStrings: readonly string[] | null = null;
  return {
    file,
    options,
    scopes,
    text,
    get looseStrings() {
      looseStrings ??= module.linker.strings;
      return looseStrings;
    },
  };
}

function buildScope(
  scope: Scope,
  linker: ModuleLinker,
  rawCodeIndex: number,
  unreachable: boolean,
  textLength: number,
): ScopeMap {
  const { code, index, node } = scope;
  const before = scope.settled ? presentedScopes.get(scope) : undefined;
  const isModule = scope.kind === ScopeKind.Module;
  const emit = emitNames[scope.emit];
  let bytecode: ScopeBytecode | null = null;
  const map: ScopeMap = {
    index,
    path: scope.path,
    parent: scope.parent?.index ?? -1,
    kind: scopeKindNames[scope.kind],
    name: scope.name,
    line: isModule && !isStruct(node) ? 0 : (node?.line ?? 0),
    defLine: scope.defLine,
    start: isModule ? 0 : (node?.start ?? 0),
    end: isModule ? textLength : (node?.end ?? 0),
    emit,
    flags: scope.flags,
    positionalCount: scope.positionalCount,
    keywordOnlyCount: scope.keywordOnlyCount,
    defaultCount: scope.defaultCount,
    localCount: scope.localCount,
    stackSize: scope.stackSize,
    excStackSize: scope.excStackSize,
    stateSize: emit === "bytecode" || emit === "native" ? stateSizeOf(scope) : 0,
    ids: before?.map.ids ?? scope.ids.map((id) => buildId(scope, id)),
    slots: before?.map.slots ?? buildSlots(scope),
    argNames: before?.map.argNames ?? (emit === "asm" ? [] : argumentNames(scope)),
    lines: before !== undefined && before.code === code ? before.map.lines : linesOf(code),
    rawCodeIndex,
    ...(unreachable ? { unreachable: true as const } : {}),
    bytecode() {
      if (code === null) return null;
      bytecode ??= buildBytecode(scope, code, linker.indicesOf(index));
      return bytecode;
    },
  };
  if (scope.settled) presentedScopes.set(scope, { map, code });
  return map;
}

function buildId(scope: Scope, id: Id): IdMap {
  let flag = "";
  if (id.flags & IdFlag.StarParam) flag = "*";
  else if (id.flags & IdFlag.DblStarParam) flag = "**";
  else if (id.flags & IdFlag.Param) flag = "p";
  const viperType = id.flags >> viperTypeShift;
  if (viperType !== 0) {
    const name = viperTypeNames.find(([, type]) => type === viperType)?.[0] ?? "";
    flag += `:${name.toLowerCase()}`;
  }
  return { name: id.name, kind: idKindNames[id.kind] ?? "local", flag, slot: slotOf(scope, id) };
}

function slotOf(scope: Scope, id: Id): number | null {
  if (id.kind < IdKind.Local && !(id.flags & IdFlag.Param)) return null;
  // An unused `__class__` is a local in name only.
  if (scope.kind === ScopeKind.Class && id.name === "__class__" && id.kind === IdKind.Local) return null;
  return id.slot;
}

function buildSlots(scope: Scope): (SlotInfo | undefined)[] {
  const slots: (SlotInfo | undefined)[] = Array.from({ length: scope.localCount });
  scope.ids.forEach((id) => {
    const slot = slotOf(scope, id);
    if (slot === null) return;
    const isCell = id.kind === IdKind.Cell || id.kind === IdKind.Free;
    const isIterator = scope.isComprehension && id.name === "";
    let kind: SlotKind = "local";
    if (isIterator) kind = "iterator";
    else if (id.flags & IdFlag.Param) kind = "parameter";
    else if (id.kind === IdKind.Cell) kind = "cell";
    else if (id.kind === IdKind.Free) kind = "free";
    slots[slot] = { slot, name: isIterator ? ".0" : id.name, kind, isCell };
  });
  return slots;
}

/** Lines whose stretch of code is not empty; the sizes of jumps and operands don't matter for that. */
function linesOf(code: UnsettledCode | null): number[] {
  if (code === null) return [];
  const { markOffsets, markLines, bytes } = code;
  const lines: number[] = [];
  let line = 1;
  let start = 0;
  for (let i = 0; i <= markOffsets.length; i++) {
    const end = markOffsets[i] ?? bytes.length;
    if (end > start) lines.push(line);
    line = markLines[i] ?? line;
    start = end;
  }
  return lines;
}

/** @param indices of what the code uses of the module's tables; the first are the scope's name and its parameters */
function buildBytecode(scope: Scope, code: UnsettledCode, indices: readonly number[]): ScopeBytecode {
  const settled: SettledCode = settleCode(code, indices);
  const table = encodeLineTable(settled.markOffsets, settled.markLines);
  const nameCount = 1 + scope.positionalCount + scope.keywordOnlyCount;
  const prelude = encodePrelude(scope, indices.slice(0, nameCount), table, cellSlots(scope));
  const functionData = new Uint8Array(prelude.length + settled.bytes.length);
  functionData.set(prelude);
  functionData.set(settled.bytes, prelude.length);
  return {
    code: settled.bytes,
    lineInfo: lineNumberTable(table, prelude.length, settled.bytes.length),
    lineTable: lineRanges(table, settled.bytes.length),
    functionData,
    loops: loopsOf(settled),
  };
}
