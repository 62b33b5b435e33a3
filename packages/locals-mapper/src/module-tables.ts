import type { Constant } from "./tree.js";

/** Something that code refers to by its place in a module's table: a name, a constant, or null for `useFunctionTable`. */
export type TableUse = string | Constant | null;

/**
 * The two tables that all functions of a compiled module share (mp_module_constants_t): names and strings by the order
 * of first use, and constant objects likewise. Code refers to both by index.
 */
export class ModuleTables {
  readonly #names = new Map<string, number>();
  readonly #constants = new Map<string, number>();
  readonly #nans: Constant[] = [];
  readonly #strings = new Set<string>();
  readonly #singlePrecision: boolean;

  /**
   * @param sourceFile the name the module was compiled under, always entry 0 of the names
   * @param floatBits precision of the target's floats; with 32, constants that differ beyond it are one
   */
  constructor(sourceFile: string, floatBits: 0 | 32 | 64) {
    this.#singlePrecision = floatBits === 32;
    this.#names.set(sourceFile, 0);
  }

  /** Index of a name, a constant or the table of runtime functions. */
  use(use: TableUse): number {
    if (typeof use === "string") return this.useName(use);
    return use === null ? this.useFunctionTable() : this.useConstant(use);
  }

  /** Index of a name, which is added if new (mp_emit_common_use_qstr). */
  useName(name: string): number {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const index = this.#names.size;
    this.#names.set(name, index);
    return index;
  }

  /** Index of a constant, which is added if no strictly equal one is there (mp_emit_common_use_const_obj). */
  useConstant(constant: Constant): number {
    if (constant.type === "str") this.#strings.add(constant.value);
    return this.#useKey(this.#keyOf(constant));
  }

  /** Index of the table of runtime functions, which native code keeps among the constants. */
  useFunctionTable(): number {
    return this.#useKey("functions");
  }

  /** The strings among the constants, in the order of first use. */
  get strings(): readonly string[] {
    return [...this.#strings];
  }

  #useKey(key: string): number {
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const index = this.#constants.size;
    this.#constants.set(key, index);
    return index;
  }

  /** Of the constants that are NaN, which equal nothing but themselves, the number of each. */
  #nanNumber(constant: Constant): number {
    const known = this.#nans.indexOf(constant);
    return known >= 0 ? known : this.#nans.push(constant) - 1;
  }

  /** A text that two constants share if MicroPython keeps them once: same type and value, 0.0 apart from -0.0. */
  #keyOf(constant: Constant): string {
    switch (constant.type) {
      case "int":
        return `i${constant.value}`;
      case "float":
        if (Number.isNaN(constant.value)) return `nan${this.#nanNumber(constant)}`;
        return `f${this.#number(constant.value)}`;
      case "complex":
        // Unlike floats, complex zeros of either sign are equal.
        return `c${this.#number(constant.real + 0)},${this.#number(constant.imag + 0)}`;
      case "str":
        return `s${constant.value.length}:${constant.value}`;
      case "bytes":
        return `b${constant.value.length}:${constant.value.join()}`;
      case "tuple":
        return `(${constant.items.map((item) => this.#keyOf(item)).join(",")})`;
      default:
        return constant.type;
    }
  }

  #number(value: number): string {
    const rounded = this.#singlePrecision ? Math.fround(value) : value;
    return Object.is(rounded, -0) ? "-0" : String(rounded);
  }
}
