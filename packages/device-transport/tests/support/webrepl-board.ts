import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createServer, type Socket } from "node:net";
import type { Transport } from "../../dist/index.js";
import { joinTarget, listen } from "./serve-transport.js";

/**
 * The board's end of a WebREPL: MicroPython's own modwebsocket.c and modwebrepl.c, as webrepl.py joins them. What comes
 * out of them goes to a second connection, behind which the target is: the unix port has no `os.dupterm` of its own.
 */
const script = (port: number, password: string): string => `
import select, socket, sys, websocket, _webrepl
def connect(first):
    s = socket.socket()
    s.connect(socket.getaddrinfo("127.0.0.1", ${port})[0][-1])
    s.write(first)
    return s
client = connect(b"c")
target = connect(b"t")
_webrepl.password("${password}")
repl = _webrepl._webrepl(websocket.websocket(client, True))
client.setblocking(False)
poll = select.poll()
poll.register(client, select.POLLIN)
poll.register(target, select.POLLIN)
while True:
    for ready, _ in poll.poll():
        if ready is target:
            data = target.recv(512)
            if not data:
                sys.exit()
            repl.write(data)
            continue
        data = bytearray()
        while len(data) < 512:
            byte = repl.read(1)
            if byte == b"":
                sys.exit()
            if byte is None:
                break
            data += byte
        target.write(data)
`;

/** What a web server answers that is asked to speak WebSocket with that key (RFC 6455, section 4.2.2). */
export function acceptUpgrade(key = ""): string {
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  return [
    "HTTP/1.1 101 Switching Protocols",
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Accept: ${accept}`,
    "\r\n",
  ].join("\r\n");
}

/** Resolves to what a connection sends first: all that satisfies `isWhole` for the first time. */
function readFirst(socket: Socket, isWhole: (text: string) => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const take = (): void => {
      for (
        let byte = socket.read(1) as Buffer | null;
        byte !== null;
        byte = socket.read(1) as Buffer | null
      ) {
        text += byte.toString("latin1");
        if (!isWhole(text)) continue;
        socket.off("readable", take);
        resolve(text);
        return;
      }
    };
    socket.on("readable", take);
    socket.once("close", () => reject(new Error("it was closed")));
  });
}

/**
 * Starts boards with a WebREPL, one for each connection. `executable` is a MicroPython with modwebrepl.c; `make` makes
 * the target behind it.
 */
export async function serveWebRepl(executable: string, password: string, make: () => Transport) {
  const ends = new Set<() => void>();
  const server = createServer({ noDelay: true }, (web) => void serve(web).catch(() => web.destroy()));

  async function serve(web: Socket): Promise<void> {
    web.on("error", () => undefined);
    const request = await readFirst(web, (text) => text.endsWith("\r\n\r\n"));
    web.write(acceptUpgrade(/^sec-websocket-key: *(.*?)\r$/im.exec(request)?.[1]));
    const board = createServer({ noDelay: true });
    const listening = await listen(board);
    const target = make();
    await target.open();
    const child = spawn(executable, ["-c", script(listening.port, password)], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    const end = (): void => {
      child.kill("SIGKILL");
      void listening.close();
      web.destroy();
      void target.close();
    };
    ends.add(end);
    web.once("close", end);
    child.once("close", () => web.end());
    board.on("connection", (socket) => {
      socket.on("error", () => undefined);
      void (async () => {
        if ((await readFirst(socket, () => true)) === "t") await joinTarget(socket, target);
        else socket.pipe(web).pipe(socket);
      })();
    });
  }

  const listening = await listen(server);
  return {
    port: listening.port,
    async close(): Promise<void> {
      for (const end of ends) end();
      await listening.close();
    },
  };
}
