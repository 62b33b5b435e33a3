import { type ChildProcess, spawn } from "node:child_process";
import type { Transport } from "./transport.js";
import { TransportError } from "./transport-error.js";
import { createTransportEvents } from "./transport-events.js";

export interface ProcessOptions {
  /** The MicroPython program, of the unix or windows port. */
  readonly executable: string;
  /** The folder that it runs in; default: this process's. */
  readonly cwd?: string;
  /** Its environment, all of it; default: this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Its heap in bytes; default: the program's own. */
  readonly heapSize?: number;
}

/**
 * What a board's raw REPL does (shared/runtime/pyexec.c), raw paste included, as a MicroPython program: the ports for
 * computers have none over a pipe.
 */
const rawRepl = `exec(r'''
import sys, builtins
take = sys.stdin.buffer.read
give = sys.stdout.buffer.write
banner = b"raw REPL; CTRL-B to exit\\r\\n>"
after_return = False
def read_line(prompt=""):
    global after_return
    sys.stdout.write(str(prompt))
    line = b""
    while True:
        byte = take(1)
        if byte == b"\\n" and after_return and not line:
            after_return = False
            continue
        after_return = byte == b"\\r"
        if byte in b"\\r\\n" and byte or byte in b"\\x04" and line:
            return str(line, "utf-8")
        if byte in b"\\x04":
            raise EOFError
        line += byte
def reset():
    names = __import__("__main__").__dict__
    for name in list(names):
        if name[:2] != "__":
            del names[name]
    give(b"\\r\\nMPY: soft reboot\\r\\n" + banner)
def run(text):
    names = __import__("__main__").__dict__
    try:
        exec(compile(text, "<stdin>", "exec"), names)
        give(b"\\x04\\x04>")
    except SystemExit:
        give(b"\\x04\\x04")
        reset()
    except BaseException as error:
        give(b"\\x04")
        sys.print_exception(error, sys.stdout)
        give(b"\\x04>")
def serve():
    global raw
    window = 8192
    code = bytearray()
    pasting = False
    while True:
        byte = take(1)
        if not byte:
            return
        if pasting and byte != b"\\x04":
            code += byte
            if len(code) % window == 0:
                give(b"\\x01")
        elif byte == b"\\x01":
            raw = True
            code = bytearray()
            give(banner)
        elif byte == b"\\x02":
            raw = False
            code = bytearray()
            give(b"\\r\\n>>> ")
        elif byte == b"\\x05":
            take(2)
            pasting = True
            code = bytearray()
            give(b"R\\x01\\x00\\x20")
        elif byte != b"\\x04":
            code += byte
        elif raw:
            text = bytes(code)
            code = bytearray()
            give(b"\\x04" if pasting else b"OK")
            if text or pasting:
                pasting = False
                run(text)
            else:
                reset()
raw = False
builtins.input = read_line
while True:
    try:
        give(b"\\r\\n")
        serve()
        break
    except KeyboardInterrupt:
        pass
''', {})`;

/** What a terminal makes the interrupt signal of. */
const ctrlC = 0x03;

/** How long a program that was asked to end may take, in milliseconds. */
const patienceMs = 2000;

/**
 * A MicroPython of this computer as a child process: its standard input and output are the wire. It ends with the
 * transport. Standard error belongs to the program and counts as output. A byte 0x03 is the interrupt signal, as on a
 * terminal.
 */
export function createProcessTransport(options: ProcessOptions): Transport {
  const events = createTransportEvents();
  let child: ChildProcess | undefined;
  let ended: Promise<void> = Promise.resolve();

  const emit = (bytes: Buffer): void => events.emit(bytes);

  async function open(): Promise<void> {
    if (child !== undefined || events.hasEnded) {
      throw new TransportError("disconnected", "a transport is opened once: make another");
    }
    await start();
  }

  async function hardReset(): Promise<void> {
    if (child === undefined || events.hasEnded) {
      throw new TransportError("disconnected", `${options.executable} does not run`);
    }
    await end();
    await start();
  }

  /** Starts the program; resolves when it has begun. */
  async function start(): Promise<void> {
    const { executable, cwd, env, heapSize } = options;
    const heap = heapSize === undefined ? [] : ["-X", `heapsize=${heapSize}`];
    const started = spawn(executable, [...heap, "-c", rawRepl], {
      cwd,
      env: env ? { ...env } : process.env,
      stdio: ["pipe", "pipe", "pipe"],
    });
    child = started;
    ended = new Promise((resolve) => {
      started.once("close", () => resolve());
      started.once("error", () => resolve());
    });
    started.stdin.on("error", () => undefined);
    started.once("close", (code, signal) => {
      if (events.hasEnded || child !== started) return;
      const how = signal === null ? `with status ${code}` : `by ${signal}`;
      events.lose(new TransportError("disconnected", `${executable} has ended ${how}`));
    });
    await new Promise<void>((resolve, reject) => {
      // It says that it has begun; before that ctrl-C would end it.
      started.stdout.once("data", () => {
        started.stdout.on("data", emit);
        started.stderr.on("data", emit);
        resolve();
      });
      started.once("close", () => {
        // What could not be started is told by its error.
        if (started.pid === undefined) return;
        reject(new TransportError("protocol", `${executable} ended at once: is it MicroPython?`));
      });
      started.once("error", (cause: NodeJS.ErrnoException) => {
        const kind = cause.code === "EACCES" ? "denied" : "disconnected";
        reject(new TransportError(kind, `${executable} can't be run: ${cause.message}`, { cause }));
      });
    });
  }

  async function write(bytes: Uint8Array): Promise<void> {
    let start = 0;
    while (start < bytes.length) {
      const at = bytes.indexOf(ctrlC, start);
      const end = at < 0 ? bytes.length : at;
      if (end > start) await send(bytes.subarray(start, end));
      start = end;
      if (at < 0) continue;
      // Two at once would end the program.
      while (bytes[start] === ctrlC) start++;
      if (!events.hasEnded) child?.kill("SIGINT");
    }
  }

  async function send(bytes: Uint8Array): Promise<void> {
    const input = child?.stdin;
    if (events.hasEnded || !input?.writable) {
      throw new TransportError("disconnected", `${options.executable} does not run`);
    }
    const written = new Promise<void>((resolve, reject) => {
      input.write(bytes, (cause) => {
        // A pipe that was destroyed meanwhile calls back without an error.
        if (cause || input.destroyed) {
          const why = cause?.message ?? "it has ended";
          reject(
            new TransportError("disconnected", `${options.executable} takes no more: ${why}`, { cause }),
          );
        } else resolve();
      });
    });
    await events.orEnd(written);
  }

  async function close(): Promise<void> {
    events.end(new TransportError("disconnected", `${options.executable} was closed`));
    await end();
  }

  /** Ends the program, whatever it is doing. */
  async function end(): Promise<void> {
    const ending = child;
    if (ending === undefined) return;
    child = undefined;
    ending.stdin?.destroy();
    ending.kill("SIGKILL");
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patienceMs);
    });
    await Promise.race([ended, late]);
    clearTimeout(timer);
  }

  return {
    name: options.executable,
    traits: { interruptsRunningCode: true, sharesFiles: true },
    open,
    write,
    close,
    hardReset,
    endInput: () => child?.stdin?.end(),
    onData: events.onData,
    onLost: events.onLost,
  };
}
