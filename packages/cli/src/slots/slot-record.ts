import { createHash } from "node:crypto";
import { type CompilerOptions, type IdMap, mapSource, type ScopeMap } from "@slotscope/locals-mapper";

/**
 * What one file's scopes look like to tools: one line of JSON. Keys are short and in snake or plain words because
 * the format is shared with the dumps of MicroPython's own compiler that the mapper is checked against
 * (docs/cli.md explains each).
 */
export interface FileRecord {
  readonly path: string;
  readonly sha1: string;
  readonly error: {
    readonly line: number;
    readonly message: string;
    readonly type: string;
    readonly block: string;
  } | null;
  readonly scopes: readonly ScopeRecord[];
}

type IdKind = "gi" | "gia" | "ge" | "local" | "cell" | "free";

interface ScopeRecord {
  readonly path: string;
  readonly p: number;
  readonly kind: string;
  readonly name: string;
  readonly line: number;
  readonly defline: number;
  readonly emit: string;
  readonly flags: number;
  readonly npos: number;
  readonly nkwonly: number;
  readonly ndefpos: number;
  readonly nlocals: number;
  readonly stack: number;
  readonly excstack: number;
  readonly nstate: number;
  readonly ids: readonly (readonly [name: string, kind: IdKind, flag: string, slot: number | null])[];
  readonly dead?: 1;
  readonly rc?: number;
  readonly lines?: readonly number[];
  readonly lines_st?: readonly number[];
}

const kindCodes: Readonly<Record<IdMap["kind"], IdKind>> = {
  "implicit-global": "gi",
  "implicit-global-assigned": "gia",
  "explicit-global": "ge",
  local: "local",
  cell: "cell",
  free: "free",
};

/** Maps a file's bytes. A file that doesn't compile has an error and no scopes. */
export function makeFileRecord(path: string, bytes: Uint8Array, options: CompilerOptions): FileRecord {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const sha1 = createHash("sha1").update(bytes).digest("hex");
  const { debugMap, problems } = mapSource(text, { file: path, options: { ...options, settrace: false } });
  const problem = problems[0];
  if (problem) {
    const { line, message, type, scope } = problem;
    return { path, sha1, error: { line, message, type, block: scopeName(scope) }, scopes: [] };
  }
  const traced = mapSource(text, { file: path, options: { ...options, settrace: true } }).debugMap;
  const scopes = debugMap.scopes.map((scope) => ({
    ...makeScopeRecord(scope, traced.scopes[scope.index]),
    // Said once: what lies in a function that can't be made can't be made either.
    ...(scope.unreachable && !debugMap.scopes[scope.parent]?.unreachable ? { dead: 1 as const } : {}),
  }));
  return { path, sha1, error: null, scopes };
}

function makeScopeRecord(scope: ScopeMap, traced: ScopeMap | undefined): ScopeRecord {
  const hasLines = scope.emit === "bytecode";
  const creationIndex = Number(/(\d+):[^/]*$/.exec(scope.path)?.[1] ?? -1);
  const differs = traced !== undefined && traced.lines.join() !== scope.lines.join();
  return {
    path: scope.path,
    p: scope.parent,
    kind: scope.kind,
    name: scope.name,
    line: scope.line,
    defline: scope.defLine,
    emit: scope.emit,
    flags: scope.flags,
    npos: scope.positionalCount,
    nkwonly: scope.keywordOnlyCount,
    ndefpos: scope.defaultCount,
    nlocals: scope.localCount,
    stack: scope.stackSize,
    excstack: scope.excStackSize,
    // Viper code keeps no state; the compiler's own count for it is 1.
    nstate: scope.emit === "viper" ? 1 : scope.stateSize,
    ids: scope.ids.map(({ name, kind, flag, slot }) => [name, kindCodes[kind], flag, slot] as const),
    ...(scope.rawCodeIndex === creationIndex ? {} : { rc: scope.rawCodeIndex }),
    ...(hasLines ? { lines: scope.lines } : {}),
    ...(hasLines && differs ? { lines_st: traced.lines } : {}),
  };
}

/** `f` of `<module>/2:f`; empty where no scope was being compiled. */
function scopeName(path: string | undefined): string {
  const last = path?.split("/").at(-1) ?? "";
  return last.replace(/^\d+:/, "");
}
