import { type SignalAddresses, schedulerIdle, schedulerPending } from "../vm-signals.js";
import type { MicroPython } from "./glue-types.js";
import type { WasmMemory } from "../webassembly.js";

/** Static data lies between these addresses: behind the stack's first place, before what is allocated. */
export const staticStart = 0x10000;
export const staticEnd = 0x80000;

/** Offset of `traceback_data` in an exception object (py/objexcept.h). */
const tracebackDataOffset = 8;

/** A small int that occurs nowhere else, as the argument of a scheduled call. */
const markArgument = 0x1a2b3c4;

/** The boot module's part: schedules the attention function and looks before it can run. */
export interface BootProbe {
  /** Set to what looks at memory; called by `probe(address of the function)` from Python. */
  look: ((attend: number) => void) | undefined;
}

/**
 * Finds where the VM keeps its signals, by having it change them and comparing its static data. Depends on no
 * address or order of a certain build. Throws an Error that says what was not found.
 */
export function calibrateSignals(vm: MicroPython, memory: WasmMemory, probe: BootProbe): SignalAddresses {
  const snapshot = (): Int32Array => new Int32Array(memory.buffer.slice(staticStart, staticEnd));
  const { _module: module } = vm;
  const { _mp_sched_keyboard_interrupt: schedule } = module;
  const raise = (): void => {
    schedule();
    try {
      vm.runPython("for _ in (1,): pass");
    } catch {
      return;
    }
    throw new Error("a KeyboardInterrupt was not raised");
  };

  // Once for real, so that the exception holds a traceback, whose removal then shows; and a branch more, with
  // which the scheduler comes to rest.
  raise();
  vm.runPython("for _ in (1,): pass");
  const before = snapshot();
  schedule();
  const after = snapshot();
  raise();
  vm.runPython("for _ in (1,): pass\ndel _");
  let pendingException = 0;
  let keyboardInterrupt = 0;
  let tracebackData = 0;
  let schedulerState = 0;
  for (let index = 0; index < before.length; index++) {
    const was = before[index] ?? 0;
    const is = after[index] ?? 0;
    if (was === is) continue;
    const address = staticStart + index * 4;
    if (was === 0 && is > staticStart && is < staticEnd) {
      pendingException = address;
      keyboardInterrupt = is;
    } else if ((was << 16) >> 16 === schedulerIdle && (is << 16) >> 16 === schedulerPending) {
      schedulerState = address;
    } else if (was >> 16 === schedulerIdle && is >> 16 === schedulerPending) {
      schedulerState = address + 2;
    } else if (is === 0) {
      tracebackData = address;
    } else throw new Error("an interrupt changes more than its signals");
  }
  if (pendingException === 0 || schedulerState === 0)
    throw new Error("the interrupt's signals were not found");
  if (tracebackData !== keyboardInterrupt + tracebackDataOffset) {
    throw new Error("the interrupt's exception has another layout");
  }

  const interruptChar = findInterruptChar(vm, snapshot);

  const queueLength = schedulerState + 2;
  const bytes = new Uint8Array(memory.buffer);
  const idleLength = bytes[queueLength];
  let attend = 0;
  let queue = 0;
  let pendingLength: number | undefined;
  probe.look = (address) => {
    attend = address;
    pendingLength = bytes[queueLength];
    const words = snapshot();
    const index = words.findIndex((word, at) => word === attend && words[at + 1] === markArgument * 2 + 1);
    if (index >= 0) queue = staticStart + index * 4;
  };
  vm.runPython(`import sys\nsys.modules['.slotscope'].pop('calibrate')(${markArgument})\ndel sys`);
  probe.look = undefined;
  if (idleLength !== 0 || pendingLength !== 1 || queue === 0) {
    throw new Error("the queue of scheduled calls was not found");
  }
  return {
    pendingException,
    keyboardInterrupt,
    tracebackData,
    interruptChar,
    schedulerState,
    queueLength,
    queueStart: queueLength + 1,
    queue,
    attend,
  };
}

/** The word that follows `micropython.kbd_intr`. */
function findInterruptChar(vm: MicroPython, snapshot: () => Int32Array): number {
  let candidates: number[] | undefined;
  for (const value of [0x51, 0x72, 0x35, -1]) {
    vm.runPython(`import micropython\nmicropython.kbd_intr(${value})\ndel micropython`);
    const words = snapshot();
    candidates =
      candidates === undefined
        ? [...words.keys()].filter((index) => words[index] === value)
        : candidates.filter((index) => words[index] === value);
  }
  const [index, ...others] = candidates ?? [];
  if (index === undefined || others.length > 0) throw new Error("the interrupt character was not found");
  return staticStart + index * 4;
}
