import type { DeadMemory } from "./scratch-heap.js";
import type { MicroPython } from "./glue-types.js";
import type { WasmMemory } from "../webassembly.js";

/**
 * Size of C's stack in the wasm memory, in bytes. A plain Python call takes some 210 of them, so recursion ends
 * after a good thousand levels, about where CPython's does; the worker thread's own stack is large enough for it.
 */
const stackBytes = 256 << 10;

/** What MicroPython leaves unused at the stack's end for code that does not check, in bytes. */
const margin = 16 << 10;

/** Exports of the wasm module that tell of C's stack and move it; absent where a build minified their names. */
export interface StackExports {
  emscripten_stack_get_base?: () => number;
  emscripten_stack_get_current?: () => number;
  _emscripten_stack_restore?: (pointer: number) => void;
}

/**
 * Gives C a larger stack than Emscripten's 64 KiB, and MicroPython's check of it (py/cstack.c) the new bounds:
 * else 150 nested calls are too many. A build without these exports keeps its stack, and nothing is
 * returned of where it is dead.
 */
export function enlargeStack(
  vm: MicroPython,
  memory: WasmMemory,
  exports: StackExports,
): DeadMemory | undefined {
  const { _module: module } = vm;
  const {
    emscripten_stack_get_base: getBase,
    emscripten_stack_get_current: current,
    _emscripten_stack_restore: moveTo,
  } = exports;
  if (getBase === undefined || current === undefined || moveTo === undefined) return undefined;
  const top = findStackTop(vm, memory, getBase());
  if (top === undefined) return undefined;
  const { _malloc: allocate } = module;
  const bottom = allocate(stackBytes);
  if (bottom === 0) throw new Error("not enough memory for the C stack");
  const newTop = (bottom + stackBytes) & ~15;
  const words = new Int32Array(memory.buffer);
  // `stack_limit` follows `stack_top` (py/mpstate.h, mp_state_thread_t).
  words[top >> 2] = newTop;
  words[(top >> 2) + 1] = stackBytes - margin;
  moveTo(newTop);
  return () => [bottom, current()];
}

/** The address of `stack_top`: raising the word by 16 raises what `micropython.stack_use` tells by 16. */
function findStackTop(vm: MicroPython, memory: WasmMemory, base: number): number | undefined {
  const words = new Int32Array(memory.buffer);
  const use = (): number => {
    vm.runPython("import micropython\n_ = micropython.stack_use()");
    return vm.globals.get("_") as number;
  };
  try {
    const before = use();
    for (let index = base >> 2; index < (base >> 2) + (1 << 17); index++) {
      const value = words[index] ?? 0;
      const limit = words[index + 1] ?? 0;
      if (value > base || value < base - 4096 || limit < 1024 || limit > base) continue;
      words[index] = value + 16;
      const after = use();
      words[index] = value;
      if (after === before + 16) return index << 2;
    }
    return undefined;
  } finally {
    vm.runPython("del _, micropython");
  }
}
