import { ScopeFlag, type Scope } from "./scope.js";

/** Words of the state array of a scope's frames: its slots and the value stack below them, at least one. */
export function stateSizeOf(scope: Scope): number {
  return Math.max(1, scope.localCount + scope.stackSize);
}

/**
 * What stands before a function's bytecode (MP_BC_PRELUDE_SIG_ENCODE and MP_BC_PRELUDE_SIZE_ENCODE, py/bc.h 1.26.1):
 * sizes and counts, the names, the line table, and the slots to wrap in cells.
 */
export function encodePrelude(
  scope: Scope,
  nameIndices: readonly number[],
  lineTable: Uint8Array,
  cellSlots: readonly number[],
): Uint8Array {
  const bytes: number[] = [];
  encodeSignature(bytes, scope);
  const names: number[] = [];
  for (const index of nameIndices) encodeUnsigned(names, index);
  encodeSizes(bytes, names.length + lineTable.length, cellSlots.length);
  bytes.push(...names);
  for (const byte of lineTable) bytes.push(byte);
  bytes.push(...cellSlots);
  return Uint8Array.from(bytes);
}

function encodeSignature(bytes: number[], scope: Scope): void {
  let s = stateSizeOf(scope) - 1;
  let e = scope.excStackSize;
  let f =
    scope.flags & (ScopeFlag.Generator | ScopeFlag.VarKeywords | ScopeFlag.VarArgs | ScopeFlag.DefaultKwargs);
  let a = scope.positionalCount;
  let k = scope.keywordOnlyCount;
  let d = scope.defaultCount;
  // xSSSSEAA, then as often as needed xFSSKAED.
  let z = ((s & 0xf) << 3) | ((e & 1) << 2) | (a & 3);
  s >>= 4;
  e >>= 1;
  a >>= 2;
  while (s | e | f | a | k | d) {
    bytes.push(0x80 | z);
    z = ((f & 1) << 6) | ((s & 3) << 4) | ((k & 1) << 3) | ((a & 1) << 2) | ((e & 1) << 1) | (d & 1);
    s >>= 2;
    e >>= 1;
    f >>= 1;
    a >>= 1;
    k >>= 1;
    d >>= 1;
  }
  bytes.push(z);
}

/** Bytes of names and lines, and number of cells, as xIIIIIIC groups. */
function encodeSizes(bytes: number[], infoLength: number, cellCount: number): void {
  let info = infoLength;
  let cells = cellCount;
  do {
    const z = ((info & 0x3f) << 1) | (cells & 1);
    cells >>= 1;
    info >>= 6;
    bytes.push(info | cells ? 0x80 | z : z);
  } while (info | cells);
}

function encodeUnsigned(bytes: number[], value: number): void {
  const groups: number[] = [];
  for (let rest = value; ; rest >>= 7) {
    groups.push(rest & 0x7f);
    if (rest < 0x80) break;
  }
  for (let i = groups.length - 1; i >= 0; i--) bytes.push((groups[i] ?? 0) | (i > 0 ? 0x80 : 0));
}
