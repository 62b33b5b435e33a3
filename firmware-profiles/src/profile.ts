/** A tier of slot access, see ARCHITECTURE.md. */
export type Tier = "native" | "peek" | "f_locals";

/** Switches of the compiler, those that are known; the rest is as the feature level implies. The names are the mapper's. */
export interface ProfileFeatures {
  readonly const?: boolean;
  readonly constFolding?: boolean;
  readonly constTuple?: boolean;
  readonly constLiteral?: boolean;
  readonly constFloat?: boolean;
  readonly orderedDictLiteral?: boolean;
  readonly moduleConst?: boolean;
  readonly doubleTupleAssign?: boolean;
  readonly tripleTupleAssign?: boolean;
  readonly returnIfExpr?: boolean;
  readonly topLevelAwait?: boolean;
  readonly assignExpr?: boolean;
  readonly asyncAwait?: boolean;
  readonly fstrings?: boolean;
  readonly tstrings?: boolean;
  readonly set?: boolean;
  readonly slice?: boolean;
  readonly unicode?: boolean;
  readonly complex?: boolean;
  /** `MICROPY_ENABLE_DOC_STRING`. */
  readonly docStrings?: boolean;
  readonly cpythonCompat?: boolean;
  readonly sourceLine?: boolean;
  /** `MICROPY_EMIT_NATIVE`. */
  readonly nativeEmitter?: boolean;
  /** Suffixes of the `@micropython.asm_...` decorators there are. */
  readonly inlineAssemblers?: readonly string[];
}

/** Compiler options of a firmware; the same names as the mapper's, which takes them as a plain value. */
export interface ProfileCompilerOptions {
  readonly version: "1.20" | "1.21" | "1.22" | "1.23" | "1.24" | "1.25" | "1.26" | "1.27" | "1.28" | "1.29";
  /** `MICROPY_CONFIG_ROM_LEVEL`. */
  readonly featureLevel: "minimum" | "core" | "basic" | "extra" | "full" | "everything";
  readonly settrace: boolean;
  /** Optimisation level at start, as `micropython.opt_level()`. */
  readonly optimisation?: 0 | 1 | 2 | 3;
  /** Bits of a small integer, sign included: a word less its tag bit. */
  readonly smallIntBits: 31 | 63;
  /** Precision of floats; 0 where there are none. */
  readonly floatBits: 0 | 32 | 64;
  /** Attributes of modules that fold to numbers while parsing (MICROPY_COMP_MODULE_CONST), beside those of `math`. */
  readonly moduleConstants: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly features?: ProfileFeatures;
  /** `MICROPY_ERROR_REPORTING`. */
  readonly errorReporting?: "terse" | "normal" | "detailed";
  /** mpy-cross compiles, not the target. */
  readonly crossCompiled: boolean;
  /** Strings of more than 10 bytes that the firmware has interned before any program is compiled: they are compiled as names are. */
  readonly internedStrings?: readonly string[];
}

/** How a program knows a board on USB. */
export interface UsbId {
  readonly vendorId: number;
  readonly productId: number;
}

/** What a running firmware tells of itself when it is probed. */
export interface ProbedFacts {
  readonly port: string;
  readonly board?: string;
  readonly variant?: string;
  readonly machine?: string;
  readonly version: string;
  readonly platform?: string;
  readonly wordBits: 16 | 32 | 64;
  readonly settrace: boolean;
  readonly tiers: readonly Tier[];
  readonly compiler: ProfileCompilerOptions;
  readonly modules: readonly string[];
  readonly sources: Readonly<Record<string, string>>;
}

/** What one build of MicroPython can do. The properties are explained in schema.json. */
export interface FirmwareProfile extends ProbedFacts {
  readonly id: string;
  readonly name: string;
  readonly writtenBy?: "probe" | "source";
  readonly mcu?: string;
  readonly usb?: readonly UsbId[];
  readonly flashBytes?: number;
  readonly ramBytes?: number;
  readonly notes?: readonly string[];
}
