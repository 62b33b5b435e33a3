import type { WasmImports, WasmMemory } from "../webassembly.js";

/**
 * The npm build never collects garbage while Python runs, and with `sys.settrace` every call allocates. Its
 * allocator searches from a hint that only allocations of one block move on (py/gc.c, `gc_alloc`), so each
 * call searches the whole heap, and a program gets slower with every call it makes. Moving the hint on now and
 * then takes that away. What is lost are freed blocks far behind, until the next collection.
 *
 * All numbers count entries of the allocation table: one byte for four blocks of 16 bytes each.
 */
const longestSearch = 256;
const keptSearch = 96;
const blocksPerEntry = 4;
const bytesPerEntry = 64;

/** Calls into C between two looks at the hint. */
const callsBetween = 64;

/** Offset in words of the allocation table's length in a heap area. */
const tableLength = 2;

/** Where a heap area keeps what matters here, as offsets in words from its start (py/mpstate.h, `mp_state_mem_area_t`). */
export interface AreaLayout {
  /** Address of the first area; the first word of each is the address of the next, or 0. */
  readonly first: number;
  readonly hint: number;
}

/** Moves the allocator's hint in the areas of the heap. */
export class HeapHint {
  #memory: WasmMemory | undefined;
  #layout: AreaLayout | undefined;
  #words: Uint32Array = new Uint32Array(0);
  #calls = 0;
  #watches = false;

  /**
   * A count of calls from Python code into C functions; meaningful only as changed or not. Undefined in a build whose
   * calls don't go through JavaScript.
   */
  get calls(): number | undefined {
    return this.#watches ? this.#calls : undefined;
  }

  /**
   * Wraps the imports through which the VM's main loop calls C functions (Emscripten's way to catch longjmp),
   * as the place to look at the hint. A build that has none is left alone.
   */
  watch(imports: WasmImports): WasmImports {
    const env = imports["env"];
    if (env === undefined) return imports;
    const changed: Record<string, unknown> = { ...env };
    // Those of one, two and four arguments: the next item of an iterator, a method call, a function call.
    const one = env["invoke_ii"];
    if (typeof one === "function") {
      changed["invoke_ii"] = (index: number, a: number): unknown => {
        if ((++this.#calls & (callsBetween - 1)) === 0) this.#look();
        return one(index, a);
      };
    }
    const two = env["invoke_iii"];
    if (typeof two === "function") {
      changed["invoke_iii"] = (index: number, a: number, b: number): unknown => {
        if ((++this.#calls & (callsBetween - 1)) === 0) this.#look();
        return two(index, a, b);
      };
    }
    const four = env["invoke_iiiii"];
    if (typeof four === "function") {
      this.#watches = true;
      changed["invoke_iiiii"] = (index: number, a: number, b: number, c: number, d: number): unknown => {
        if ((++this.#calls & (callsBetween - 1)) === 0) this.#look();
        return four(index, a, b, c, d);
      };
    }
    return { ...imports, env: changed };
  }

  /** Where the heap's areas are; undefined if that was not found. */
  get layout(): AreaLayout | undefined {
    return this.#layout;
  }

  /** Begins moving the hint, if the heap is found in the memory. */
  start(memory: WasmMemory, staticStart: number, staticEnd: number): void {
    this.#words = new Uint32Array(memory.buffer);
    this.#layout = findFirstArea(this.#words, staticStart, staticEnd);
    this.#memory = memory;
  }

  #look(): void {
    if (this.#layout === undefined) return;
    const { first, hint } = this.#layout;
    for (let area = first; area !== 0; area = this.#word(area >> 2)) {
      const at = (area >> 2) + hint;
      const length = this.#word((area >> 2) + tableLength);
      // The number of the highest block in use follows the hint.
      const used = Math.floor(this.#word(at + 1) / blocksPerEntry);
      if (used > length - keptSearch) this.#words[at] = length;
      else if (used > this.#word(at) + longestSearch) this.#words[at] = used - keptSearch;
    }
  }

  #word(index: number): number {
    if (index >= this.#words.length && this.#memory !== undefined) {
      this.#words = new Uint32Array(this.#memory.buffer);
    }
    return this.#words[index] ?? 0;
  }
}

/**
 * The first area is known by its numbers: address and length of the allocation table, after one or two more
 * tables the bounds of the pool, which holds four blocks for each entry of the table.
 */
function findFirstArea(words: Uint32Array, from: number, to: number): AreaLayout | undefined {
  for (let index = from >> 2; index < to >> 2; index++) {
    const table = words[index] ?? 0;
    const length = words[index + 1] ?? 0;
    if (length < 256 || length > words.length / 16) continue;
    for (let pool = index + 2; pool <= index + 5; pool++) {
      const start = words[pool] ?? 0;
      const end = words[pool + 1] ?? 0;
      const plausible = table < start && end <= words.length * 4 && words[index - 1] === 0;
      if (plausible && end - start === length * bytesPerEntry) {
        return { first: (index - 1) * 4, hint: pool + 2 - (index - 1) };
      }
    }
  }
  return undefined;
}
