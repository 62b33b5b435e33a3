import type { AreaLayout } from "./heap-hint.js";
import type { WasmMemory } from "../webassembly.js";

/** States of a block in the allocation table, two bits each, four blocks a byte (py/gc.c). */
const free = 0;
const head = 1;
const tail = 2;

const blockBytes = 16;
const blocksPerEntry = 4;

/** Offsets in words from the start of a heap area (py/mpstate.h, `mp_state_mem_area_t`). */
const tableAt = 1;
const tableLengthAt = 2;
const extraTablesAt = 3;

/** A piece of memory that was never used. */
const zeros = Buffer.alloc(1 << 14);

/** A release that has to look at more bytes is made only as often as this share of the time allows. */
const longSearch = 16 << 20;
const largestShare = 0.2;

/** What is seen of one heap area. Its extra tables hold a bit for each block that needs more than freeing. */
interface Area {
  readonly address: number;
  readonly table: number;
  readonly length: number;
  readonly pool: number;
  readonly poolEnd: number;
  readonly extraTables: readonly number[];
}

/** Tells where memory is that nothing will read any more, such as the unused part of a stack: `[from, to]` in bytes. */
export type DeadMemory = () => readonly [number, number];

/**
 * Finds the unused part of the Python stack by its size in bytes: its start, end and current place are three words in
 * a row (py/mpstate.h, mp_state_thread_t). Returns undefined where they are not found.
 */
export function findUnusedPythonStack(
  memory: WasmMemory,
  size: number,
  staticStart: number,
  staticEnd: number,
): DeadMemory | undefined {
  const words = new Int32Array(memory.buffer);
  for (let index = staticStart >> 2; index < staticEnd >> 2; index++) {
    const [start = 0, end = 0, current = 0] = words.subarray(index, index + 3);
    if (start > staticStart && end - start === size && start <= current && current <= end) {
      return () => [words[index + 2] ?? end, end];
    }
  }
  return undefined;
}

/**
 * Frees what a piece of Python code left behind, while Python runs. The npm build never collects garbage then,
 * so that a debugger's own work at each stop would fill the heap for good.
 *
 * Between `mark` and `release` only blocks allocated since are looked at: those that no word of the memory points to
 * are freed, in the manner of MicroPython's own conservative collector. What a collection at this point can't see
 * are pointers in wasm's own locals. There are none to such a block if both functions are called from the
 * same activation of one Python function: all C functions above it began before the mark, and the interpreter
 * of that activation keeps its values in memory across calls. Blocks that are older than the mark are never freed.
 */
export class ScratchHeap {
  readonly #memory: WasmMemory;
  readonly #layout: AreaLayout;
  readonly #dead: readonly DeadMemory[];
  #words: Int32Array;
  #bytes: Buffer;
  /** Allocation tables at the mark, by the address of their area. */
  #marked = new Map<number, Uint8Array>();
  #isMarked = false;
  #lastEnd = 0;
  #lastTook = 0;
  #lastSearch = 0;

  /** `dead`: the unused parts of stacks, which still hold the pointers of calls that are over. */
  constructor(memory: WasmMemory, layout: AreaLayout, dead: readonly DeadMemory[]) {
    this.#memory = memory;
    this.#layout = layout;
    this.#dead = dead;
    this.#words = new Int32Array(memory.buffer);
    this.#bytes = Buffer.from(memory.buffer);
  }

  /** Remembers which blocks are allocated. A later mark replaces an earlier one. */
  mark(): void {
    this.#refresh();
    const areas = this.#areas();
    for (const address of this.#marked.keys()) {
      if (!areas.some((area) => area.address === address)) this.#marked.delete(address);
    }
    for (const { address, table, length } of areas) {
      let copy = this.#marked.get(address);
      if (copy === undefined || copy.length !== length) {
        copy = new Uint8Array(length);
        this.#marked.set(address, copy);
      }
      copy.set(this.#bytes.subarray(table, table + length));
    }
    this.#isMarked = true;
  }

  /** Frees the blocks allocated since the mark that nothing refers to, and ends the mark. Returns their number. */
  release(): number {
    if (!this.#isMarked) return 0;
    this.#isMarked = false;
    const began = performance.now();
    // The search reads the whole heap. Where that is large and stops follow each other fast, not each is worth it.
    const isLong = this.#lastSearch > longSearch;
    if (isLong && (began - this.#lastEnd) * largestShare < this.#lastTook) return 0;
    this.#refresh();
    const areas = this.#areas();
    const candidates = this.#candidates(areas);
    let count = 0;
    if (candidates.size > 0) {
      this.#dropReferenced(candidates, areas);
      count = candidates.size;
      for (const area of areas) this.#freeIn(area, candidates);
    }
    this.#lastEnd = performance.now();
    this.#lastTook = this.#lastEnd - began;
    return count;
  }

  #refresh(): void {
    const { buffer } = this.#memory;
    if (buffer.byteLength === this.#bytes.length) return;
    this.#words = new Int32Array(buffer);
    this.#bytes = Buffer.from(buffer);
  }

  #areas(): Area[] {
    const { first, hint } = this.#layout;
    // The bounds of the pool stand before the allocator's hint.
    const poolAt = hint - 2;
    const areas: Area[] = [];
    for (let address = first; address !== 0; ) {
      const at = address >> 2;
      areas.push({
        address,
        table: this.#word(at + tableAt),
        length: this.#word(at + tableLengthAt),
        pool: this.#word(at + poolAt),
        poolEnd: this.#word(at + poolAt + 1),
        extraTables: Array.from({ length: poolAt - extraTablesAt }, (_, i) =>
          this.#word(at + extraTablesAt + i),
        ),
      });
      address = this.#word(at);
    }
    return areas;
  }

  #word(index: number): number {
    return this.#words[index] ?? 0;
  }

  #state(area: Area, block: number): number {
    return ((this.#bytes[area.table + (block >> 2)] ?? 0) >> (2 * (block & 3))) & 3;
  }

  /** Addresses of the blocks that were not the head of an allocation at the mark and are now. */
  #candidates(areas: readonly Area[]): Set<number> {
    const found = new Set<number>();
    for (const area of areas) {
      const before = this.#marked.get(area.address);
      for (let entry = 0; entry < area.length; entry++) {
        const now = this.#bytes[area.table + entry] ?? 0;
        const was = before?.[entry] ?? 0;
        if (now === was) continue;
        for (let i = 0; i < blocksPerEntry; i++) {
          if (((now >> (2 * i)) & 3) !== head || ((was >> (2 * i)) & 3) === head) continue;
          const block = entry * blocksPerEntry + i;
          if (!this.#needsMore(area, block)) found.add(area.pool + block * blockBytes);
        }
      }
    }
    return found;
  }

  /** Whether an extra table says something of the block, such as that it has a finaliser. */
  #needsMore(area: Area, block: number): boolean {
    return area.extraTables.some(
      (table) => (((this.#bytes[table + (block >> 3)] ?? 0) >> (block & 7)) & 1) === 1,
    );
  }

  /** Takes out of the candidates what any word of the memory refers to, directly or through other candidates. */
  #dropReferenced(candidates: Set<number>, areas: readonly Area[]): void {
    const search = new Search(this.#words, candidates);
    const dead = this.#dead.map((range) => range()).sort(([a], [b]) => a - b);
    const outside = (from: number, to: number): void => {
      let start = from;
      for (const [deadFrom, deadTo] of dead) {
        if (deadTo <= start || deadFrom >= to) continue;
        this.#lookOutside(search, start, deadFrom);
        start = deadTo;
      }
      this.#lookOutside(search, start, to);
    };
    const allocations = [...candidates].sort((a, b) => a - b);
    let from = 0;
    for (const area of [...areas].sort((a, b) => a.pool - b.pool)) {
      outside(from, area.pool);
      this.#lookIntoOld(search, area, allocations);
      from = area.poolEnd;
    }
    outside(from, this.#bytes.length);
    for (let address = search.found.pop(); address !== undefined; address = search.found.pop()) {
      const area = areaOf(areas, address);
      if (area !== undefined) search.look(address, this.#endOf(area, address));
    }
    this.#lastSearch = search.bytes;
  }

  /** Looks into memory that is not the heap's: most of it was never used and is passed over. */
  #lookOutside(search: Search, from: number, to: number): void {
    for (let start = from; start < to; start += zeros.length) {
      const end = Math.min(start + zeros.length, to);
      if (this.#bytes.compare(zeros, 0, end - start, start, end) !== 0) search.look(start, end);
    }
  }

  /** Looks into the allocated blocks of an area, except `allocations`: addresses of candidates in rising order. */
  #lookIntoOld(search: Search, area: Area, allocations: readonly number[]): void {
    let next = allocations.findIndex((address) => address >= area.pool);
    if (next < 0) next = allocations.length;
    let behindSkipped = 0;
    /** Looks into a run of allocated blocks, around the candidates in it. */
    const lookAround = (from: number, to: number): void => {
      let start = Math.max(from, behindSkipped);
      for (let skip = allocations[next]; skip !== undefined && skip < to; skip = allocations[++next]) {
        search.look(start, skip);
        start = behindSkipped = this.#endOf(area, skip);
      }
      search.look(start, to);
    };
    const bytesPerEntry = blocksPerEntry * blockBytes;
    let run = -1;
    for (let entry = 0; entry < area.length; entry++) {
      const states = this.#bytes[area.table + entry] ?? 0;
      const start = area.pool + entry * bytesPerEntry;
      if (isFull(states)) {
        if (run < 0) run = start;
        continue;
      }
      if (run >= 0) {
        lookAround(run, start);
        run = -1;
      }
      if (states === 0) continue;
      for (let i = 0; i < blocksPerEntry; i++) {
        const block = start + i * blockBytes;
        if (((states >> (2 * i)) & 3) !== free) lookAround(block, block + blockBytes);
      }
    }
    if (run >= 0) lookAround(run, area.poolEnd);
  }

  /** Address behind the last block of the allocation that begins there. */
  #endOf(area: Area, address: number): number {
    let block = (address - area.pool) / blockBytes + 1;
    const blocks = area.length * blocksPerEntry;
    while (block < blocks && this.#state(area, block) === tail) block++;
    return area.pool + block * blockBytes;
  }

  /** Frees those of the addresses that lie in the area, and lets the allocator begin its search at the first. */
  #freeIn(area: Area, addresses: ReadonlySet<number>): void {
    let lowest = area.length;
    for (const address of addresses) {
      if (address < area.pool || address >= area.poolEnd) continue;
      const first = (address - area.pool) / blockBytes;
      const end = (this.#endOf(area, address) - area.pool) / blockBytes;
      for (let block = first; block < end; block++) {
        const at = area.table + (block >> 2);
        this.#bytes[at] = (this.#bytes[at] ?? 0) & ~(3 << (2 * (block & 3)));
      }
      lowest = Math.min(lowest, first >> 2);
    }
    if (lowest === area.length) return;
    const hintAt = (area.address >> 2) + this.#layout.hint;
    if (lowest < this.#word(hintAt)) this.#words[hintAt] = lowest;
    // The number of the last block in use follows the hint.
    let used = this.#word(hintAt + 1);
    while (used > 0 && this.#state(area, used) === free) used--;
    this.#words[hintAt + 1] = used;
  }
}

/** Whether none of the four blocks of an entry is free. */
function isFull(states: number): boolean {
  return ((states | (states >> 1)) & 0x55) === 0x55;
}

/** A search of memory for pointers to candidates. Those that are found leave the set. */
class Search {
  readonly #words: Int32Array;
  readonly #candidates: Set<number>;
  readonly #low: number;
  readonly #high: number;
  /** Found and not yet looked into. */
  readonly found: number[] = [];
  /** Looked at so far. */
  bytes = 0;

  constructor(words: Int32Array, candidates: Set<number>) {
    this.#words = words;
    this.#candidates = candidates;
    let low = Number.POSITIVE_INFINITY;
    let high = 0;
    for (const address of candidates) {
      low = Math.min(low, address);
      high = Math.max(high, address);
    }
    this.#low = low;
    this.#high = high;
  }

  look(from: number, to: number): void {
    const words = this.#words;
    const low = this.#low;
    const high = this.#high;
    const end = to >> 2;
    if (from < to) this.bytes += to - from;
    for (let index = from >> 2; index < end; index++) {
      const word = words[index] as number;
      if (word >= low && word <= high && (word & (blockBytes - 1)) === 0 && this.#candidates.delete(word)) {
        this.found.push(word);
      }
    }
  }
}

function areaOf(areas: readonly Area[], address: number): Area | undefined {
  return areas.find((area) => address >= area.pool && address < area.poolEnd);
}
