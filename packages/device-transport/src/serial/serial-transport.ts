import { SerialPort } from "serialport";
import type { Transport } from "../transport.js";
import { TransportError } from "../transport-error.js";
import { createTransportEvents } from "../transport-events.js";
import { explainOpenFailure } from "./open-failure.js";
import { pollBothWays } from "./poll-both-ways.js";
import type { UsbIds } from "./usb-boards.js";

/** An open port, as much of serialport's binding as is used here. */
interface BoundPort {
  read(buffer: Buffer, offset: number, length: number): Promise<{ bytesRead: number }>;
  write(buffer: Buffer): Promise<void>;
  set(lines: { dtr: boolean; rts: boolean }): Promise<void>;
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** What opens ports: serialport's binding for this system, or its mock. */
export interface SerialBinding {
  open(options: { path: string; baudRate: number; hupcl: boolean; lock: boolean }): Promise<BoundPort>;
}

export interface SerialOptions {
  /** The port as this system names it, such as `/dev/ttyACM0` or `COM3`. */
  readonly path: string;
  /** Default 115200. USB ports take any. */
  readonly baudRate?: number;
  /** What the port's USB device is; looked up on Windows, where it decides how the port is opened. */
  readonly usb?: UsbIds;
  /** Default: serialport's for this system. */
  readonly binding?: SerialBinding;
  /** Default: this system's. */
  readonly platform?: NodeJS.Platform;
}

/** How much is given to the system at once: what a closing port may still have to get rid of. */
const writeSize = 1024;

/** How long closing may take, in milliseconds: a driver may wait for a board that takes no bytes. */
const patienceMs = 3000;

/**
 * Chips on whose DTR and RTS hang an ESP32's reset and boot pins: USB bridges of Silicon Labs, WCH and FTDI, and
 * Espressif's own USB-JTAG.
 */
function resetsByLines({ vendorId, productId }: UsbIds): boolean {
  return ["10c4", "1a86", "0403"].includes(vendorId) || (vendorId === "303a" && productId === "1001");
}

/**
 * A board on a serial port. Opening takes the port for this process alone.
 *
 * The modem lines, which reset many ESP32 boards: closing clears RTS and then DTR. Opening leaves them to the system,
 * but on Windows with a chip that resets by them both stay low, and CP210x then gets DTR and after it RTS (the order in
 * which no combination resets; compare mpremote's transport_serial.py). There is no hard reset: what the lines do is
 * each board's own.
 *
 * `open` rejects with `busy`, `denied` or `disconnected`, each saying what to do.
 */
export function createSerialTransport(options: SerialOptions): Transport {
  const { path, baudRate = 115200, platform = process.platform } = options;
  const binding: SerialBinding = options.binding ?? SerialPort.binding;
  const events = createTransportEvents();
  let isNew = true;
  let port: BoundPort | undefined;
  let opening: Promise<void> = Promise.resolve();
  let closing: Promise<void> | undefined;
  let lastWrite: Promise<void> = Promise.resolve();
  let linesAreLow = false;

  const lose = (cause: unknown): TransportError => {
    const error = new TransportError(
      "disconnected",
      `${path} is gone: the board was unplugged or has restarted its USB; connect again once it is back`,
      { cause },
    );
    if (events.hasEnded) return error;
    closing = release();
    events.lose(error);
    return error;
  };

  async function readOn(from: BoundPort): Promise<void> {
    const buffer = Buffer.allocUnsafe(1 << 16);
    try {
      for (;;) {
        const { bytesRead } = await from.read(buffer, 0, buffer.length);
        events.emit(buffer.subarray(0, bytesRead));
      }
    } catch (cause) {
      lose(cause);
    }
  }

  async function openNow(): Promise<void> {
    const usb = platform === "win32" ? (options.usb ?? (await findUsb(path))) : undefined;
    linesAreLow = usb !== undefined && resetsByLines(usb);
    // What serialport calls hupcl is, on Windows, whether DTR is set on opening; RTS is not, unless asked for.
    const opened = await binding.open({ path, baudRate, hupcl: !linesAreLow, lock: true });
    pollBothWays(opened);
    port = opened;
    if (usb?.vendorId === "10c4") {
      await opened.set({ dtr: true, rts: false });
      await opened.set({ dtr: true, rts: true });
      linesAreLow = false;
    }
  }

  async function open(): Promise<void> {
    if (!isNew || events.hasEnded) {
      throw new TransportError("disconnected", "a transport is opened once: make another");
    }
    isNew = false;
    opening = openNow();
    try {
      await opening;
    } catch (cause) {
      const failure = await explainOpenFailure(path, cause);
      closing ??= release();
      events.end(failure);
      throw failure;
    }
    // It may have been closed meanwhile.
    if (port === undefined || events.hasEnded) throw new TransportError("disconnected", `${path} was closed`);
    void readOn(port);
  }

  async function writeNow(bytes: Uint8Array): Promise<void> {
    for (let start = 0; start < bytes.length; start += writeSize) {
      if (port === undefined || events.hasEnded)
        throw new TransportError("disconnected", `${path} is not open`);
      const part = Buffer.from(bytes.subarray(start, start + writeSize));
      try {
        await events.orEnd(port.write(part));
      } catch (cause) {
        throw cause instanceof TransportError ? cause : lose(cause);
      }
    }
  }

  function write(bytes: Uint8Array): Promise<void> {
    const written = lastWrite.then(() => writeNow(bytes));
    lastWrite = written.catch(() => undefined);
    return written;
  }

  /** Clears the lines and gives the port back; of a port that is gone, what there is to give back. */
  async function release(): Promise<void> {
    await opening.catch(() => undefined);
    const releasing = port;
    port = undefined;
    if (releasing === undefined) return;
    const steps = async (): Promise<void> => {
      // A driver would wait for bytes that a board doesn't take.
      await releasing.flush().catch(() => undefined);
      // These fail where there are no such lines, as on a pseudo terminal, and where the port is gone.
      await releasing.set({ dtr: !linesAreLow, rts: false }).catch(() => undefined);
      await releasing.set({ dtr: false, rts: false }).catch(() => undefined);
      await releasing.flush().catch(() => undefined);
      await releasing.close().catch(() => undefined);
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patienceMs);
    });
    await Promise.race([steps(), late]);
    clearTimeout(timer);
  }

  function close(): Promise<void> {
    closing ??= release();
    events.end(new TransportError("disconnected", `${path} was closed`));
    return closing;
  }

  return {
    name: path,
    traits: { interruptsRunningCode: true, sharesFiles: false },
    open,
    write,
    close,
    onData: events.onData,
    onLost: events.onLost,
  };
}

/** The USB ids of a port by serialport's list; none where it is no USB port or can't be told. */
async function findUsb(path: string): Promise<UsbIds | undefined> {
  const ports = await SerialPort.list().catch(() => []);
  const found = ports.find((port) => port.path.toUpperCase() === path.toUpperCase());
  if (found?.vendorId === undefined || found.productId === undefined) return undefined;
  return { vendorId: found.vendorId.toLowerCase(), productId: found.productId.toLowerCase() };
}
