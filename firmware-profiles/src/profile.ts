/** A tier of slot access, see ARCHITECTURE.md. */
export type Tier = "native" | "peek" | "f_locals";

/** Compiler options of a firmware; the same names as the mapper's, which takes them as a plain value. */
export interface ProfileCompilerOptions {
  /** Language version, `1.20` to `1.29`. */
  readonly version: string;
  readonly settrace: boolean;
  /** Optimisation level at start, as `micropython.opt_level()`. */
  readonly optimisation?: number;
  /** Bits of a small integer, sign included: a word less its tag bit. */
  readonly smallIntBits: 31 | 63;
  /** Attributes of modules that fold to numbers while parsing (MICROPY_COMP_MODULE_CONST). */
  readonly moduleConstants: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly features?: Readonly<Record<string, boolean>>;
}

/** What one build of MicroPython can do. The properties are explained in schema.json. */
export interface FirmwareProfile {
  readonly id: string;
  readonly name: string;
  readonly port: string;
  readonly board?: string;
  readonly variant?: string;
  readonly version: string;
  readonly platform?: string;
  readonly wordBits: 16 | 32 | 64;
  readonly settrace: boolean;
  readonly tiers: readonly Tier[];
  readonly compiler: ProfileCompilerOptions;
  readonly modules: readonly string[];
  readonly sources: Readonly<Record<string, string>>;
}
