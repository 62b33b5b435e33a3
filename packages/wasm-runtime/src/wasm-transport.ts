import { statSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { type Transport, TransportError, type TransportTraits } from "@slotscope/device-transport";
import { Channel, createChannelMemory } from "./channel.js";
import { describeCrash } from "./crash.js";
import type { WasmBuild } from "./find-build.js";
import type { FromWorker, WorkerStart } from "./messages.js";
import { type ResolvedOptions, resolveOptions, type WasmOptions } from "./options.js";
import { VmSignals } from "./vm-signals.js";
import { compileShared } from "./wasm-file.js";
import type { WasmModule } from "./webassembly.js";

/** Size of the worker's own stack: MicroPython's C code runs on it too. In MiB. */
const workerStackMb = 64;

/** Bytes given to listeners before other work of this process gets a turn. */
const drainBudget = 1 << 20;

/** MicroPython in a worker thread. Opened, it can be reset any number of times. */
export interface WasmTransport extends Transport {
  /** Which MicroPython it runs. */
  readonly build: WasmBuild;
  hardReset(): Promise<void>;
  /**
   * Ends standard input as a closed pipe does: once the program has read what was written, it reads the end
   * of file. Writing again takes it back.
   */
  endInput(): void;
}

const traits: TransportTraits = { interruptsRunningCode: true, sharesFiles: true };

/**
 * MicroPython for WebAssembly in a worker thread: our build of it, npm's, or another. It shows what a board's serial port shows:
 * banner, friendly and raw REPL, raw paste, soft reset. The bytes of `sys.stdin` and `sys.stdout` pass unchanged.
 * Throws a RangeError or TypeError for bad options; `open` rejects with a `TransportError` for what the
 * system refuses, such as a workspace that is no folder (`denied`).
 */
export function createWasmTransport(options: WasmOptions = {}): WasmTransport {
  return new WorkerTransport(resolveOptions(options));
}

/** One worker thread and what the host shares with it. */
interface Machine {
  readonly worker: Worker;
  readonly channel: Channel;
  readonly memory: SharedArrayBuffer;
  signals: VmSignals | undefined;
}

class WorkerTransport implements WasmTransport {
  readonly name = "wasm";
  readonly traits = traits;
  readonly #options: ResolvedOptions;
  readonly #dataListeners = new Set<(bytes: Uint8Array) => void>();
  readonly #lostListeners = new Set<(error: TransportError) => void>();
  readonly #buffer = new Uint8Array(1 << 16);
  #state: "new" | "opening" | "open" | "ended" = "new";
  #machine: Machine | undefined;
  #wasm: WasmModule | undefined;
  #draining = false;
  #writes: Promise<void> = Promise.resolve();
  #resets: Promise<void> = Promise.resolve();
  /** Wakes a write that waits for space, or for the next worker. */
  #changed: (() => void) | undefined;
  #stopListening: (() => void) | undefined;

  constructor(options: ResolvedOptions) {
    this.#options = options;
  }

  get build(): WasmBuild {
    return this.#options.build;
  }

  async open(): Promise<void> {
    if (this.#state !== "new") throw new TransportError("disconnected", "this target cannot be opened again");
    this.#state = "opening";
    const { signal, workspace, build, memoryLimit } = this.#options;
    const { wasm } = build;
    try {
      if (signal?.aborted) throw new TransportError("disconnected", "opening was aborted");
      const abort = (): void => void this.close();
      signal?.addEventListener("abort", abort, { once: true });
      this.#stopListening = () => signal?.removeEventListener("abort", abort);
      if (workspace !== undefined && !isFolder(workspace)) {
        throw new TransportError("denied", `the workspace ${workspace} is not a folder that can be read`);
      }
      try {
        this.#wasm = await compileShared(wasm, memoryLimit);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new TransportError("protocol", `${wasm} cannot be used: ${reason}`, { cause: error });
      }
      if (this.#state !== "opening") throw closedError();
      await this.#power(createChannelMemory(), false);
      if (this.#state !== "opening") throw closedError();
      this.#state = "open";
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  write(bytes: Uint8Array): Promise<void> {
    const own = bytes.slice();
    const written = this.#writes.then(() => this.#write(own));
    this.#writes = written.catch(() => undefined);
    return written;
  }

  async close(): Promise<void> {
    this.#state = "ended";
    this.#dataListeners.clear();
    this.#lostListeners.clear();
    this.#stopListening?.();
    await this.#powerOff();
  }

  hardReset(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#powerOff();
      if (this.#state !== "open") throw closedError();
      await this.#power(createChannelMemory(), false);
    });
  }

  endInput(): void {
    const machine = this.#machine;
    if (machine === undefined) return;
    const end = (): void => {
      machine.channel.inputEnded = true;
      this.#wake(machine);
    };
    this.#writes = this.#writes.then(end);
  }

  onData(listener: (bytes: Uint8Array) => void): () => void {
    return subscribe(this.#dataListeners, listener);
  }

  onLost(listener: (error: TransportError) => void): () => void {
    return subscribe(this.#lostListeners, listener);
  }

  /** Starts a worker; resolves when its VM is at the REPL. */
  async #power(memory: SharedArrayBuffer, raw: boolean): Promise<void> {
    const { build, workspace, readOnly, heapSize, env } = this.#options;
    if (this.#wasm === undefined) throw closedError();
    const start: WorkerStart = {
      channel: memory,
      module: this.#wasm,
      glue: build.glue,
      workspace,
      readOnly,
      heapSize,
      env,
      raw,
    };
    const worker = new Worker(new URL("./worker/main.js", import.meta.url), {
      workerData: start,
      stdin: false,
      stdout: true,
      stderr: true,
      env: {},
      execArgv: [],
      argv: [],
      resourceLimits: { stackSizeMb: workerStackMb },
    });
    const machine: Machine = { worker, channel: new Channel(memory), memory, signals: undefined };
    this.#machine = machine;
    this.#changed?.();
    await new Promise<void>((resolve, reject) => {
      let failure: TransportError | undefined;
      const fail = (error: TransportError): void => {
        failure ??= error;
      };
      worker.on("message", (message: FromWorker) => {
        switch (message.t) {
          case "ring":
            this.#drain(machine);
            this.#changed?.();
            break;
          case "ready":
            machine.signals = new VmSignals(message.memory, message.addresses);
            this.#drain(machine);
            resolve();
            break;
          case "soft-reset":
            this.#restart(machine, message.raw);
            break;
          case "crashed":
            fail(describeCrash(message.error, message.log));
            break;
        }
      });
      worker.on("error", (error) => {
        fail(describeCrash(error, []));
      });
      worker.on("exit", () => {
        if (this.#machine !== machine) {
          reject(closedError());
          return;
        }
        this.#machine = undefined;
        const error = failure ?? new TransportError("disconnected", "the WebAssembly worker ended");
        this.#drainAll(machine);
        this.#lose(error);
        reject(error);
      });
    });
  }

  async #powerOff(): Promise<void> {
    const machine = this.#machine;
    if (machine === undefined) return;
    this.#machine = undefined;
    this.#changed?.();
    await machine.worker.terminate();
    this.#drainAll(machine);
  }

  /** A soft reset: a new VM on the same wire. Input that came after the reset's ctrl-D waits for it. */
  #restart(machine: Machine, raw: boolean): void {
    this.#inTurn(async () => {
      if (this.#machine !== machine) return;
      await this.#powerOff();
      if (this.#state === "open") await this.#power(machine.memory, raw);
    }).catch((error: unknown) => {
      if (error instanceof TransportError) this.#lose(error);
    });
  }

  /** Resets happen one after the other. */
  #inTurn(reset: () => Promise<void>): Promise<void> {
    const done = this.#resets.then(() => {
      if (this.#state !== "open") throw closedError();
      return reset();
    });
    this.#resets = done.catch(() => undefined);
    return done;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      if (this.#state !== "open") throw closedError();
      const machine = this.#machine;
      if (machine === undefined) {
        await this.#nextChange();
        continue;
      }
      const { channel, signals } = machine;
      channel.inputEnded = false;
      // What a serial port's interrupt handler does: the interrupt character never gets into the queue.
      const at = signals === undefined ? -1 : bytes.indexOf(signals.interruptChar, done);
      const end = at < 0 ? bytes.length : at;
      const count = channel.input.push(bytes.subarray(0, end), done);
      done += count;
      if (count > 0) {
        if (!channel.workerReads) signals?.attend();
        this.#wake(machine);
      }
      if (done === at) {
        signals?.interrupt();
        done++;
        this.#wake(machine);
      } else if (done < end) {
        channel.listenForSpace();
        if (channel.input.space === 0) await this.#nextChange();
      }
    }
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve;
    });
  }

  #wake(machine: Machine): void {
    if (machine.channel.wakeWorker()) machine.worker.postMessage(null);
  }

  /** Gives listeners what the VM has written; goes on in later turns while there is more. */
  #drain(machine: Machine): void {
    if (this.#draining) return;
    let budget = drainBudget;
    while (this.#machine === machine) {
      const count = machine.channel.output.pull(this.#buffer);
      if (count === 0) {
        machine.channel.listenForOutput();
        if (machine.channel.output.available === 0) return;
        continue;
      }
      this.#wake(machine);
      this.#emit(this.#buffer.subarray(0, count));
      budget -= count;
      if (budget <= 0) {
        this.#draining = true;
        setImmediate(() => {
          this.#draining = false;
          this.#drain(machine);
        });
        return;
      }
    }
  }

  /** What a worker that has ended left in the ring. */
  #drainAll(machine: Machine): void {
    for (;;) {
      const count = machine.channel.output.pull(this.#buffer);
      if (count === 0) return;
      this.#emit(this.#buffer.subarray(0, count));
    }
  }

  #emit(bytes: Uint8Array): void {
    for (const listener of this.#dataListeners) listener(bytes.slice());
  }

  #lose(error: TransportError): void {
    if (this.#state === "ended") return;
    const listeners = this.#state === "open" ? [...this.#lostListeners] : [];
    this.#state = "ended";
    this.#dataListeners.clear();
    this.#lostListeners.clear();
    this.#stopListening?.();
    this.#changed?.();
    for (const listener of listeners) listener(error);
  }
}

function subscribe<T>(set: Set<(value: T) => void>, listener: (value: T) => void): () => void {
  const own = (value: T): void => listener(value);
  set.add(own);
  return () => void set.delete(own);
}

function closedError(): TransportError {
  return new TransportError("disconnected", "the WebAssembly target is closed");
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
