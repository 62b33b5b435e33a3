import { connect } from "node:net";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { describe, expect, it, onTestFinished } from "vitest";
import { createWasmDebugger, serveLoopback } from "../../dist/index.js";
import { frame, startAdapter, startClient } from "../support/dap-client.js";
import { makeFolder, program } from "../support/programs.js";

const launchArgs = (args: object) => args as DebugProtocol.LaunchRequestArguments;

describe("requests that make no sense", () => {
  it("get an error response with a stable id and a text for the user", async () => {
    const client = await startClient();
    const send = (command: string, args?: unknown) =>
      new Promise<DebugProtocol.Response>((resolve) => client.sendRaw(command, args, resolve));
    for (const [command, args, id] of [
      ["noSuchRequest", {}, 1106],
      ["stackTrace", { threadId: 1 }, 1003],
      ["continue", { threadId: 1 }, 1003],
      ["variables", { variablesReference: 99 }, 1004],
      ["variables", { variablesReference: "x" }, 1105],
      ["scopes", { frameId: 5 }, 1004],
      ["evaluate", { expression: "1" }, 1003],
      ["evaluate", { expression: 5 }, 1105],
      ["configurationDone", undefined, 1003],
      ["attach", {}, 1104],
      ["setBreakpoints", { source: 5 }, 1105],
      ["setBreakpoints", { source: { path: "x.py" }, breakpoints: [{ line: "one" }] }, 1105],
      ["setBreakpoints", { source: { path: "x.py" }, breakpoints: [null] }, 1105],
      ["launch", {}, 1105],
      ["launch", { program: 5 }, 1105],
      ["launch", { program: "/nowhere/none.py" }, 1102],
      ["launch", { program: program("shapes.py").path, args: "x" }, 1105],
      ["launch", { program: program("shapes.py").path, env: { A: 1 } }, 1105],
      ["launch", { program: program("shapes.py").path, heapSize: 5 }, 1101],
      ["launch", { program: program("shapes.py").path, outputCategory: "loud" }, 1105],
      ["source", { sourceReference: 4 }, 1301],
      ["exceptionInfo", { threadId: 1 }, 1003],
    ] as const) {
      const response = await send(command, args);
      expect({ command, args, success: response.success, id: response.body?.error?.id }).toEqual({
        command,
        args,
        success: false,
        id,
      });
      expect(response.message).toMatch(/[a-z].*[.`:]/);
    }
    await client.launchRequest(launchArgs({ program: program("shapes.py").path }));
    await client.configurationDoneRequest();
    await client.next("terminated");
  });

  it("while the program runs are refused, and the session goes on", async () => {
    const client = await startClient();
    await client.launchRequest(launchArgs({ program: program("endless.py").path }));
    await client.configurationDoneRequest();
    await expect(client.stackTraceRequest({ threadId: 1 })).rejects.toThrow(/Pause it/);
    await expect(client.launchRequest(launchArgs({ program: program("shapes.py").path }))).rejects.toThrow(
      /already/,
    );
    await client.pauseRequest({ threadId: 1 });
    await client.next("stopped");
    expect((await client.stackTraceRequest({ threadId: 1 })).body.stackFrames.length).toBeGreaterThan(0);
  });

  it("with references of an earlier stop are refused", async () => {
    const file = program("shapes.py");
    const client = await startClient();
    await client.launchRequest(launchArgs({ program: file.path }));
    await client.setBreakpointsRequest({
      source: { path: file.path },
      breakpoints: [{ line: file.line("loop") }],
    });
    await client.configurationDoneRequest();
    await client.next("stopped");
    const [top] = (await client.stackTraceRequest({ threadId: 1 })).body.stackFrames;
    const [scope] = (await client.scopesRequest({ frameId: top?.id ?? 0 })).body.scopes;
    await client.continueRequest({ threadId: 1 });
    await client.next("stopped");
    await expect(client.scopesRequest({ frameId: top?.id ?? 0 })).rejects.toThrow(/earlier stop/);
    await expect(
      client.variablesRequest({ variablesReference: scope?.variablesReference ?? 0 }),
    ).rejects.toThrow(/earlier stop/);
  });
});

describe("bytes that are no messages", () => {
  it("don't keep the adapter from answering the next request", async () => {
    const adapter = startAdapter();
    adapter.send("Content-Length: 9\r\n\r\n{nonsense");
    adapter.send("Content-Length: banana\r\n\r\n");
    adapter.send(frame([]));
    adapter.send("Content-Length: 4\r\n\r\nnull");
    adapter.send(frame({ type: "request", seq: "one", command: 5 }));
    adapter.send(frame({ type: "request", seq: 7, command: "initialize", arguments: { adapterID: "x" } }));
    await expect.poll(adapter.received, { timeout: 10_000 }).toMatch(/"request_seq":7.*"success":true/);
    adapter.process.stdin?.end();
    expect(await adapter.exited).toBe(0);
  });
});

describe("a client that dies", () => {
  it("takes the adapter and its program with it, whatever the program is doing", async () => {
    const adapter = startAdapter();
    let seq = 0;
    const request = (command: string, args: object = {}) =>
      adapter.send(frame({ type: "request", seq: ++seq, command, arguments: args }));
    request("initialize", { adapterID: "x" });
    request("launch", { program: program("tight.py").path });
    await expect.poll(adapter.received, { timeout: 20_000 }).toMatch(/"event":"initialized"/);
    request("configurationDone");
    await expect.poll(adapter.received, { timeout: 20_000 }).toMatch(/ready/);
    adapter.process.stdin?.destroy();
    expect(await adapter.exited).toBe(0);
  });

  it("in the middle of a request ends the adapter", async () => {
    const adapter = startAdapter();
    adapter.send('Content-Length: 500\r\n\r\n{"type":"requ');
    adapter.process.stdin?.end();
    expect(await adapter.exited).toBe(0);
  });

  it("while the target starts ends the adapter", async () => {
    const adapter = startAdapter();
    adapter.send(frame({ type: "request", seq: 1, command: "initialize", arguments: { adapterID: "x" } }));
    adapter.send(
      frame({ type: "request", seq: 2, command: "launch", arguments: { program: program("tight.py").path } }),
    );
    adapter.process.stdin?.end();
    expect(await adapter.exited).toBe(0);
  });
});

describe("an adapter that is told to end", () => {
  it("does so after launches and restarts that came all at once", async () => {
    const adapter = startAdapter();
    let seq = 0;
    const request = (command: string, args: object = {}) =>
      adapter.send(frame({ type: "request", seq: ++seq, command, arguments: args }));
    request("initialize", { adapterID: "x" });
    const options = { program: program("tight.py").path };
    request("launch", options);
    await expect.poll(adapter.received, { timeout: 20_000 }).toMatch(/"event":"initialized"/);
    request("configurationDone");
    await expect.poll(adapter.received, { timeout: 20_000 }).toMatch(/ready/);
    for (let i = 0; i < 4; i++) {
      request("restart");
      request("launch", options);
    }
    request("disconnect");
    expect(await adapter.exited).toBe(0);
  });
});

describe("a server", () => {
  it("listens on the loopback interface only, and gives each client a session of its own", async () => {
    const server = await serveLoopback(0, createWasmDebugger);
    onTestFinished(() => server.close());
    const { folder } = makeFolder({ "a.py": "print('one')\n", "b.py": "print('two')\n" });
    const talk = (name: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(server.port, "127.0.0.1");
        let text = "";
        socket.setEncoding("utf8");
        socket.on("error", reject);
        socket.on("close", () => resolve(text));
        socket.on("data", (chunk: string) => {
          const before = text;
          text += chunk;
          const came = (what: string) => text.includes(what) && !before.includes(what);
          if (came('"event":"initialized"'))
            socket.write(frame({ type: "request", seq: 3, command: "configurationDone" }));
          if (came('"event":"terminated"'))
            socket.write(frame({ type: "request", seq: 4, command: "disconnect" }));
        });
        socket.write(
          frame({ type: "request", seq: 1, command: "initialize", arguments: { adapterID: "x" } }),
        );
        socket.write(
          frame({ type: "request", seq: 2, command: "launch", arguments: { program: `${folder}/${name}` } }),
        );
      });
    const [one, two] = await Promise.all([talk("a.py"), talk("b.py")]);
    expect(one).toContain('"output":"one');
    expect(one).not.toContain('"output":"two');
    expect(two).toContain('"output":"two');
  });

  it("ends sessions whose clients are gone when it is closed", async () => {
    const server = await serveLoopback(0, createWasmDebugger);
    const socket = connect(server.port, "127.0.0.1");
    socket.write(frame({ type: "request", seq: 1, command: "initialize", arguments: { adapterID: "x" } }));
    await new Promise((resolve) => socket.once("data", resolve));
    socket.destroy();
    await expect(server.close()).resolves.toBeUndefined();
  });
});
