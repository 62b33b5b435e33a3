/**
 * The part of the WebAssembly JavaScript interface that is used here, for files that import this module.
 * TypeScript has it only among a browser's types.
 */
declare global {
  namespace WebAssembly {
    class Memory {
      constructor(descriptor: { initial: number; maximum?: number; shared?: boolean });
      readonly buffer: SharedArrayBuffer;
    }
    /** A compiled module; can be sent to other threads. */
    interface Module {
      readonly [Symbol.toStringTag]: "WebAssembly.Module";
    }
    interface Instance {
      readonly exports: Exports;
    }
    class RuntimeError extends Error {}
    type Exports = Record<string, unknown>;
    type ModuleImports = Record<string, unknown>;
    type Imports = Record<string, ModuleImports>;
    function compile(bytes: Uint8Array<ArrayBuffer>): Promise<Module>;
    function instantiate(module: Module, imports: Imports): Promise<Instance>;
  }
}

export type WasmMemory = WebAssembly.Memory;
