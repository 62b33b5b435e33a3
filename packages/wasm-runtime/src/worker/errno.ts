import type { WasmImports } from "../webassembly.js";

/**
 * Error numbers of Emscripten's C library (WASI's), as its file system uses them, and what MicroPython calls
 * the same errors: its `errno` module and every board have Linux's numbers (py/mperrno.h).
 */
const table: readonly (readonly [code: string, emscripten: number, micropython: number])[] = [
  ["EPERM", 63, 1],
  ["ENOENT", 44, 2],
  ["EIO", 29, 5],
  ["ENXIO", 60, 6],
  ["EBADF", 8, 9],
  ["EAGAIN", 6, 11],
  ["ENOMEM", 48, 12],
  ["EACCES", 2, 13],
  ["EBUSY", 10, 16],
  ["EEXIST", 20, 17],
  ["EXDEV", 75, 18],
  ["ENODEV", 43, 19],
  ["ENOTDIR", 54, 20],
  ["EISDIR", 31, 21],
  ["EINVAL", 28, 22],
  ["ENFILE", 41, 23],
  ["EMFILE", 33, 24],
  ["ENOTTY", 59, 25],
  ["ETXTBSY", 74, 26],
  ["EFBIG", 22, 27],
  ["ENOSPC", 51, 28],
  ["ESPIPE", 70, 29],
  ["EROFS", 69, 30],
  ["EMLINK", 34, 31],
  ["EPIPE", 64, 32],
  ["ENAMETOOLONG", 37, 36],
  ["ENOSYS", 52, 38],
  ["ENOTEMPTY", 55, 39],
  ["ELOOP", 32, 40],
  ["EOVERFLOW", 61, 75],
  ["ENOTSUP", 138, 95],
];

const byCode = new Map(table.map(([code, emscripten]) => [code, emscripten]));
const toMicroPython = new Map(table.map(([, emscripten, micropython]) => [emscripten, micropython]));

/** Interrupted by a signal: the C code of MicroPython compares with this number itself, then handles what is pending. */
export const interrupted = 27;

/** Emscripten's number for an error code of Node, such as `ENOENT`; EIO for one without a counterpart. */
export function errnoOf(code: string | undefined): number {
  return byCode.get(code ?? "") ?? 29;
}

/** Wraps the system calls among a wasm module's imports so that the errors Python sees have MicroPython's numbers. */
export function translateErrors(imports: WasmImports): WasmImports {
  const translated: Record<string, Record<string, unknown>> = {};
  for (const [space, entries] of Object.entries(imports)) {
    const changed: Record<string, unknown> = { ...entries };
    for (const [name, value] of Object.entries(entries)) {
      if (typeof value !== "function") continue;
      const call = value as (...values: unknown[]) => number;
      if (name.startsWith("__syscall_")) {
        changed[name] = (...values: unknown[]) => {
          const result = call(...values);
          return result < 0 ? -(toMicroPython.get(-result) ?? -result) : result;
        };
      } else if (/^fd_(close|read|seek|sync|write)$/.test(name)) {
        changed[name] = (...values: unknown[]) => {
          const result = call(...values);
          return toMicroPython.get(result) ?? result;
        };
      }
    }
    translated[space] = changed;
  }
  return translated;
}
