/** Sentences for users about what npm's WebAssembly build of MicroPython can't do, to be said when it bites. */
export const wasmAdvice = {
  /** Why a pause has not taken effect, and what to do. */
  pause:
    "The program is inside one long operation of MicroPython itself, such as sorting a large list, and stops when that is done. If it never is, end the session.",
  /** Why a program may be slow, and what to do. */
  slow: "MicroPython runs here with support for debugging built in, at about half its speed, and slower where a file has breakpoints.",
  /** Why a program may run out of memory, and what to do. */
  memory:
    "This build of MicroPython frees no memory while a program runs: every call and every new object adds to it. Raise the memory limit, or let the program do less in one run.",
} as const;
