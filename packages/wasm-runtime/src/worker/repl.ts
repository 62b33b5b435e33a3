import type { Channel } from "../channel.js";
import type { MicroPython } from "./glue-types.js";
import type { Terminal } from "./terminal.js";

const ctrlA = 0x01;
const ctrlB = 0x02;
const ctrlC = 0x03;
const ctrlD = 0x04;
const ctrlE = 0x05;

/** Bytes granted at a time in raw paste. */
const pasteWindow = 8192;

const encoder = new TextEncoder();
const rawBanner = encoder.encode("raw REPL");

export interface ReplEvents {
  /** The REPL asks for a soft reset, to start again in this mode. */
  softReset(raw: boolean): void;
  /** The host asked to be told of space in the input. */
  ringHost(): void;
  /** Resolves when the host sends its next message. */
  nextMessage(): Promise<void>;
}

/**
 * Feeds input to the VM's event-driven REPL (shared/runtime/pyexec.c) byte by byte, as they come; what runs
 * in between reads the following bytes as its standard input. Raw paste is done here: the port cannot read
 * from inside its REPL.
 */
export class Repl {
  readonly #vm: MicroPython;
  readonly #terminal: Terminal;
  readonly #channel: Channel;
  readonly #events: ReplEvents;
  #raw = false;
  /** Length of the raw REPL's line, and whether it is so far what asks for raw paste. */
  #lineLength = 0;
  #lineAsksPaste = true;
  #pasted: number[] | undefined;
  #pasteGranted = 0;

  constructor(vm: MicroPython, terminal: Terminal, channel: Channel, events: ReplEvents) {
    this.#vm = vm;
    this.#terminal = terminal;
    this.#channel = channel;
    this.#events = events;
  }

  /** Prints what a board prints after start: the banner and a prompt, or the raw REPL's. */
  start(raw: boolean): void {
    if (!raw) {
      // The empty line before the banner is for one who typed ctrl-B.
      this.#terminal.swallow(2);
      this.#vm.replInit();
      return;
    }
    this.#terminal.mute(true);
    this.#vm.replInit();
    this.#terminal.mute(false);
    this.#terminal.swallow(2);
    this.#vm.replProcessChar(ctrlA);
    this.#enterRaw();
  }

  /** Serves until a soft reset. The event loop turns whenever there is no input, and after code has run. */
  async serve(): Promise<void> {
    for (;;) {
      const byte = this.#channel.input.pullByte();
      if (byte < 0) {
        this.#channel.enterIdle();
        if (this.#channel.input.available === 0) await this.#events.nextMessage();
        this.#channel.leaveIdle();
        continue;
      }
      if (this.#channel.hostWantsSpace()) this.#events.ringHost();
      if (this.#take(byte)) {
        this.#terminal.write(encoder.encode("MPY: soft reboot\r\n"));
        this.#events.softReset(this.#raw);
        return;
      }
      if (byte === ctrlD) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** True when the REPL asks for a soft reset. */
  #take(byte: number): boolean {
    if (this.#pasted !== undefined) return this.#takePasted(this.#pasted, byte);
    if (!this.#raw) {
      if (byte !== ctrlA) return this.#vm.replProcessChar(byte) !== 0;
      let reset = false;
      const entered = this.#terminal.saw(rawBanner, () => {
        reset = this.#vm.replProcessChar(byte) !== 0;
      });
      if (entered) this.#enterRaw();
      return reset;
    }
    if (byte === ctrlA && this.#lineLength === 2 && this.#lineAsksPaste) {
      this.#beginPaste();
      return false;
    }
    const reset = this.#vm.replProcessChar(byte) !== 0;
    if (byte === ctrlB) this.#raw = false;
    if (byte >= ctrlA && byte <= ctrlD) this.#resetLine();
    else {
      const expected = this.#lineLength === 0 ? ctrlE : 0x41;
      this.#lineAsksPaste &&= this.#lineLength < 2 && byte === expected;
      this.#lineLength++;
    }
    return reset;
  }

  #enterRaw(): void {
    this.#raw = true;
    this.#resetLine();
  }

  #resetLine(): void {
    this.#lineLength = 0;
    this.#lineAsksPaste = true;
  }

  #beginPaste(): void {
    this.#vm.replProcessChar(ctrlC);
    this.#resetLine();
    this.#pasted = [];
    this.#pasteGranted = pasteWindow;
    this.#terminal.write(Uint8Array.of(0x52, 0x01, pasteWindow & 0xff, pasteWindow >> 8));
  }

  #takePasted(code: number[], byte: number): boolean {
    if (byte !== ctrlC && byte !== ctrlD) {
      code.push(byte);
      if (--this.#pasteGranted === 0) {
        this.#pasteGranted = pasteWindow;
        this.#terminal.write(Uint8Array.of(ctrlA));
      }
      return false;
    }
    this.#pasted = undefined;
    this.#terminal.write(Uint8Array.of(ctrlD));
    const source = byte === ctrlC ? encoder.encode("raise KeyboardInterrupt") : code;
    for (const each of source) {
      // These four would act on the line; in source text they are syntax errors in any case.
      this.#vm.replProcessChar(each >= ctrlA && each <= ctrlD ? 0x3f : each);
    }
    if (source.length === 0) this.#vm.replProcessChar(0x0a);
    this.#terminal.swallow(2);
    return this.#vm.replProcessChar(ctrlD) !== 0;
  }
}
