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

  it("tells a version that changes with the code", () => {
    expect(agentSources.version).toMatch(/^[0-9a-f]{16}$/);
  });
});
