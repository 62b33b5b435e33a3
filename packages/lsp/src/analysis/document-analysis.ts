import type { FirmwareProfile } from "@slotscope/firmware-profiles";
import {
  createMapper,
  type IdMap,
  type ImportedModule,
  type Mapper,
  type MappedSource,
  type NameUse,
  type ScopeMap,
  type TextEdit,
} from "@slotscope/locals-mapper";
import type { Finding } from "./finding.js";
import { exactFindings } from "./exact-findings.js";

/** All that is known of one document by itself: what MicroPython of a given firmware makes of its text. */
export class DocumentAnalysis {
  readonly profile: FirmwareProfile;
  readonly #mapper: Mapper;
  #names: readonly NameUse[] | undefined;
  /** The ids of each scope by their names, of the scopes that were asked about. */
  #ids: (ReadonlyMap<string, IdMap> | undefined)[] = [];
  #findings: readonly Finding[] | undefined;

  /** @param file the name that the text is compiled under */
  constructor(file: string, text: string, profile: FirmwareProfile) {
    this.profile = profile;
    this.#mapper = createMapper({ file, options: profile.compiler });
    this.#mapper.replace(text);
  }

  get text(): string {
    return this.mapped.debugMap.text;
  }

  get mapped(): MappedSource {
    return this.#mapper.mapped;
  }

  get scopes(): readonly ScopeMap[] {
    return this.mapped.debugMap.scopes;
  }

  /** Edits the text: see `Mapper.update`. */
  update(edits: readonly TextEdit[]): void {
    this.#mapper.update(edits);
    this.#names = undefined;
    this.#ids = [];
    this.#findings = undefined;
  }

  /** All uses of names, rising. */
  get names(): readonly NameUse[] {
    this.#names ??= this.#mapper.findNames();
    return this.#names;
  }

  /** What is wrong with the text on this firmware. */
  get findings(): readonly Finding[] {
    this.#findings ??= exactFindings(this.mapped, this.profile);
    return this.#findings;
  }

  /** The modules that the text imports, rising. */
  get imports(): readonly ImportedModule[] {
    return this.#mapper.findImports();
  }

  /** The use of a name that an offset lies in or right behind. */
  nameAt(offset: number): NameUse | undefined {
    const { names } = this;
    let low = 0;
    let high = names.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((names[middle]?.start ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    const found = names[low - 1];
    return found !== undefined && offset <= found.end ? found : undefined;
  }

  /** What the scope of a use knows of its name; undefined for a constant. */
  idOf(use: NameUse): IdMap | undefined {
    if (use.isConstant) return undefined;
    const ids = (this.#ids[use.scope] ??= new Map(
      this.scopes[use.scope]?.ids.map((id): [string, IdMap] => [id.name, id]),
    ));
    return ids.get(use.name);
  }

  /** Extents of the syntax around an offset, the innermost first. */
  extentsAt(offset: number): readonly { readonly start: number; readonly end: number }[] {
    return this.#mapper.findExtents(offset);
  }
}
