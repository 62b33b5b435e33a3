import { parentPort, workerData } from "node:worker_threads";
import { Channel } from "../channel.js";
import type { FromWorker, WorkerStart } from "../messages.js";
import { VmSignals } from "../vm-signals.js";
import { type BootProbe, calibrateSignals } from "./calibrate.js";
import { mountFiles } from "./file-system.js";
import { makeJavaScriptInert } from "./inert-javascript.js";
import { loadVm } from "./load-vm.js";
import { bootSource, shimFiles, shimFolder } from "./prelude.js";
import { Repl } from "./repl.js";
import { Sleeper } from "./sleeper.js";
import { Terminal } from "./terminal.js";

/** The worker thread: one MicroPython from power-on to its next reset. */
async function run(start: WorkerStart): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error("not a worker thread");
  const send = (message: FromWorker): void => port.postMessage(message);
  const channel = new Channel(start.channel);
  let messageArrived: (() => void) | undefined;
  port.on("message", () => messageArrived?.());

  const log: string[] = [];
  let signals: VmSignals | undefined;
  const interruptPending = (): boolean => signals?.interruptPending ?? false;
  const ringHost = (): void => send({ t: "ring" });
  try {
    let terminal: Terminal | undefined;
    const { vm, memory, hint, scratch } = await loadVm(start.glue, start.module, start.heapSize, {
      pause: (ms) => terminal?.pause(ms),
      log(text) {
        log.push(text);
        if (log.length > 20) log.shift();
      },
    });
    mountFiles(vm.FS, start.workspace, start.readOnly, shimFolder, shimFiles);
    terminal = new Terminal(channel, { interruptPending, ringHost, activity: () => hint.calls });
    terminal.attach(vm.FS);
    const sleeper = new Sleeper(channel, interruptPending);
    const environment = new Map(Object.entries(start.env));
    const probe: BootProbe = { look: undefined };
    const host = makeJavaScriptInert({
      wait: (ms: number, watchInput: number) => sleeper.wait(ms, watchInput !== 0),
      look: (address: number) => probe.look?.(address),
      env: (name: string) => environment.get(name) ?? null,
      mark: () => scratch?.mark(),
      release: () => scratch?.release() ?? 0,
    });
    vm.registerJsModule(".slotscope", host);
    vm.runPython(bootSource(environment.size > 0));
    const addresses = calibrateSignals(vm, memory, probe);
    signals = new VmSignals(memory, addresses);
    const repl = new Repl(vm, terminal, channel, {
      softReset: (raw) => send({ t: "soft-reset", raw }),
      ringHost,
      nextMessage: () =>
        new Promise((resolve) => {
          messageArrived = resolve;
        }),
    });
    repl.start(start.raw);
    send({ t: "ready", memory, addresses });
    await repl.serve();
  } catch (error) {
    send({ t: "crashed", error: describe(error), log });
    process.exit(1);
  }
}

function describe(error: unknown): { name: string; message: string } {
  if (error instanceof Error) return { name: error.name, message: error.message };
  return { name: "Error", message: String(error) };
}

void run(workerData as WorkerStart);
