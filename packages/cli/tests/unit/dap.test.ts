import { connect, createServer, type AddressInfo } from "node:net";
import type { Readable, Writable } from "node:stream";
import { describe, expect, it, onTestFinished } from "vitest";
import { outcomeOf, runCli, startCli } from "../support/start-cli.js";

/** Sends one request and resolves to its response, as JSON. */
async function ask(to: Writable, from: Readable, request: object): Promise<Record<string, unknown>> {
  const body = JSON.stringify({ seq: 1, type: "request", ...request });
  to.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  return await new Promise((resolve) => {
    let seen = "";
    const take = (chunk: Buffer) => {
      seen += chunk.toString();
      const found = /\r\n\r\n(\{.*?"type":"response".*\})/s.exec(seen)?.[1];
      if (found === undefined) return;
      from.off("data", take);
      resolve(JSON.parse(found.split("Content-Length")[0] ?? "") as Record<string, unknown>);
    };
    from.on("data", take);
  });
}

const initialize = { command: "initialize", arguments: { adapterID: "slotscope" } };

describe("slotscope dap", () => {
  it("serves a client on standard input and output until it leaves", async () => {
    const child = startCli(["dap"]);
    const outcome = outcomeOf(child);
    const response = await ask(child.stdin, child.stdout, initialize);
    expect(response).toMatchObject({ success: true, body: { supportsConfigurationDoneRequest: true } });
    child.stdin.end();
    expect(await outcome).toMatchObject({ status: 0, stderr: "" });
  });

  it.skipIf(process.platform === "win32")(
    "listens on a port of this computer, for one client after the other (ended by a signal, which Windows lacks)",
    async () => {
      const child = startCli(["dap", "--port", "0"]);
      onTestFinished(() => void child.kill("SIGKILL"));
      const outcome = outcomeOf(child);
      const line = await new Promise<string>((resolve) => {
        child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString()));
      });
      const [, host = "", port = ""] =
        /^Listening for DAP clients on (127\.0\.0\.1):(\d+)\n$/.exec(line) ?? [];
      for (let client = 0; client < 2; client++) {
        const socket = connect({ host, port: Number(port) });
        expect(await ask(socket, socket, initialize)).toMatchObject({ success: true });
        socket.destroy();
      }
      child.kill("SIGTERM");
      expect(await outcome).toMatchObject({ status: 0, stderr: "" });
    },
  );

  it("says when it can't listen", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { stderr, status } = await runCli(["dap", "--port", String(port)]);
    expect(stderr).toBe(`slotscope dap: Port ${port} is in use. Choose another, or 0 for a free one.\n`);
    expect(status).toBe(1);
  });

  it.each([
    [["--port", "70000"], "--port 70000: not a port; it takes 0 to 65535."],
    [["main.py"], "dap takes no arguments, such as main.py."],
    [["--host", "0.0.0.0"], "Unknown option --host."],
  ])("%j is a wrong command line", async (words, message) => {
    const { stderr, status } = await runCli(["dap", ...words]);
    expect(stderr).toContain(`slotscope dap: ${message}`);
    expect(status).toBe(2);
  });
});
