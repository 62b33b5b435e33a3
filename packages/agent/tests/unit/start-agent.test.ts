import {
  type AgentCode,
  type AgentSink,
  type AgentSources,
  startAgent,
  type Transport,
} from "@slotscope/device-transport";
import { createWasmTransport, findWasmBuild } from "@slotscope/wasm-runtime";
import { describe, expect, it, onTestFinished } from "vitest";
import { agentCode, agentSources } from "../../src/index.js";

async function openTarget(): Promise<Transport> {
  const transport = createWasmTransport({});
  onTestFinished(() => transport.close());
  await transport.open();
  return transport;
}

/** The agent with another code for its tier. */
const changed = (change: (code: AgentCode) => Partial<AgentCode>): AgentSources => {
  const code = agentCode("peek");
  return {
    ...agentSources,
    choose: () => ({ code: { ...code, ...change(code) }, platform: "webassembly", isLoaded: false }),
  };
};

const nobody: AgentSink = { news: () => undefined, output: () => undefined, lost: () => undefined };

describe("starting the agent", () => {
  it("says so where the target does not tell what it can do", async () => {
    const sources = { ...agentSources, probe: "print('nothing')" };
    await expect(startAgent(await openTarget(), sources, nobody)).rejects.toMatchObject({
      name: "AgentError",
      kind: "unsupported",
    });
  });

  it("says which code the target could not load", async () => {
    const sources = changed(() => ({ chunks: ["import nothing_of_that_name"] }));
    await expect(startAgent(await openTarget(), sources, nobody)).rejects.toMatchObject({
      name: "AgentError",
      kind: "unsupported",
      message: "the agent can't be loaded: ImportError: no module named 'nothing_of_that_name'",
    });
  });

  it("says why the agent did not come up", async () => {
    const sources = changed(() => ({ start: () => "raise OSError('no wire')" }));
    await expect(startAgent(await openTarget(), sources, nobody)).rejects.toMatchObject({
      name: "AgentError",
      kind: "unsupported",
      message: "the agent does not start: OSError: no wire",
    });
  });

  it("refuses an agent of another protocol", async () => {
    const other = agentCode("peek", "text");
    const start = (other.parts["start"] ?? []).map((piece) =>
      piece.replace('\\"protocol\\": 2', '\\"protocol\\": 99'),
    );
    const sources = changed(() => ({ ...other, parts: { ...other.parts, start } }));
    await expect(startAgent(await openTarget(), sources, nobody)).rejects.toMatchObject({
      name: "AgentError",
      kind: "mismatch",
    });
  });

  it("gives up on an agent that never says hello", async () => {
    const sources = changed(() => ({ start: () => "while True: pass" }));
    await expect(startAgent(await openTarget(), sources, nobody, { helloMs: 200 })).rejects.toMatchObject({
      name: "TransportError",
      kind: "timeout",
    });
  });

  it("works again on the same target after a session has ended", async () => {
    const transport = await openTarget();
    for (let run = 0; run < 2; run++) {
      let ended: (() => void) | undefined;
      const end = new Promise<void>((resolve) => {
        ended = resolve;
      });
      const link = await startAgent(transport, agentSources, { ...nobody, news: () => ended?.() });
      expect(link.hello.tier).toBe(findWasmBuild().kind === "stock" ? "peek" : "native");
      await link.send({ t: "run", file: "missing.py", args: [], stopOnEntry: false });
      await end;
      link.release();
    }
  });

  it("does not load the agent again where it is", async () => {
    const transport = await openTarget();
    const loads: boolean[] = [];
    for (let run = 0; run < 2; run++) {
      let ended: (() => void) | undefined;
      const end = new Promise<void>((resolve) => {
        ended = resolve;
      });
      let sent = 0;
      const link = await startAgent(
        transport,
        agentSources,
        { ...nobody, news: () => ended?.() },
        {
          onProgress(now, total) {
            expect(now).toBeGreaterThan(sent);
            expect(now).toBeLessThanOrEqual(total);
            sent = now;
          },
        },
      );
      loads.push(sent > 0);
      await link.send({ t: "run", file: "missing.py", args: [], stopOnEntry: false });
      await end;
      link.release();
    }
    expect(loads).toEqual([true, false]);
  });

  it("loads source text where the target takes no compiled code", async () => {
    const transport = await openTarget();
    const probe = agentSources.probe.replace("print(t,f", 'print(t,"text"');
    const link = await startAgent(transport, { ...agentSources, probe }, nobody);
    expect(link.hello.tier).toMatch(/^(peek|native)$/);
    link.release();
  });

  it("sends no more than the target takes at a time", async () => {
    const transport = await openTarget();
    let underway = 0;
    let most = 0;
    const watched: Transport = {
      ...transport,
      name: transport.name,
      traits: transport.traits,
      open: () => transport.open(),
      close: () => transport.close(),
      write(bytes) {
        if (bytes[0] === 0x1e) {
          underway += bytes.length;
          most = Math.max(most, underway);
        }
        return transport.write(bytes);
      },
      onData: (listener) =>
        transport.onData((bytes) => {
          // Each frame that the agent has taken.
          if (new TextDecoder().decode(bytes).includes("\u001eA")) underway = 0;
          listener(bytes);
        }),
      onLost: (listener) => transport.onLost(listener),
    };
    const link = await startAgent(watched, agentSources, nobody, { window: 100 });
    expect(link.hello.protocol).toBe(2);
    expect(most).toBeGreaterThan(50);
    expect(most).toBeLessThanOrEqual(100);
    link.release();
  });

  it("tells a version that changes with the code", () => {
    expect(agentSources.version).toMatch(/^[0-9a-f]{16}$/);
  });
});
