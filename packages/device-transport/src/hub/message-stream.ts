import type { Socket } from "node:net";
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createMessageConnection,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageConnection,
  type MessageReader,
  type MessageWriter,
} from "vscode-jsonrpc/node";

/** Bytes of one message's head, and of its body, at most. */
const longestHead = 1024;
const longestBody = 16 * 1024 * 1024;

/** Bytes of messages that wait for their turn before no more are read. */
const mostUnread = 4 * 1024 * 1024;

/** Bytes that wait for the other side to read them; above this it is taken for hung. */
const mostUnsent = 32 * 1024 * 1024;

/** What a message that waits costs beyond its bytes, about. */
const messageCost = 256;

/** How long the other side may take to read the last messages of a connection that ends, in milliseconds. */
const flushMs = 1000;

const headEnd = Buffer.from("\r\n\r\n");

/**
 * JSON-RPC messages with the heads of the Language Server Protocol (`Content-Length: N`, empty line, body), read from a
 * stream that may carry anything: sizes are bounded, and what is no such message is an error, after which no more is
 * read.
 */
class BoundedReader extends AbstractMessageReader implements MessageReader {
  readonly #socket: Socket;
  #chunks: Buffer[] = [];
  #length = 0;
  /** Bytes of the body that is being read, once its head is known. */
  #bodyLength: number | undefined;
  #unread = 0;
  #isBroken = false;
  #deliver: DataCallback | undefined;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
  }

  listen(callback: DataCallback): Disposable {
    this.#deliver = callback;
    const take = (chunk: Buffer): void => {
      this.#chunks.push(chunk);
      this.#length += chunk.length;
      this.#read();
    };
    this.#socket.on("data", take);
    this.#socket.on("close", () => this.fireClose());
    return { dispose: () => void this.#socket.off("data", take) };
  }

  /** A message has been handled: its room is free. */
  handled(bytes: number): void {
    this.#unread -= bytes;
    if (!this.#socket.isPaused() || this.#unread > mostUnread / 2) return;
    this.#socket.resume();
    this.#read();
  }

  #read(): void {
    try {
      while (!this.#isBroken && this.#readOne());
    } catch (error) {
      this.#isBroken = true;
      this.#chunks = [];
      this.fireError(error);
    }
  }

  /** Delivers the next message, if all of it is there. */
  #readOne(): boolean {
    if (this.#unread > mostUnread) {
      this.#socket.pause();
      return false;
    }
    this.#bodyLength ??= this.#readHead();
    if (this.#bodyLength === undefined || this.#length < this.#bodyLength) return false;
    const body = this.#take(this.#bodyLength);
    this.#bodyLength = undefined;
    const message = toMessage(body);
    if (message === undefined) return true;
    const cost = body.length + messageCost;
    costs.set(message, cost);
    this.#unread += cost;
    this.#deliver?.(message);
    return true;
  }

  #readHead(): number | undefined {
    const all = this.#joined();
    const end = all.subarray(0, longestHead).indexOf(headEnd);
    if (end < 0) {
      if (all.length >= longestHead) throw new Error("no head of a message");
      return undefined;
    }
    const head = this.#take(end + headEnd.length).toString("latin1");
    const length = Number(/^content-length: *(\d{1,15})\r$/im.exec(head)?.[1] ?? Number.NaN);
    if (Number.isNaN(length)) throw new Error("a message without Content-Length");
    if (length > longestBody)
      throw new Error(`a message of ${length} bytes; ${longestBody} are the most allowed`);
    return length;
  }

  #take(count: number): Buffer {
    const all = this.#joined();
    this.#chunks = [all.subarray(count)];
    this.#length = all.length - count;
    return all.subarray(0, count);
  }

  #joined(): Buffer {
    const all =
      this.#chunks.length === 1 ? (this.#chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }
}

/** What each message that is being handled takes of its reader's room. */
const costs = new WeakMap<Message, number>();

/** The message in a body; undefined for those of the protocol's `$/` kind, which are optional and not used here. */
function toMessage(body: Buffer): Message | undefined {
  const value: unknown = JSON.parse(body.toString());
  if (typeof value !== "object" || value === null || !("jsonrpc" in value) || value.jsonrpc !== "2.0") {
    throw new Error("a message that is not JSON-RPC 2.0");
  }
  if ("method" in value && String(value.method).startsWith("$/")) return undefined;
  return value as Message;
}

/** Writes messages, and gives up a connection whose other side does not read. */
class BoundedWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.on("close", () => this.fireClose());
  }

  write(message: Message): Promise<void> {
    const body = Buffer.from(JSON.stringify(message));
    if (body.length > longestBody) {
      return Promise.reject(
        new Error(`a message of ${body.length} bytes; ${longestBody} are the most allowed`),
      );
    }
    if (this.#socket.writableLength > mostUnsent) this.#socket.destroy();
    const head = Buffer.from(`Content-Length: ${body.length}\r\n\r\n`);
    return new Promise((resolve, reject) => {
      this.#socket.write(Buffer.concat([head, body]), (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  end(): void {
    endSocket(this.#socket);
  }
}

/** Closes a socket once all that was written has left, or after a while. */
export function endSocket(socket: Socket): void {
  if (socket.destroyed) return;
  const late = setTimeout(() => socket.destroy(), flushMs);
  socket.once("close", () => clearTimeout(late));
  socket.destroySoon();
}

/**
 * A JSON-RPC connection over a socket, which it ends on anything that is no message. `onEnd` is called once, when the
 * socket has closed, for whatever reason; what still waits for a reply has been rejected then. Handlers are to be set
 * before `listen`.
 */
export function createBoundedConnection(socket: Socket, onEnd: () => void): MessageConnection {
  const reader = new BoundedReader(socket);
  const connection = createMessageConnection(reader, new BoundedWriter(socket), undefined, {
    messageStrategy: {
      handleMessage(message, next) {
        reader.handled(costs.get(message) ?? 0);
        return next(message);
      },
    },
  });
  socket.on("error", () => undefined);
  socket.once("close", () => {
    connection.dispose();
    onEnd();
  });
  connection.onError(() => socket.destroy());
  return connection;
}
