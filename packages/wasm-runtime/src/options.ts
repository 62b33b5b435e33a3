import { findWasmBuild, type WasmBuild } from "./find-build.js";

/** What a user chooses about a WebAssembly target. All sizes in bytes. */
export interface WasmOptions {
  /** Folder that becomes the target's `/`. Without it the target starts with an empty file system in memory. */
  readonly workspace?: string;
  /** Programs can read the workspace and not change it. */
  readonly readOnly?: boolean;
  /** First size of Python's heap; 64 KiB to 1 GiB, default 2 MiB. It grows as needed, up to `memoryLimit`. */
  readonly heapSize?: number;
  /** Most memory the whole target may take before Python gets a MemoryError; 32 MiB to 2 GiB, default 1 GiB. */
  readonly memoryLimit?: number;
  /** What `os.getenv` answers. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Which MicroPython runs: `collecting` or `fast`, which are ours, `stock`, npm's, or a folder with another's
   * micropython.wasm and micropython.mjs, which loads it. Default: SLOTSCOPE_WASM_BUILD, or `collecting` if it is there.
   */
  readonly build?: string;
  /** Path of another MicroPython wasm file for npm's JavaScript glue. */
  readonly wasm?: string;
  /** Aborting it closes the transport. */
  readonly signal?: AbortSignal;
}

/** Options with all defaults filled in. */
export interface ResolvedOptions {
  readonly workspace: string | undefined;
  readonly readOnly: boolean;
  readonly heapSize: number;
  readonly memoryLimit: number;
  readonly env: Readonly<Record<string, string>>;
  readonly build: WasmBuild;
  readonly signal: AbortSignal | undefined;
}

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

/**
 * Fills in defaults. Throws a RangeError for a size out of bounds or a build that isn't there, a TypeError for a value of
 * the wrong type.
 */
export function resolveOptions(options: WasmOptions): ResolvedOptions {
  const heapSize = checkSize("heapSize", options.heapSize ?? 2 * MiB, 64 * KiB, GiB);
  const memoryLimit = checkSize("memoryLimit", options.memoryLimit ?? GiB, 32 * MiB, 2 * GiB);
  if (heapSize + 32 * MiB > memoryLimit && heapSize > memoryLimit / 2) {
    throw new RangeError(
      `a heap of ${heapSize} bytes does not fit into a memoryLimit of ${memoryLimit} bytes`,
    );
  }
  for (const [name, value] of Object.entries(options.env ?? {})) {
    if (typeof value !== "string") throw new TypeError(`env.${name} must be a string`);
  }
  return {
    workspace: options.workspace,
    readOnly: options.readOnly ?? false,
    heapSize,
    memoryLimit,
    env: options.env ?? {},
    build:
      options.wasm === undefined
        ? findWasmBuild(options.build)
        : { ...findWasmBuild("stock"), kind: "other", wasm: options.wasm },
    signal: options.signal,
  };
}

function checkSize(name: string, value: number, least: number, most: number): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) {
    throw new TypeError(`${name} must be a whole number of bytes`);
  }
  if (value < least || value > most) {
    throw new RangeError(`${name} must be from ${least} to ${most} bytes, not ${value}`);
  }
  return value;
}
