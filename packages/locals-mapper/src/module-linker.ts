import { ModuleTables } from "./module-tables.js";
import type { ResolvedOptions } from "./options.js";
import type { Scope } from "./scope.js";

/**
 * Works out, when code is asked for, where the names and constants that a module's functions use stand in the module's
 * tables: in the order in which the compiler first used them, all functions' names before any function's code.
 */
export class ModuleLinker {
  readonly #tables: ModuleTables;
  readonly #scopes: readonly Scope[];
  readonly #indices: (readonly number[])[] = [];

  /**
   * @param file the name the module is compiled under, always the first in the table of names
   * @param scopes all scopes in creation order; each's code must be emitted before it is asked for
   */
  constructor(file: string, scopes: readonly Scope[], options: ResolvedOptions) {
    this.#tables = new ModuleTables(file, options.floatBits);
    this.#scopes = scopes;
  }

  /** Indices of the uses that a scope's code makes of the tables, `usesOfCode`. */
  indicesOf(scope: number): readonly number[] {
    this.#linkUpTo(scope);
    return this.#indices[scope] ?? [];
  }

  /** A bound of how many entries either table has by now. */
  get mostEntries(): number {
    return this.#scopes.reduce(
      (sum, { usesOfNames, usesOfCode }) => sum + usesOfNames.length + usesOfCode.length,
      1,
    );
  }

  /** The strings among the constants, in the order of first use. */
  get strings(): readonly string[] {
    this.#linkUpTo(this.#scopes.length - 1);
    return this.#tables.strings;
  }

  #linkUpTo(last: number): void {
    if (this.#indices.length === 0) {
      for (const scope of this.#scopes) for (const use of scope.usesOfNames) this.#tables.use(use);
    }
    for (let i = this.#indices.length; i <= last; i++) {
      const uses = this.#scopes[i]?.usesOfCode ?? [];
      this.#indices.push(uses.map((use) => this.#tables.use(use)));
    }
  }
}
