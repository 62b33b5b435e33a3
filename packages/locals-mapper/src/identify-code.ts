import { crc32 } from "./crc32.js";
import type { DebugMap, ScopeMap } from "./debug-map.js";
import { internedVariants, preferVariant } from "./interned-variants.js";

/** Bytes as a target tells of them: themselves, or to save memory their length and CRC-32 (IEEE). */
export type BytesDigest = Uint8Array | { readonly length: number; readonly crc32: number };

/** What a target can tell of a code object. */
export interface CodeIdentity {
  /** `co_name` */
  readonly name: string;
  /** `co_filename` */
  readonly file?: string;
  /** `co_firstlineno`: the line of the first opcode, not that of `def`. */
  readonly firstLine: number;
  /** `co_code` */
  readonly code: BytesDigest;
  /** `co_lnotab` */
  readonly lineInfo?: BytesDigest;
  /** Names of the parameters by slot, `*` for free variables. */
  readonly argNames?: readonly string[];
}

/**
 * Which scope of a file a code object was made of. `ambiguous` if several scopes have the same code but name their slots
 * differently; `mismatch` if the target runs code of another text, or compiled otherwise.
 */
export type CodeIdentification =
  | { readonly kind: "exact"; readonly scope: ScopeMap }
  | { readonly kind: "ambiguous"; readonly scopes: readonly ScopeMap[]; readonly reason: string }
  | { readonly kind: "mismatch"; readonly reason: string };

/**
 * Finds the scope whose bytecode a target's code object has. Of twins that name all slots alike it takes the first.
 *
 * What a target compiles depends on the strings it has interned before. If the code differs, texts compiled with some of
 * the map's `looseStrings` interned are tried too; the scope is then of such a map.
 */
export function identifyCode(code: CodeIdentity, debugMap: DebugMap): CodeIdentification {
  const answer = identifyIn(code, debugMap);
  if (answer.kind !== "mismatch" || !debugMap.scopes.some((scope) => scope.name === code.name)) return answer;
  for (const variant of internedVariants(debugMap)) {
    const other = identifyIn(code, variant);
    if (other.kind === "mismatch") continue;
    preferVariant(debugMap, variant);
    return other;
  }
  return answer;
}

function identifyIn(code: CodeIdentity, debugMap: DebugMap): CodeIdentification {
  const named = debugMap.scopes.filter((scope) => scope.name === code.name && scope.emit === "bytecode");
  if (named.length === 0) return mismatch(`${debugMap.file} has no bytecode function ${code.name}`);

  const sameCode = named.filter((scope) => {
    const bytecode = scope.bytecode();
    return bytecode !== null && matches(bytecode.code, code.code);
  });
  if (sameCode.length === 0) {
    return mismatch(`the target's bytecode of ${code.name} is not that of ${debugMap.file}`);
  }

  const sameLines = sameCode.filter((scope) => {
    if (firstLineOf(scope) !== code.firstLine) return false;
    const lineInfo = scope.bytecode()?.lineInfo;
    return code.lineInfo === undefined || (lineInfo !== undefined && matches(lineInfo, code.lineInfo));
  });
  if (sameLines.length === 0) {
    return mismatch(`the target's lines of ${code.name} are not those of ${debugMap.file}`);
  }

  const { argNames } = code;
  const candidates =
    argNames === undefined
      ? sameLines
      : sameLines.filter(
          (scope) =>
            scope.argNames.length === argNames.length &&
            scope.argNames.every((name, i) => name === argNames[i]),
        );
  const first = candidates[0];
  if (first === undefined) {
    return mismatch(`the target's parameters of ${code.name} are not those of ${debugMap.file}`);
  }
  if (candidates.every((scope) => namesSlotsAlike(scope, first))) return { kind: "exact", scope: first };
  return {
    kind: "ambiguous",
    scopes: candidates,
    reason: `${candidates.length} functions ${code.name} on line ${code.firstLine} have the same bytecode`,
  };
}

/** Line of a scope's first opcode, as `co_firstlineno` gives it; 0 if it has no bytecode. */
function firstLineOf(scope: ScopeMap): number {
  return scope.lines[0] ?? 0;
}

function mismatch(reason: string): CodeIdentification {
  return { kind: "mismatch", reason };
}

function matches(bytes: Uint8Array, digest: BytesDigest): boolean {
  if (bytes.length !== digest.length) return false;
  if (digest instanceof Uint8Array) return bytes.every((byte, i) => byte === digest[i]);
  return crc32(bytes) === digest.crc32 >>> 0;
}

function namesSlotsAlike(a: ScopeMap, b: ScopeMap): boolean {
  if (a.slots.length !== b.slots.length) return false;
  return a.slots.every((slot, i) => {
    const other = b.slots[i];
    return slot?.name === other?.name && slot?.kind === other?.kind && slot?.isCell === other?.isCell;
  });
}
