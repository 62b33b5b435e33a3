import type { WasmBuild, WasmBuildKind } from "./find-build.js";

/** Sentences for users about what a build of MicroPython can't do, to be said when it bites. */
export interface WasmAdvice {
  /** Why a pause has not taken effect, and what to do. */
  readonly pause: string;
  /** Why a program may be slow, and what to do; absent where nothing of it is the build's doing. */
  readonly slow?: string;
  /** Why a program may run out of memory, and what to do. */
  readonly memory: string;
}

const pause =
  "The program is inside one long operation of MicroPython itself, such as sorting a large list, and stops when that is done. If it never is, end the session.";

/** Memory that only grows, by what the build allocates. */
const growing = (what: string): string =>
  `This build of MicroPython frees no memory while a program runs: every ${what} adds to it. Raise the memory limit, or let the program do less in one run.`;

const stock: WasmAdvice = {
  pause,
  slow: "MicroPython runs here with support for debugging built in, at about half its speed, and slower where a file has breakpoints. With the package @slotscope/micropython-wasm installed it runs at full speed.",
  memory: `${growing("call and every new object")} With the package @slotscope/micropython-wasm installed it is freed.`,
};

const advice: Readonly<Record<WasmBuildKind, WasmAdvice>> = {
  collecting: {
    pause,
    slow: "This build of MicroPython can free memory at any time, which costs it about a quarter of its speed. The build `fast` keeps that, and frees nothing while a program runs.",
    memory:
      "The program holds more objects at once than fit into the memory limit. Raise the limit, or let the program hold fewer.",
  },
  fast: { pause, memory: `${growing("new object")} The build \`collecting\` frees it.` },
  stock,
  other: stock,
};

/** What to tell a user of a build. */
export function wasmAdvice({ kind }: WasmBuild): WasmAdvice {
  return advice[kind];
}
