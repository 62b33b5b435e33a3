import { type RawData, WebSocket } from "ws";
import type { Transport } from "../transport.js";
import { TransportError } from "../transport-error.js";
import { createTransportEvents } from "../transport-events.js";
import { explainConnectFailure } from "./connect-failure.js";
import { keepAliveMs } from "./tcp-transport.js";

export interface WebReplOptions {
  readonly host: string;
  /** Default 8266, as webrepl.py has it. */
  readonly port?: number;
  /** As it was set on the board by `import webrepl_setup`; default: the variable SLOTSCOPE_WEBREPL_PASSWORD. */
  readonly password?: string;
  /** How long connecting, and then logging in, may take, in milliseconds; default 10 s each. */
  readonly answerMs?: number;
}

/** The variable that holds the password where no option gives it. */
export const passwordVariable = "SLOTSCOPE_WEBREPL_PASSWORD";

/** Bytes in one message: an ESP8266 takes them off the network one by one, and has little room for the rest. */
const frameSize = 256;

/** How long a board may take to say goodbye, in milliseconds. */
const goodbyeMs = 1000;

const passwordPrompt = "Password: ";
const connected = "WebREPL connected\r\n>>> ";
const denied = "Access denied";

/**
 * A board's WebREPL: the REPL in text messages of a WebSocket, after a password (MicroPython's extmod/modwebrepl.c, and
 * webrepl.py of micropython-lib). Bytes are sent as they are, text or not. A soft reset ends the connection on boards
 * whose network does not outlive it.
 *
 * `open` rejects with `denied` for a password that is missing or wrong, `busy` while another client is logged in,
 * `timeout`, `disconnected`, or `protocol` for what is no WebREPL.
 */
export function createWebReplTransport(options: WebReplOptions): Transport {
  const { host, port = 8266, answerMs = 10_000 } = options;
  const name = `ws://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const events = createTransportEvents();
  let socket: WebSocket | undefined;
  let isNew = true;
  let isOpen = false;

  const lose = (why: string, cause?: unknown): void => {
    if (!isOpen) return;
    isOpen = false;
    events.lose(new TransportError("disconnected", `the connection to ${name} is lost: ${why}`, { cause }));
    socket?.terminate();
  };

  async function open(): Promise<void> {
    if (!isNew || events.hasEnded) {
      throw new TransportError("disconnected", "a transport is opened once: make another");
    }
    isNew = false;
    const password = options.password ?? process.env[passwordVariable];
    try {
      if (password === undefined || password === "") {
        throw new TransportError(
          "denied",
          `${name} asks for a password and none is known; set the variable ${passwordVariable} to it`,
        );
      }
      await events.orEnd(connectAndLogIn(password));
    } catch (cause) {
      const error = cause instanceof TransportError ? cause : explainConnectFailure(name, cause);
      events.end(error);
      socket?.terminate();
      throw error;
    }
  }

  function connectAndLogIn(password: string): Promise<void> {
    const connecting = new WebSocket(`${name}/`, {
      handshakeTimeout: answerMs,
      perMessageDeflate: false,
      // What a program prints need not be text, and characters are cut at the ends of messages.
      skipUTF8Validation: true,
    });
    socket = connecting;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const loggedIn = new Promise<void>((resolve, reject) => {
      let heard = "";
      let asked = false;
      const late = new TransportError(
        "timeout",
        `${name} did not finish the login within ${2 * answerMs} ms`,
      );
      timer = setTimeout(() => reject(late), 2 * answerMs);
      connecting.once("upgrade", (response) => response.socket.setKeepAlive(true, keepAliveMs));
      connecting.on("error", (cause: NodeJS.ErrnoException) => {
        if (isOpen) lose(cause.message, cause);
        else if (cause.message === "Opening handshake has timed out") {
          reject(new TransportError("timeout", `${name} did not answer within ${answerMs} ms`, { cause }));
        } else if (cause.code === undefined) {
          const text = `${name} does not answer as a WebREPL does (${cause.message}); check the port`;
          reject(new TransportError("protocol", text, { cause }));
        } else reject(cause);
      });
      connecting.once("close", () => {
        lose("the board ended it");
        // It is accepted before webrepl.py sees that somebody is logged in.
        reject(
          asked
            ? new TransportError("disconnected", `${name} ended the connection during the login`)
            : new TransportError(
                "busy",
                `${name} ended the connection at once; close the other client that is logged in there`,
              ),
        );
      });
      connecting.on("message", (data) => {
        const bytes = bytesOf(data);
        if (isOpen) {
          events.emit(bytes);
          return;
        }
        // One character for each byte.
        heard += Buffer.from(bytes).toString("latin1");
        if (!asked && heard.includes(passwordPrompt)) {
          asked = true;
          connecting.send(`${password}\r`);
        }
        if (heard.includes(denied)) {
          reject(
            new TransportError(
              "denied",
              `${name} does not take this password; it is what webrepl_setup asked for`,
            ),
          );
        }
        if (!heard.includes(connected) || events.hasEnded) return;
        isOpen = true;
        resolve();
      });
    });
    return loggedIn.finally(() => clearTimeout(timer));
  }

  async function write(bytes: Uint8Array): Promise<void> {
    for (let start = 0; start < bytes.length; start += frameSize) {
      const to = socket;
      if (!isOpen || to === undefined) throw new TransportError("disconnected", `${name} is not connected`);
      const part = Buffer.from(bytes.subarray(start, start + frameSize));
      const sent = new Promise<void>((resolve, reject) => {
        to.send(part, { binary: false }, (cause) => {
          if (cause)
            reject(new TransportError("disconnected", `${name} takes no more: ${cause.message}`, { cause }));
          else resolve();
        });
      });
      await events.orEnd(sent);
    }
  }

  async function close(): Promise<void> {
    isOpen = false;
    events.end(new TransportError("disconnected", `${name} was closed`));
    const closing = socket;
    if (closing === undefined || closing.readyState === WebSocket.CLOSED) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => closing.terminate(), goodbyeMs);
      closing.once("close", () => {
        clearTimeout(timer);
        resolve();
      });
      closing.close();
    });
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

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return new Uint8Array(data);
}
