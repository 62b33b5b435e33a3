import { connect, type Socket } from "node:net";
import type { Transport } from "../transport.js";
import { TransportError } from "../transport-error.js";
import { createTransportEvents } from "../transport-events.js";
import { explainConnectFailure } from "./connect-failure.js";

export interface TcpOptions {
  readonly host: string;
  readonly port: number;
  /** How long connecting may take, in milliseconds; default 10 s. */
  readonly connectMs?: number;
}

/** After how long without a byte the other side is asked whether it is still there, in milliseconds. */
export const keepAliveMs = 10_000;

/**
 * A REPL behind a TCP port that carries its bytes as they are: a serial server (`ser2net` in raw mode, `socat`), or
 * QEMU's `-serial tcp:`. `open` rejects with `disconnected` or `timeout`.
 */
export function createTcpTransport(options: TcpOptions): Transport {
  const { host, port, connectMs = 10_000 } = options;
  const name = `tcp://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const events = createTransportEvents();
  let socket: Socket | undefined;
  let isOpen = false;

  const end = (error: TransportError): void => {
    isOpen = false;
    events.end(error);
    socket?.destroy();
  };

  const lose = (cause?: Error): void => {
    if (!isOpen) return;
    isOpen = false;
    const why = cause === undefined ? "the other side ended it" : cause.message;
    events.lose(new TransportError("disconnected", `the connection to ${name} is lost: ${why}`, { cause }));
    socket?.destroy();
  };

  async function open(): Promise<void> {
    if (socket !== undefined || events.hasEnded) {
      throw new TransportError("disconnected", "a transport is opened once: make another");
    }
    const connecting = connect({
      host,
      port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: keepAliveMs,
    });
    socket = connecting;
    connecting.on("data", (bytes) => events.emit(bytes));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const connected = new Promise<void>((resolve, reject) => {
      let failure: Error | undefined;
      connecting.once("connect", resolve);
      connecting.on("error", (error) => {
        failure = error;
        reject(error);
      });
      connecting.once("end", () => lose());
      connecting.once("close", () => lose(failure));
      const late = new TransportError("timeout", `${name} did not answer within ${connectMs} ms`);
      timer = setTimeout(() => reject(late), connectMs);
    });
    try {
      await events.orEnd(connected);
      isOpen = true;
    } catch (cause) {
      const error = cause instanceof TransportError ? cause : explainConnectFailure(name, cause);
      end(error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async function write(bytes: Uint8Array): Promise<void> {
    const to = socket;
    if (!isOpen || to === undefined) throw new TransportError("disconnected", `${name} is not connected`);
    const written = new Promise<void>((resolve, reject) => {
      to.write(Uint8Array.from(bytes), (cause) => {
        // A socket that was destroyed meanwhile calls back without an error.
        if (cause || to.destroyed) {
          const why = cause?.message ?? "the connection is lost";
          reject(new TransportError("disconnected", `${name} takes no more: ${why}`, { cause }));
        } else resolve();
      });
    });
    await events.orEnd(written);
  }

  function close(): Promise<void> {
    end(new TransportError("disconnected", `${name} was closed`));
    return Promise.resolve();
  }

  return {
    name,
    traits: { interruptsRunningCode: true, sharesFiles: false },
    open,
    write,
    close,
    onData: events.onData,
    onLost: events.onLost,
  };
}
