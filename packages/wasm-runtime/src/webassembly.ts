/**
 * The part of the WebAssembly JavaScript interface that is used here. TypeScript has types for it only among a
 * browser's.
 */
export interface WasmMemory {
  /** A new object after each growth; the memory is shared between threads. */
  readonly buffer: SharedArrayBuffer;
}

/** A compiled module; it can be sent to other threads. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: "WebAssembly.Module";
}

export type WasmExports = Readonly<Record<string, unknown>>;
export type WasmImports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface WebAssemblyInterface {
  compile(bytes: Uint8Array<ArrayBuffer>): Promise<WasmModule>;
  instantiate(
    this: void,
    module: WasmModule,
    imports: WasmImports,
  ): Promise<{ readonly exports: WasmExports }>;
}

export const webAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyInterface }).WebAssembly;
