import { createServer } from "node:net";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { createTcpTransport } from "../../dist/network/index.js";
import { testTransport } from "../contract/transport.js";
import { listen, serveTransport } from "../support/serve-transport.js";
import { unixTargets } from "../support/unix-target.js";

const targets = unixTargets();
afterAll(() => targets.removeFolders());

const servers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((close) => close()));
});

testTransport(
  "a target behind a TCP port",
  async () => {
    const target = targets.prepare();
    const served = await serveTransport(() => target.make());
    servers.push(() => served.close());
    const transport = createTcpTransport({ host: "127.0.0.1", port: served.port });
    await transport.open();
    return { transport, putFile: (name, text) => target.putFile(name, text), vanish: () => served.close() };
  },
  { has: { files: true, vanishing: true, hardReset: false }, interruptsRunningCode: true },
);

describe("a TCP transport", () => {
  it("tells that nobody listens", async () => {
    const listening = await listen(createServer());
    await listening.close();
    const { port } = listening;
    await expect(createTcpTransport({ host: "127.0.0.1", port }).open()).rejects.toMatchObject({
      kind: "disconnected",
      message: expect.stringContaining("nobody listens at tcp://127.0.0.1:") as string,
    });
  });

  it("tells that nobody answers in time", async () => {
    // Of a network for documentation (RFC 5737): routed nowhere, or refused by the next router.
    const transport = createTcpTransport({ host: "192.0.2.1", port: 1, connectMs: 100 });
    await expect(transport.open()).rejects.toMatchObject({ name: "TransportError" });
  });

  it("gives up connecting when it is closed", async () => {
    const transport = createTcpTransport({ host: "192.0.2.1", port: 1 });
    const opening = transport.open();
    await Promise.all([expect(opening).rejects.toMatchObject({ kind: "disconnected" }), transport.close()]);
  });
});
