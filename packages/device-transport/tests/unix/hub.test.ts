import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rawReplRunner, RemoteFiles } from "../../dist/files/index.js";
import { connectHub, type Hub } from "../../dist/hub/index.js";
import { RawRepl } from "../../dist/index.js";
import { testTransport } from "../contract/transport.js";
import { startChild } from "../support/child.js";
import { errorOf, later, scratchFolder, scratchSocket, signal } from "../support/hub.js";
import { unixProgram } from "../support/unix-board.js";

const own = { purpose: "testing", wait: false };

/** A hub in a process of its own, and a board in a new folder. */
async function startHub(): Promise<{
  readonly socket: string;
  readonly board: string;
  readonly connect: (name?: string) => Promise<Hub>;
}> {
  const socket = scratchSocket();
  const child = startChild("unix-hub.mjs", socket, unixProgram);
  await child.says("serving");
  return {
    socket,
    board: scratchFolder(),
    connect: async (name = "a test") => {
      const hub = await connectHub({ socket, name });
      later(() => hub.close());
      return hub;
    },
  };
}

testTransport(
  "a board of the hub",
  async () => {
    const { board, connect } = await startHub();
    const transport = await (await connect()).lease(board, own);
    await transport.open();
    const repl = new RawRepl(transport);
    await repl.enter();
    await repl.evaluate("__import__('os').system('echo $PPID > pid')");
    repl.release();
    const pid = Number(await readFile(join(board, "pid"), "utf8"));
    return {
      transport,
      putFile: (name, text) => writeFile(join(board, name), text),
      vanish: async () => void process.kill(pid, "SIGKILL"),
    };
  },
  { has: { files: true, vanishing: true, hardReset: true }, interruptsRunningCode: true, volume: 1 << 18 },
);

describe("a board that is shared by the hub", () => {
  it("is used by several clients in turn, each by code of its own", async () => {
    const { board, connect } = await startHub();
    const names = ["one", "two", "three"];
    const uses = names.map(async (name) => {
      const runner = await (await connect(name)).runner(board, { purpose: name, wait: true });
      await new RemoteFiles(runner).write(`${name}.txt`, Buffer.from(name));
      await runner.close();
    });
    await Promise.all(uses);
    for (const name of names) expect(await readFile(join(board, `${name}.txt`), "utf8")).toBe(name);
  });

  it("does a guest's file work through the client that holds it", async () => {
    const { board, connect } = await startHub();
    const [host, guest] = [await connect("a debugger"), await connect()];
    const lease = await host.lease(board, { purpose: "debugging", wait: false });
    const repl = new RawRepl(lease);
    await repl.enter();
    await repl.exec("held = 'by the program'");
    const waits = signal<string>();
    const opening = guest.runner(board, {
      purpose: "copying",
      wait: true,
      onWaiting: ({ client }) => waits.give(client),
    });
    expect(await waits.promise).toBe("a debugger");
    lease.offerGuests(rawReplRunner(repl));
    const runner = await opening;
    const files = new RemoteFiles(runner);
    const content = Uint8Array.from({ length: 5000 }, (_, index) => index % 256);
    await files.write("data.bin", content);
    expect(await files.read("data.bin")).toEqual(content);
    const raised: unknown = await errorOf(runner.run("raise OSError(28)"));
    expect(raised).toMatchObject({ name: "AgentError", kind: "device-exception" });
    await runner.close();
    lease.offerGuests(undefined);
    expect(await repl.evaluate("print(held)")).toContain("by the program");
    expect(existsSync(join(board, "data.bin"))).toBe(true);
  });

  it("is got from a killed client that left it at work", async () => {
    const { board, connect, socket } = await startHub();
    const client = startChild("busy-client.mjs", socket, board);
    await client.says("ready");
    const hub = await connect();
    const opening = hub.runner(board, { purpose: "next", wait: true });
    await client.kill();
    const runner = await opening;
    expect(await runner.run("result = str(6 * 7)")).toBe("42");
    await runner.close();
  });
});
