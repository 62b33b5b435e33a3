import type { WasmMemory } from "./webassembly.js";

/** Where the VM keeps what an interrupt handler touches, as byte addresses in its memory; found by calibration. */
export interface SignalAddresses {
  /** The exception to raise at the next branch; 0 for none. */
  readonly pendingException: number;
  /** The one KeyboardInterrupt object, and its pointer to traceback data. */
  readonly keyboardInterrupt: number;
  readonly tracebackData: number;
  /** The byte that means an interrupt, as a word; -1 for none (`micropython.kbd_intr`). */
  readonly interruptChar: number;
  /** State of the scheduler as a 16-bit word, the length and start of its queue as bytes, and the queue. */
  readonly schedulerState: number;
  readonly queueLength: number;
  readonly queueStart: number;
  readonly queue: number;
  /** The Python function to schedule when input arrives. */
  readonly attend: number;
}

/** py/mpstate.h, `MP_SCHED_IDLE` and following. */
export const schedulerIdle = 1;
export const schedulerPending = 0;

/** `None` as an argument: the small int 0 in object representation A (py/obj.h). */
const smallIntZero = 1;

/**
 * The VM's interrupt lines, pulled from any thread: what MicroPython's ports do in an interrupt handler,
 * done by the host in the VM's shared memory. The VM looks at them at every branch it executes
 * (py/vm.c, `pending_exception_check`), also in `while True: pass`.
 */
export class VmSignals {
  readonly #words: Int32Array;
  readonly #halves: Int16Array;
  readonly #bytes: Uint8Array;
  readonly #at: SignalAddresses;

  constructor(memory: WasmMemory, addresses: SignalAddresses) {
    // All of it is static data, so views of the memory as it is now stay good when it grows.
    this.#words = new Int32Array(memory.buffer);
    this.#halves = new Int16Array(memory.buffer);
    this.#bytes = new Uint8Array(memory.buffer);
    this.#at = addresses;
  }

  /** The byte that interrupts the running program; -1 while input is only data, as at the REPL's prompt. */
  get interruptChar(): number {
    return Atomics.load(this.#words, this.#at.interruptChar >> 2);
  }

  /** A KeyboardInterrupt waits for the VM's next branch. */
  get interruptPending(): boolean {
    return Atomics.load(this.#words, this.#at.pendingException >> 2) !== 0;
  }

  /** Raises KeyboardInterrupt at the next branch, as `mp_sched_keyboard_interrupt` (py/scheduler.c) does. */
  interrupt(): void {
    Atomics.store(this.#words, this.#at.tracebackData >> 2, 0);
    Atomics.store(this.#words, this.#at.pendingException >> 2, this.#at.keyboardInterrupt);
    Atomics.compareExchange(this.#halves, this.#at.schedulerState >> 1, schedulerIdle, schedulerPending);
    // Should the program have ended at this moment, the interrupt must not hit the next one.
    if (this.interruptChar === -1) {
      Atomics.compareExchange(this.#words, this.#at.pendingException >> 2, this.#at.keyboardInterrupt, 0);
    }
  }

  /**
   * Has the function for input attention called at the next branch, as `mp_sched_schedule` (py/scheduler.c)
   * does; nothing while the VM runs another scheduled call, or has one waiting.
   */
  attend(): void {
    const state = this.#at.schedulerState >> 1;
    // As if this thread held the scheduler's lock: the VM neither takes from the queue nor changes the state by itself.
    if (
      Atomics.compareExchange(this.#halves, state, schedulerIdle, -1) !== schedulerIdle &&
      Atomics.compareExchange(this.#halves, state, schedulerPending, -1) !== schedulerPending
    ) {
      return;
    }
    if (this.#bytes[this.#at.queueLength] === 0) {
      const item = this.#at.queue >> 2;
      Atomics.store(this.#bytes, this.#at.queueStart, 0);
      Atomics.store(this.#words, item, this.#at.attend);
      Atomics.store(this.#words, item + 1, smallIntZero);
      Atomics.store(this.#bytes, this.#at.queueLength, 1);
    }
    Atomics.add(this.#halves, state, 1);
  }
}
