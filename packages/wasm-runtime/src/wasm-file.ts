import { readFile } from "node:fs/promises";
import { type WasmModule, webAssembly } from "./webassembly.js";

const pageSize = 65536;
const memorySection = 5;

/** Flags of a memory's limits (WebAssembly core specification, "Limits"; the threads proposal adds `shared`). */
const hasMaximum = 0x01;
const shared = 0x02;

/** Reads an unsigned LEB128 number; returns it and the offset behind it. */
function readNumber(bytes: Uint8Array, at: number): [number, number] {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    if (byte === undefined || shift > 28) throw new Error("not a WebAssembly file");
    value += (byte & 0x7f) * 2 ** shift;
    if ((byte & 0x80) === 0) return [value, at];
  }
}

function writeNumber(value: number): number[] {
  const bytes = [];
  for (;;) {
    const low = value % 128;
    value = Math.floor(value / 128);
    if (value === 0) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

/**
 * The same module with its memory shared between threads and limited to `limit` bytes. Shared memory lets the
 * host do what an interrupt handler does on a board: set a flag that the running VM looks at.
 * Throws an Error if the file is no WebAssembly module that defines one growing memory.
 */
export function shareMemory(bytes: Uint8Array, limit: number): Uint8Array<ArrayBuffer> {
  if (bytes[0] !== 0 || bytes[1] !== 0x61 || bytes[2] !== 0x73 || bytes[3] !== 0x6d) {
    throw new Error("not a WebAssembly file");
  }
  for (let at = 8; at < bytes.length; ) {
    const id = bytes[at];
    const [size, body] = readNumber(bytes, at + 1);
    if (id !== memorySection) {
      at = body + size;
      continue;
    }
    const [count, afterCount] = readNumber(bytes, body);
    const flags = bytes[afterCount];
    if (count !== 1 || flags === undefined || (flags & hasMaximum) === 0) {
      throw new Error("its memory has no maximum");
    }
    const [initial, afterInitial] = readNumber(bytes, afterCount + 1);
    const [maximum] = readNumber(bytes, afterInitial);
    const most = Math.max(initial, Math.min(maximum, Math.floor(limit / pageSize)));
    const limits = [1, flags | shared, ...writeNumber(initial), ...writeNumber(most)];
    const section = [memorySection, ...writeNumber(limits.length), ...limits];
    const changed = new Uint8Array(at + section.length + (bytes.length - body - size));
    changed.set(bytes.subarray(0, at));
    changed.set(section, at);
    changed.set(bytes.subarray(body + size), at + section.length);
    return changed;
  }
  throw new Error("it defines no memory");
}

const compiled = new Map<string, Promise<WasmModule>>();

/** Compiles a wasm file with shared memory; once for each file and limit in this process. */
export function compileShared(path: string, limit: number): Promise<WasmModule> {
  const key = `${limit} ${path}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const module = readFile(path).then((bytes) => webAssembly.compile(shareMemory(bytes, limit)));
  compiled.set(key, module);
  module.catch(() => compiled.delete(key));
  return module;
}
