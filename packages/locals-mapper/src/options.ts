import { mpyCrossInterned } from "./interned-strings.js";

/**
 * Everything besides the source text that changes what MicroPython's compiler makes of it: its version, how the
 * firmware was configured, and how the compile was asked for.
 */

/** MicroPython versions whose rules are known. `1.29` stands for 1.29 and its previews. */
export const languageVersions = [
  "1.20",
  "1.21",
  "1.22",
  "1.23",
  "1.24",
  "1.25",
  "1.26",
  "1.27",
  "1.28",
  "1.29",
] as const;
export type LanguageVersion = (typeof languageVersions)[number];

/** A firmware's feature level, `MICROPY_CONFIG_ROM_LEVEL` of its mpconfigport.h. It sets the defaults of `Features`. */
export type FeatureLevel = "minimum" | "core" | "basic" | "extra" | "full" | "everything";

/** Compile-time switches of a firmware (py/mpconfig.h), each named after its `MICROPY_...` macro. */
export interface Features {
  /** `COMP_CONST`: `NAME = const(...)` makes a constant. */
  readonly const: boolean;
  /** `COMP_CONST_FOLDING`: numeric and logical expressions of constants are evaluated while parsing. */
  readonly constFolding: boolean;
  /** `COMP_CONST_TUPLE`: a tuple of constants is a constant. */
  readonly constTuple: boolean;
  /** `COMP_CONST_LITERAL`: the compiler may put any literal into the constant table. */
  readonly constLiteral: boolean;
  /** `COMP_CONST_LITERAL` and `PY_COLLECTIONS_ORDEREDDICT`: `OrderedDict({...})` fills its dict in the order written. */
  readonly orderedDictLiteral: boolean;
  /** `EMIT_NATIVE`: `@micropython.native` and `@micropython.viper`; without it they are errors. */
  readonly nativeEmitter: boolean;
  /** `EMIT_INLINE_...`: the `@micropython.asm_...` decorators there are, as the part after `asm_`. */
  readonly inlineAssemblers: readonly string[];
  /** `COMP_CONST_FLOAT`: folding gives and takes floats (from 1.26). */
  readonly constFloat: boolean;
  /** `COMP_MODULE_CONST`: `module.NAME` of the option `moduleConstants` is a constant. */
  readonly moduleConst: boolean;
  /** `COMP_DOUBLE_TUPLE_ASSIGN`: `a, b = c, d` needs no tuple. */
  readonly doubleTupleAssign: boolean;
  /** `COMP_TRIPLE_TUPLE_ASSIGN`: `a, b, c = d, e, f` needs no tuple. */
  readonly tripleTupleAssign: boolean;
  /** `COMP_RETURN_IF_EXPR`: `return a if c else b` jumps less. */
  readonly returnIfExpr: boolean;
  /** `COMP_ALLOW_TOP_LEVEL_AWAIT`: `await` outside a function compiles (it then rests on run-time state). */
  readonly topLevelAwait: boolean;
  /** `PY_ASSIGN_EXPR`: `:=`. */
  readonly assignExpr: boolean;
  /** `PY_ASYNC_AWAIT`: `async` and `await` are keywords. */
  readonly asyncAwait: boolean;
  /** `PY_FSTRINGS`: f-strings. */
  readonly fstrings: boolean;
  /** `PY_TSTRINGS`: t-strings (from 1.28). */
  readonly tstrings: boolean;
  /** `PY_BUILTINS_SET`: set displays. */
  readonly set: boolean;
  /** `PY_BUILTINS_SLICE`: slices. */
  readonly slice: boolean;
  /** `PY_BUILTINS_STR_UNICODE`: strings hold code points; without it escapes above `\xff` are errors. */
  readonly unicode: boolean;
  /** `PY_BUILTINS_COMPLEX`: imaginary literals. */
  readonly complex: boolean;
  /** `ENABLE_DOC_STRING`: docstrings are kept. */
  readonly docStrings: boolean;
  /** `CPYTHON_COMPAT`: checks made for CPython's sake only. */
  readonly cpythonCompat: boolean;
  /** `ENABLE_SOURCE_LINE`: code has a line table. */
  readonly sourceLine: boolean;
}

/** `MICROPY_ERROR_REPORTING_...`, without `none`. */
export type ErrorReporting = "terse" | "normal" | "detailed";

/** What the text is parsed as: a file (`exec`), an expression (`eval`), or one REPL statement (`single`). */
export type ParseMode = "exec" | "eval" | "single";

/** Constants of modules: a whole number is a MicroPython int, any other number a float. */
export type ModuleConstants = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What a caller may say; whatever is left out takes the default `resolveOptions` documents. */
export interface CompilerOptions {
  readonly version?: LanguageVersion;
  readonly featureLevel?: FeatureLevel;
  readonly features?: Partial<Features>;
  /** `-O` level, 0 to 3: from 1 on asserts vanish and `__debug__` is False; 3 drops the line table. */
  readonly optimisation?: 0 | 1 | 2 | 3;
  /** Firmware with `MICROPY_PY_SYS_SETTRACE`: its compiler marks more lines. */
  readonly settrace?: boolean;
  /** Bits of a small int with its sign: 31 on 32-bit targets and for mpy-cross, 63 on 64-bit firmware. */
  readonly smallIntBits?: 31 | 63;
  /**
   * Whether mpy-cross compiles, as opposed to the target itself. mpy-cross folds with 64-bit words, so that an int at the
   * very edge of the target's small ints can come out as a small int where the target would keep a big one.
   */
  readonly crossCompiled?: boolean;
  /** `MICROPY_ERROR_REPORTING`: how much messages say. */
  readonly errorReporting?: ErrorReporting;
  /** Precision of floats: 32 on most boards, 64 on unix, wasm and mpy-cross, 0 for firmware without floats. */
  readonly floatBits?: 0 | 32 | 64;
  /** Constants that fold when written `module.NAME`, added to those of `math`, which fold wherever floats do. */
  readonly moduleConstants?: ModuleConstants;
  /**
   * Strings longer than 10 bytes that are interned before the text is parsed (qstrs of the firmware, of frozen and of
   * already imported modules). Such strings are plain operands, not objects, and mark no line. Added to the default.
   */
  readonly internedStrings?: Iterable<string>;
  readonly mode?: ParseMode;
}

/** Options with every choice made. */
export interface ResolvedOptions {
  readonly version: LanguageVersion;
  /** The minor number of `version` (26 for 1.26), for comparisons. */
  readonly minorVersion: number;
  readonly features: Features;
  readonly optimisation: 0 | 1 | 2 | 3;
  readonly settrace: boolean;
  readonly smallIntBits: 31 | 63;
  readonly crossCompiled: boolean;
  readonly errorReporting: ErrorReporting;
  readonly floatBits: 0 | 32 | 64;
  readonly moduleConstants: ModuleConstants;
  readonly internedStrings: ReadonlySet<string>;
  readonly mode: ParseMode;
}

/** The constants of MicroPython's `math` module (py/modmath.c), which fold from 1.26 on. */
const mathConstants: Readonly<Record<string, number>> = {
  e: Math.E,
  pi: Math.PI,
  tau: 2 * Math.PI,
  inf: Number.POSITIVE_INFINITY,
  nan: Number.NaN,
};

const levelRank: Readonly<Record<FeatureLevel, number>> = {
  minimum: 0,
  core: 10,
  basic: 20,
  extra: 30,
  full: 40,
  everything: 50,
};

/** A firmware's features by its level, as py/mpconfig.h of 1.26.1 sets them where a port doesn't. */
export function featuresOf(level: FeatureLevel, version: LanguageVersion): Features {
  const rank = levelRank[level];
  const core = rank >= levelRank.core;
  const extra = rank >= levelRank.extra;
  const minor = minorOf(version);
  return {
    const: core,
    constFolding: core,
    constTuple: core,
    constLiteral: core,
    orderedDictLiteral: extra,
    nativeEmitter: true,
    inlineAssemblers: minor < 25 ? ["thumb", "xtensa"] : ["thumb", "xtensa", "rv32"],
    constFloat: core && minor >= 26,
    moduleConst: extra,
    doubleTupleAssign: core,
    tripleTupleAssign: extra,
    returnIfExpr: extra,
    topLevelAwait: false,
    assignExpr: core,
    asyncAwait: core,
    fstrings: extra,
    tstrings: minor >= 28 && rank >= levelRank.full,
    set: core,
    slice: core,
    unicode: extra,
    complex: true,
    docStrings: false,
    cpythonCompat: core,
    sourceLine: extra,
  };
}

/**
 * Fills in what the caller left out. The defaults are those of mpy-cross 1.26: level `extra` (but no
 * `orderedDictLiteral`, and t-strings from 1.28 on), every emitter (the assembler for RV32 from 1.25 on), no optimisation,
 * no settrace, 31-bit small ints, 64-bit floats, cross-compiled, detailed messages, and `math`'s constants where floats
 * fold. A feature that a version does not have yet (`constFloat`, `tstrings`) stays off whatever the caller says.
 */
export function resolveOptions(options: CompilerOptions = {}): ResolvedOptions {
  const version = options.version ?? "1.26";
  const minorVersion = minorOf(version);
  const floatBits = options.floatBits ?? 64;
  const level = options.featureLevel;
  const asked = {
    ...featuresOf(level ?? "extra", version),
    ...(level === undefined ? { orderedDictLiteral: false, tstrings: minorVersion >= 28 } : {}),
    ...options.features,
  };
  const features: Features = {
    ...asked,
    constFloat: asked.constFloat && asked.constFolding && minorVersion >= 26 && floatBits !== 0,
    moduleConst: asked.moduleConst && asked.constFolding,
    tstrings: asked.tstrings && asked.fstrings && minorVersion >= 28,
    complex: asked.complex && floatBits !== 0,
  };
  return {
    version,
    minorVersion,
    features,
    optimisation: options.optimisation ?? 0,
    settrace: options.settrace ?? false,
    smallIntBits: options.smallIntBits ?? 31,
    crossCompiled: options.crossCompiled ?? true,
    errorReporting: options.errorReporting ?? "detailed",
    floatBits,
    moduleConstants: { ...(features.constFloat ? { math: mathConstants } : {}), ...options.moduleConstants },
    internedStrings: new Set([...mpyCrossInterned, ...(options.internedStrings ?? [])]),
    mode: options.mode ?? "exec",
  };
}

function minorOf(version: LanguageVersion): number {
  return Number(version.slice(2));
}
