import { pathToFileURL } from "node:url";
import { enlargeStack, type StackExports } from "./c-stack.js";
import { staticEnd, staticStart } from "./calibrate.js";
import { translateErrors } from "./errno.js";
import { HeapHint } from "./heap-hint.js";
import { findUnusedPythonStack, ScratchHeap } from "./scratch-heap.js";
import type { LoadOptions, MicroPython } from "./glue-types.js";
import {
  type WasmExports,
  type WasmImports,
  type WasmMemory,
  type WasmModule,
  webAssembly,
} from "../webassembly.js";

/**
 * Size of the Python stack (py/pystack.c) in 32-bit words. A plain function takes some 15 of them: it is C's stack
 * that ends first, with the usual "maximum recursion depth exceeded".
 */
const pythonStackWords = 1 << 16;

export interface LoadedVm {
  readonly vm: MicroPython;
  readonly memory: WasmMemory;
  readonly hint: HeapHint;
  /** Absent where the heap or a stack was not found. */
  readonly scratch: ScratchHeap | undefined;
}

/** Has C code that waits by a poll of nothing wait: Emscripten's glue returns from it at once. */
function pauseInPoll(imports: WasmImports, pause: (ms: number) => void): WasmImports {
  const { env } = imports;
  const poll = env?.["__syscall_poll"] as
    | ((fds: number, count: number, timeout: number) => number)
    | undefined;
  if (poll === undefined) return imports;
  const paused = (fds: number, count: number, timeout: number): number => {
    if (count !== 0) return poll(fds, count, timeout);
    pause(timeout);
    return 0;
  };
  return { ...imports, env: { ...env, __syscall_poll: paused } };
}

/** What the VM and its glue ask of the worker. */
export interface LoadLinks {
  /** Waits for input, so many milliseconds at most. */
  readonly pause: (ms: number) => void;
  /** Takes what the glue prints on the console. */
  readonly log: (text: string) => void;
}

/**
 * Loads MicroPython by its JavaScript glue, but from the given compiled module, with MicroPython's error
 * numbers and a larger C stack.
 */
export async function loadVm(
  glue: string,
  module: WasmModule,
  heapSize: number,
  { pause, log }: LoadLinks,
): Promise<LoadedVm> {
  const print = (...values: unknown[]): void => log(values.map(String).join(" "));
  // The glue binds the console's functions while it loads; Emscripten reports there what kills a program.
  globalThis.console = { ...console, log: print, warn: print, error: print };
  const hint = new HeapHint();
  let exports: WasmExports | undefined;
  // The glue knows only how to compile bytes; it instantiates by this function alone.
  const instantiate = async (_source: unknown, imports: WasmImports): Promise<unknown> => {
    const instance = await original(module, hint.watch(translateErrors(pauseInPoll(imports, pause))));
    ({ exports } = instance);
    return { instance, module };
  };
  const original = webAssembly.instantiate;
  webAssembly.instantiate = instantiate as unknown as typeof original;
  let vm: MicroPython;
  try {
    const { loadMicroPython } = (await import(pathToFileURL(glue).href)) as {
      loadMicroPython: (options: LoadOptions) => Promise<MicroPython>;
    };
    vm = await loadMicroPython({
      pystack: pythonStackWords,
      heapsize: heapSize,
      url: glue,
      stdin: () => null,
      stdout: () => undefined,
      stderr: () => undefined,
      linebuffer: false,
    });
  } finally {
    webAssembly.instantiate = original;
  }
  const memory = exports?.["memory"] as WasmMemory | undefined;
  if (memory === undefined) throw new Error("the wasm module exports no memory");
  hint.start(memory, staticStart, staticEnd);
  const stack = enlargeStack(vm, memory, exports as StackExports);
  const pythonStack = findUnusedPythonStack(memory, pythonStackWords * 4, staticStart, staticEnd);
  const scratch =
    hint.layout && stack && pythonStack
      ? new ScratchHeap(memory, hint.layout, [stack, pythonStack])
      : undefined;
  return { vm, memory, hint, scratch };
}
