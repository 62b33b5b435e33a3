import type { SignalAddresses } from "./vm-signals.js";
import type { WasmMemory, WasmModule } from "./webassembly.js";

/** What a worker thread is started with. */
export interface WorkerStart {
  readonly channel: SharedArrayBuffer;
  readonly module: WasmModule;
  readonly glue: string;
  readonly workspace: string | undefined;
  readonly readOnly: boolean;
  readonly heapSize: number;
  readonly env: Readonly<Record<string, string>>;
  /** Start in the raw REPL, as after a soft reset out of it. */
  readonly raw: boolean;
}

/** What a worker thread tells its host. The host's only message to it is a ring: any value. */
export type FromWorker =
  | { readonly t: "ring" }
  | { readonly t: "ready"; readonly memory: WasmMemory; readonly addresses: SignalAddresses }
  | { readonly t: "soft-reset"; readonly raw: boolean }
  | {
      readonly t: "crashed";
      readonly error: { readonly name: string; readonly message: string };
      readonly log: readonly string[];
    };
