import type { CodeIdentity, CodeKey, PlansMessage } from "@slotscope/device-transport";
import { identifyCode, type ScopeMap } from "@slotscope/locals-mapper";
import type { MappedSource, SourceRegistry } from "./source-registry.js";
import type { CodeOrigin, PathMap, VariableKind } from "./types.js";

/** A slot that may be read, and what it is called if that is known. */
export interface PlannedSlot {
  readonly slot: number;
  readonly named: { readonly name: string; readonly kind: VariableKind } | undefined;
}

/** What is known of a code object on the target. */
export interface KnownCode {
  readonly key: CodeKey;
  readonly name: string;
  readonly targetPath: string;
  readonly path: string | undefined;
  readonly origin: CodeOrigin;
  /** The text and scope that it was compiled from, where that is proved. */
  readonly source: MappedSource | undefined;
  readonly scope: ScopeMap | undefined;
  /** Slots that may be read; undefined where none may. */
  readonly slots: readonly PlannedSlot[] | undefined;
  /** Why its slots have no names; undefined if they have. */
  readonly unnamed: string | undefined;
  /** The file on the host is another text than the one that runs. */
  readonly changed: boolean;
}

/**
 * The code objects that the target has met, each compared with the mapped source before any of its slots gets a
 * name. A name is given only on proof: bytecode, line table and first line equal what the compiler makes of the text.
 */
export class CodeRegistry {
  readonly #sources: SourceRegistry;
  readonly #paths: PathMap;
  readonly #codes = new Map<CodeKey, KnownCode>();

  constructor(sources: SourceRegistry, paths: PathMap) {
    this.#sources = sources;
    this.#paths = paths;
  }

  find(key: CodeKey): KnownCode | undefined {
    return this.#codes.get(key);
  }

  /** Recognises code objects and answers with their plans, in the order asked. */
  async identify(codes: readonly CodeIdentity[]): Promise<PlansMessage> {
    const plans: PlansMessage["plans"][number][] = [];
    for (const code of codes) {
      const known = await this.#recognise(code);
      this.#codes.set(known.key, known);
      plans.push({ key: known.key, slots: known.slots?.map(({ slot }) => slot) ?? null });
    }
    return { t: "plans", plans };
  }

  async #recognise(code: CodeIdentity): Promise<KnownCode> {
    const [key, targetPath, name] = code;
    const path = this.#paths.toHost(targetPath);
    const base = { key, name, targetPath, path, origin: this.#paths.origin(targetPath) };
    const nothing = { source: undefined, scope: undefined, slots: undefined, changed: false };
    const slots = parameterSlots(code);
    if (path === undefined) {
      const unnamed = `${targetPath} is part of the firmware: its source is not on this computer.`;
      return { ...base, ...nothing, slots, unnamed };
    }
    const current = await this.#sources.read(path);
    let reason: string | undefined;
    for (const source of this.#candidates(path, current)) {
      const answer = identifyCode(describe(code), source.debugMap);
      if (answer.kind === "exact") {
        this.#sources.markLoaded(source);
        return { ...base, ...namedBy(answer.scope, source), changed: source !== current };
      }
      if (answer.kind === "ambiguous") {
        return { ...base, ...nothing, source, slots: commonSlots(answer.scopes), unnamed: answer.reason };
      }
      reason ??= answer.reason;
    }
    const unnamed =
      current === undefined
        ? `${path} can't be read, so the names of its locals aren't known.`
        : `The code that runs is not the text of ${path}${reason === undefined ? "" : ` (${reason})`}. Restart the program to debug the file as it is now.`;
    return { ...base, ...nothing, slots, unnamed, changed: current !== undefined };
  }

  /** The text that other code of the file was recognised as comes first, then the current one, then earlier ones. */
  #candidates(path: string, current: MappedSource | undefined): Set<MappedSource> {
    const loaded = this.#sources.loaded(path);
    return new Set([
      ...(loaded ? [loaded] : []),
      ...(current ? [current] : []),
      ...this.#sources.versions(path),
    ]);
  }
}

function describe([, file, name, firstLine, bytes, crc, tableBytes, tableCrc]: CodeIdentity) {
  return {
    name,
    file,
    firstLine,
    code: { length: bytes, crc32: crc },
    lineInfo: { length: tableBytes, crc32: tableCrc },
  };
}

function namedBy(scope: ScopeMap, source: MappedSource) {
  return { source, scope, slots: namedSlots(scope), unnamed: undefined };
}

/** The slots of a scope that the source names; a comprehension's hidden iterator is not shown, nor read. */
function namedSlots(scope: ScopeMap): readonly PlannedSlot[] {
  return scope.slots.flatMap((info): PlannedSlot[] =>
    info === undefined || info.kind === "iterator"
      ? []
      : [{ slot: info.slot, named: { name: info.name, kind: info.kind } }],
  );
}

/** Slots that hold objects in any code: those of its parameters. What lies in the others can't be told without the source. */
function parameterSlots(code: CodeIdentity): readonly PlannedSlot[] | undefined {
  if (code[8] === 0) return undefined;
  return Array.from({ length: code[8] }, (_, slot) => ({ slot, named: undefined }));
}

/** Slots that hold a local in every scope that the code might be; which local it is can't be told. */
function commonSlots(scopes: readonly ScopeMap[]): readonly PlannedSlot[] {
  const [first, ...rest] = scopes.map(namedSlots);
  return (first ?? [])
    .filter(({ slot }) => rest.every((slots) => slots.some((other) => other.slot === slot)))
    .map(({ slot }) => ({ slot, named: undefined }));
}
