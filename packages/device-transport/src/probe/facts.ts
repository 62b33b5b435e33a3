/** How a debugger can reach the local variables of a firmware, best first; see ARCHITECTURE.md. */
export type FactTier = "native" | "peek";

/** Versions whose compiler is known; `1.29` stands for what is newer, too. */
export const knownVersions = [
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

/** `MICROPY_CONFIG_ROM_LEVEL`. */
export const knownLevels = ["minimum", "core", "basic", "extra", "full", "everything"] as const;

/** Switches of the compiler that were seen at work; the names are the mapper's, each that of a `MICROPY_...` macro. */
export interface FeatureFacts {
  readonly const?: boolean;
  readonly constFolding?: boolean;
  readonly constTuple?: boolean;
  readonly constFloat?: boolean;
  readonly moduleConst?: boolean;
  readonly doubleTupleAssign?: boolean;
  readonly tripleTupleAssign?: boolean;
  readonly topLevelAwait?: boolean;
  readonly assignExpr?: boolean;
  readonly asyncAwait?: boolean;
  readonly fstrings?: boolean;
  readonly tstrings?: boolean;
  readonly set?: boolean;
  readonly slice?: boolean;
  readonly unicode?: boolean;
  readonly complex?: boolean;
  readonly docStrings?: boolean;
  readonly cpythonCompat?: boolean;
  readonly sourceLine?: boolean;
  readonly nativeEmitter?: boolean;
  /** Suffixes of the `@micropython.asm_...` decorators there are. */
  readonly inlineAssemblers?: readonly string[];
}

/** What decides how a firmware compiles, as the mapper takes it. */
export interface CompilerFacts {
  readonly version: (typeof knownVersions)[number];
  /** The level whose features it has; where a port mixes levels, the closest one: `FirmwareFacts.sources` tells. */
  readonly featureLevel: (typeof knownLevels)[number];
  readonly settrace: boolean;
  /** `micropython.opt_level()`. */
  readonly optimisation: 0 | 1 | 2 | 3;
  readonly smallIntBits: 31 | 63;
  readonly floatBits: 0 | 32 | 64;
  readonly errorReporting: "terse" | "normal" | "detailed";
  /** By module: the attributes that fold to numbers while parsing, beside those of `math`. */
  readonly moduleConstants: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly features: FeatureFacts;
  readonly crossCompiled: false;
  /** Those of the known strings of more than 10 bytes that are interned; absent where nobody asked. */
  readonly internedStrings?: readonly string[];
}

/** What a running MicroPython told of itself: a firmware profile but for its id and name. */
export interface FirmwareFacts {
  /** Such as `1.26.1` or `1.27.0-preview`. */
  readonly version: string;
  /** The folder under MicroPython's ports/ that `sys.platform` stands for, or `sys.platform` itself. */
  readonly port: string;
  readonly platform: string;
  /** `sys.implementation._machine`, such as `Raspberry Pi Pico with RP2040`. */
  readonly machine?: string;
  /** The folder under the port's boards/, such as `RPI_PICO`; absent on a port for computers. */
  readonly board?: string;
  /** `sys.implementation._build`, such as `RPI_PICO` or `ESP32_GENERIC-SPIRAM`. */
  readonly variant?: string;
  readonly wordBits: 16 | 32 | 64;
  readonly settrace: boolean;
  readonly tiers: readonly FactTier[];
  readonly compiler: CompilerFacts;
  /** Those of the known modules that are built in or frozen, without those below a package; sorted. */
  readonly modules: readonly string[];
  /** How each fact was found, by property name. */
  readonly sources: Readonly<Record<string, string>>;
}

/** The state of a device, which is no matter of its firmware. */
export interface DeviceFacts {
  /** The heap in bytes: all of it, and what is free after a collection. */
  readonly heapBytes?: number;
  readonly freeHeapBytes?: number;
  /** The file system of the current folder; `none` where there is none. */
  readonly fileSystem: "none" | "read-only" | "writable";
  readonly fileSystemBytes?: number;
  readonly freeFileSystemBytes?: number;
  /** `machine.unique_id()` in hexadecimal. */
  readonly uniqueId?: string;
}
