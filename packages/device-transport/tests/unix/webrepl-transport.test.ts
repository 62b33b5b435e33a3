import { createServer as createWebServer } from "node:http";
import { createServer, type Server } from "node:net";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { createWebReplTransport } from "../../dist/network/index.js";
import { testTransport } from "../contract/transport.js";
import { listen } from "../support/serve-transport.js";
import { builtProgram, unixTargets } from "../support/unix-target.js";
import { acceptUpgrade, serveWebRepl } from "../support/webrepl-board.js";

const targets = unixTargets();
afterAll(() => targets.removeFolders());

const servers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((close) => close()));
  vi.unstubAllEnvs();
});

const password = "secret";

/** Starts a server that ends with the test; resolves to its port. */
async function serve(server: Server): Promise<number> {
  const listening = await listen(server);
  servers.push(() => listening.close());
  return listening.port;
}

async function startBoard(target = targets.prepare()): Promise<{ port: number; close: () => Promise<void> }> {
  const board = await serveWebRepl(builtProgram("SLOTSCOPE_WEBREPL"), password, () => target.make());
  servers.push(() => board.close());
  return board;
}

testTransport(
  "a board by its WebREPL",
  async () => {
    const target = targets.prepare();
    const board = await startBoard(target);
    const transport = createWebReplTransport({ host: "127.0.0.1", port: board.port, password });
    await transport.open();
    return { transport, putFile: (name, text) => target.putFile(name, text), vanish: () => board.close() };
  },
  {
    has: { files: true, vanishing: true, hardReset: false },
    interruptsRunningCode: true,
    volume: 1 << 16,
  },
);

const open = (port: number, given?: string) =>
  createWebReplTransport({
    host: "127.0.0.1",
    port,
    answerMs: 500,
    ...(given !== undefined && { password: given }),
  }).open();

describe("logging in to a WebREPL", () => {
  it("takes the password from the environment", async () => {
    vi.stubEnv("SLOTSCOPE_WEBREPL_PASSWORD", password);
    const { port } = await startBoard();
    const transport = createWebReplTransport({ host: "127.0.0.1", port });
    await expect(transport.open()).resolves.toBeUndefined();
    await transport.close();
  });

  it("tells a wrong password, and a missing one with where to set it", async () => {
    const { port } = await startBoard();
    await expect(open(port, "wrong")).rejects.toMatchObject({
      kind: "denied",
      message: expect.stringContaining("does not take this password") as string,
    });
    vi.stubEnv("SLOTSCOPE_WEBREPL_PASSWORD", undefined);
    await expect(open(port)).rejects.toMatchObject({
      kind: "denied",
      message: expect.stringContaining("SLOTSCOPE_WEBREPL_PASSWORD") as string,
    });
  });

  it("tells a board that is logged in to already: it ends the connection without a word", async () => {
    const web = createWebServer();
    web.on("upgrade", (request, socket) => {
      socket.end(acceptUpgrade(request.headers["sec-websocket-key"]));
    });
    const port = await serve(web);
    await expect(open(port, password)).rejects.toMatchObject({ kind: "busy" });
  });

  it("tells what is no WebREPL, and what does not answer", async () => {
    const other = createServer((socket) => socket.on("error", () => undefined).end("220 mail.example\r\n"));
    const otherPort = await serve(other);
    await expect(open(otherPort, password)).rejects.toMatchObject({ name: "TransportError" });
    const web = createWebServer((_, response) => response.end("hello"));
    const webPort = await serve(web);
    await expect(open(webPort, password)).rejects.toMatchObject({ kind: "protocol" });
    const silent = createServer((socket) => socket.on("error", () => undefined).resume());
    const port = await serve(silent);
    await expect(open(port, password)).rejects.toMatchObject({ kind: "timeout" });
  });
});
