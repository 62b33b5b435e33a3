import { readFileSync } from "node:fs";
import type { ScopeMap } from "../src/index.js";

/** The folder of what the real compiler did (mpy-cross 1.26.1; `lines_st` a firmware with settrace). */
export const truthFolder = new URL("../../../fixtures/slots/truth/", import.meta.url);

/** A scope as the truth files tell it. */
export interface TruthScope {
  path: string;
  p: number;
  rc?: number;
  kind: string;
  name: string;
  line: number;
  defline: number;
  emit: string;
  flags: number;
  npos: number;
  nkwonly: number;
  ndefpos: number;
  nlocals: number;
  stack: number;
  excstack: number;
  nstate: number;
  ids: [string, string, string, number | null][];
  lines?: number[];
  lines_st?: number[];
  dead?: 1;
}

export interface TruthError {
  line: number;
  message: string;
  type: string;
  /** Name of the scope in which the compiler found it; empty for the lexer and the parser. */
  block?: string;
}

export interface TruthFile {
  path: string;
  sha1: string;
  error: TruthError | null;
  scopes: TruthScope[];
}

export function readTruth<T>(file: string): T[] {
  const text = readFileSync(new URL(file, truthFolder), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as T);
}

export const snippetTruth = readTruth<TruthFile>("slots-snippets-1.26.1.jsonl");

export function readSnippet(path: string): string {
  return readFileSync(new URL(`snippets/${path}`, truthFolder), "utf8");
}

const shortKinds: Readonly<Record<string, string>> = {
  "implicit-global": "gi",
  "implicit-global-assigned": "gia",
  "explicit-global": "ge",
};

/** A mapped scope in the form of the truth files, all but its lines. */
function describeScope(scope: ScopeMap, siblingsBefore: number): Omit<TruthScope, "lines" | "lines_st"> {
  const hasNoState = scope.emit === "viper" || scope.emit === "asm";
  return {
    path: scope.path,
    p: scope.parent,
    ...(scope.parent >= 0 && scope.rawCodeIndex !== siblingsBefore ? { rc: scope.rawCodeIndex } : {}),
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
    nstate: hasNoState ? 0 : scope.stateSize,
    ids: scope.ids.map((id) => [id.name, shortKinds[id.kind] ?? id.kind, id.flag, id.slot]),
    ...(scope.unreachable ? { dead: 1 as const } : {}),
  };
}

/** All scopes of a map in the form of the truth files, all but their lines. */
export function describeScopes(scopes: readonly ScopeMap[]): Omit<TruthScope, "lines" | "lines_st">[] {
  const made = new Map<number, number>();
  return scopes.map((scope) => {
    const before = made.get(scope.parent) ?? 0;
    made.set(scope.parent, before + 1);
    return describeScope(scope, before);
  });
}

/**
 * The scopes of a truth file without their lines. The file says 1 for the state of viper code, which has none, and does
 * not repeat in functions of an unreachable function that they are unreachable too.
 */
export function expectedScopes(scopes: readonly TruthScope[]): Omit<TruthScope, "lines" | "lines_st">[] {
  const expected: Omit<TruthScope, "lines" | "lines_st">[] = [];
  for (const { lines: _, lines_st: __, ...scope } of scopes) {
    const isDead = scope.dead === 1 || expected[scope.p]?.dead === 1;
    const hasNoState = scope.emit === "viper" || scope.emit === "asm";
    expected.push({
      ...scope,
      ...(hasNoState ? { nstate: 0 } : {}),
      ...(isDead ? { dead: 1 as const } : {}),
    });
  }
  return expected;
}
