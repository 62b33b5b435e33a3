import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AgentLink, type AgentLinkOptions, type AgentNews } from "../../src/agent-link/agent-link.js";
import { FrameDecoder, FrameEncoder } from "../../src/agent-link/frame-codec.js";
import { encodeFrame, headerSize, trailerSize } from "../../src/agent-link/frame-format.js";
import { createMemoryTransport } from "../../src/memory-transport.js";
import { TransportError } from "../../src/transport-error.js";

const nonce = 42;

/** A link with a scripted target at the other end. */
async function linked(options: Partial<AgentLinkOptions> = {}) {
  const { transport, far } = createMemoryTransport();
  await transport.open();
  const seen: { news: AgentNews[]; output: string; lost: TransportError[] } = {
    news: [],
    output: "",
    lost: [],
  };
  const sink = {
    news: (message: AgentNews) => void seen.news.push(message),
    output: (bytes: Uint8Array) => {
      seen.output += new TextDecoder("latin1").decode(bytes);
    },
    lost: (error: TransportError) => void seen.lost.push(error),
  };
  const link = new AgentLink(transport, sink, { nonce, stallMs: 20, ...options });
  transport.onData((bytes) => link.receive(bytes));
  const encoder = new FrameEncoder("to-host", nonce);
  const decoder = new FrameDecoder("to-target", nonce);
  const received: unknown[] = [];
  const sizes: number[] = [];
  let raw = "";
  let empty = 0;
  far.onReceived((bytes) => {
    raw += new TextDecoder("latin1").decode(bytes);
    sizes.push(bytes.length);
    if (bytes.length === headerSize + trailerSize) empty++;
    for (const item of decoder.push(bytes)) {
      if (item.kind === "message") received.push(JSON.parse(new TextDecoder().decode(item.bytes)));
    }
  });
  const say = (message: unknown) => {
    far.send(encoder.encode(new TextEncoder().encode(JSON.stringify(message))));
  };
  /** Sends an empty frame: the agent has taken one, or misses some. */
  const note = (first: boolean, sequence: number) => {
    const header = { first, last: false, sequence };
    far.send(encodeFrame("to-host", nonce, header, new Uint8Array(0)));
  };
  /** As the agent says, between its messages, that it has taken a frame. */
  const take = () => far.send(encoder.probe());
  return { transport, far, link, seen, received, say, note, take, sizes, empty: () => empty, raw: () => raw };
}

const slots = { t: "slots", frame: 0, slots: [1] } as const;

describe("the agent link", () => {
  it("gives each reply to its request, in whatever order they come", async () => {
    const { link, received, say } = await linked();
    const first = link.request(slots);
    const second = link.request({ ...slots, frame: 1 });
    await vi.waitFor(() => expect(received).toHaveLength(2));
    expect(received).toEqual([
      { ...slots, id: 1 },
      { ...slots, frame: 1, id: 2 },
    ]);
    say({ t: "reply", id: 2, ok: true, result: "b" });
    say({ t: "reply", id: 1, ok: true, result: "a" });
    expect(await Promise.all([first, second])).toEqual(["a", "b"]);
  });

  it("rejects a request with what the target says is wrong", async () => {
    const { link, say } = await linked();
    const request = link.request(slots);
    const exception = ["ValueError", "no", "Traceback"];
    say({ t: "reply", id: 1, ok: false, error: "ValueError: no", exception });
    await expect(request).rejects.toMatchObject({
      name: "AgentError",
      kind: "device-exception",
      message: "ValueError: no",
      exception,
    });
  });

  it("writes nothing that a terminal driver takes for a command", async () => {
    const { link, received, raw } = await linked();
    await link.send({ t: "run", file: "\u0003\u0004grüß😀\n.py", args: [], stopOnEntry: false });
    expect(received).toEqual([{ t: "run", file: "\u0003\u0004grüß😀\n.py", args: [], stopOnEntry: false }]);
    expect(
      Buffer.from(raw(), "latin1")
        .subarray(1)
        .every((byte) => byte >= 0x20),
    ).toBe(true);
    expect(raw()).toContain(new TextDecoder("latin1").decode(new TextEncoder().encode("grüß😀")));
  });

  it("sends program input as it is", async () => {
    const { link, raw } = await linked();
    await link.sendInput(new TextEncoder().encode("a\u0003b"));
    expect(raw()).toBe("a\u0003b");
  });

  it("keeps output and news in their order, and gives news whole", async () => {
    const { far, seen, say } = await linked();
    far.send("before ");
    say({ t: "log", id: 1, text: "x".repeat(5000) });
    far.send("after");
    expect(seen.news).toEqual([{ t: "log", id: 1, text: "x".repeat(5000) }]);
    expect(seen.output).toBe("before after");
  });

  it("takes a frame that stalls for output after a while", async () => {
    const { far, seen } = await linked();
    const frame = new FrameEncoder("to-host", nonce).encode(new TextEncoder().encode("{}"));
    far.send(frame.subarray(0, 9));
    expect(seen.output).toBe("");
    await vi.waitFor(() => expect(seen.output).toHaveLength(9));
    expect(seen.lost).toEqual([]);
  });

  it("rejects what is unanswered when the target is lost, and everything afterwards", async () => {
    const { link, far, seen } = await linked();
    const request = link.request(slots);
    const started = link.whenStarted();
    far.lose(new TransportError("disconnected", "the cable was pulled"));
    await expect(request).rejects.toMatchObject({ kind: "disconnected", message: "the cable was pulled" });
    await expect(started).rejects.toMatchObject({ kind: "disconnected" });
    await expect(link.request(slots)).rejects.toMatchObject({ kind: "disconnected" });
    await expect(link.send({ t: "pause" })).rejects.toMatchObject({ kind: "disconnected" });
    expect(seen.lost.map((error) => error.message)).toEqual(["the cable was pulled"]);
  });

  it("is lost when frames are missing, rather than to wait for them for ever", async () => {
    const { link, far, seen } = await linked();
    const request = link.request(slots);
    const encoder = new FrameEncoder("to-host", nonce);
    encoder.encode(new TextEncoder().encode("{}"));
    far.send(encoder.encode(new TextEncoder().encode('{"t":"reply","id":1,"ok":true,"result":1}')));
    await expect(request).rejects.toMatchObject({ name: "TransportError", kind: "protocol" });
    expect(seen.lost).toHaveLength(1);
  });

  it("ends requests when the program ends, tells that last, and drops what the raw REPL says then", async () => {
    const { link, far, seen, say } = await linked();
    const request = link.request(slots);
    say({ t: "ended", how: "returned", status: 0 });
    far.send("\u0004\u0004>");
    await expect(request).rejects.toMatchObject({ name: "AgentError" });
    await expect(link.request(slots)).rejects.toMatchObject({ name: "AgentError" });
    expect(seen.news).toEqual([{ t: "ended", how: "returned", status: 0 }]);
    expect(seen.output).toBe("");
  });

  it("sends a frame only when the target has taken as many bytes", async () => {
    const { link, received, note, sizes } = await linked({ window: 64 });
    const file = "/".padEnd(100, "x");
    const sent = link.send({ t: "breakpoints", file, items: [] });
    await vi.waitFor(() => expect(sizes).toHaveLength(1));
    for (let frame = 0; received.length === 0; frame++) {
      expect(sizes).toHaveLength(frame + 1);
      note(false, frame);
      await vi.waitFor(() => expect(sizes.length > frame + 1 || received.length > 0).toBe(true));
    }
    await sent;
    expect(received).toEqual([{ t: "breakpoints", file, items: [] }]);
    expect(Math.max(...sizes)).toBe(64);
  });

  it("keeps messages whole that wait for the target", async () => {
    const { link, received, note, sizes } = await linked({ window: 48 });
    const both = Promise.all([
      link.send({ t: "pause" }),
      link.send({ t: "mycode", prefixes: ["/long/path/of/it/"] }),
    ]);
    for (let frame = 0; received.length < 2; frame++) {
      await vi.waitFor(() => expect(sizes.length).toBeGreaterThan(frame));
      note(false, frame);
    }
    await both;
    expect(received).toEqual([{ t: "pause" }, { t: "mycode", prefixes: ["/long/path/of/it/"] }]);
  });

  it("is lost where the agent that serves a stopped program takes nothing more", async () => {
    const { link, say, seen } = await linked({ window: 32, takeMs: 20 });
    say({ t: "stopped", reason: "step", ids: [], frames: [], depth: 1 });
    await expect(link.send({ t: "mycode", prefixes: ["/long/path/of/it/"] })).rejects.toMatchObject({
      kind: "timeout",
    });
    expect(seen.lost.map(({ kind }) => kind)).toEqual(["timeout"]);
  });

  describe("with an agent that tells what it takes", () => {
    beforeEach(() => {
      vi.useFakeTimers();
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    it("asks by an empty frame when an answer does not come, and again when that was taken", async () => {
      const { link, say, take, empty, seen } = await linked({ window: 192, silenceMs: 100, takeMs: 1000 });
      say({ t: "stopped", reason: "entry", ids: [], frames: [], depth: 0 });
      link.request(slots).catch(() => undefined);
      await vi.advanceTimersByTimeAsync(1);
      take();
      await vi.advanceTimersByTimeAsync(199);
      expect(empty()).toBe(1);
      take();
      await vi.advanceTimersByTimeAsync(199);
      expect(empty()).toBe(2);
      expect(seen.lost).toEqual([]);
    });

    it("asks twice and then waits where code runs for a request, however long", async () => {
      const { link, say, take, empty, seen } = await linked({ window: 192, silenceMs: 100, takeMs: 1000 });
      say({ t: "stopped", reason: "entry", ids: [], frames: [], depth: 0 });
      const answer = link.request(slots);
      await vi.advanceTimersByTimeAsync(1);
      take();
      await vi.advanceTimersByTimeAsync(3_600_000);
      expect(empty()).toBe(2);
      say({ t: "reply", id: 1, ok: true, result: [] });
      take();
      take();
      expect(await answer).toEqual([]);
      expect(seen.lost).toEqual([]);
    });

    it("is lost where what lets the program run is not taken, but not for what is sent while it runs", async () => {
      const { link, say, take, seen, received } = await linked({ window: 192, takeMs: 1000 });
      await link.send({ t: "run", file: "main.py", args: [], stopOnEntry: false });
      take();
      await link.send({ t: "pause" });
      await vi.advanceTimersByTimeAsync(3_600_000);
      expect(received).toHaveLength(2);
      expect(seen.lost).toEqual([]);
      take();
      say({ t: "stopped", reason: "pause", ids: [], frames: [], depth: 0 });
      await link.send({ t: "resume", how: "continue" });
      await vi.advanceTimersByTimeAsync(5000);
      expect(seen.lost).toMatchObject([{ kind: "timeout" }]);
    });
  });

  it("fails a request once that is still on its way when the link is lost", async () => {
    const { link, far, sizes } = await linked({ window: 32 });
    const request = link.request({ t: "guest", code: "x".repeat(100) });
    await vi.waitFor(() => expect(sizes).toHaveLength(1));
    far.lose(new TransportError("disconnected", "unplugged"));
    await expect(request).rejects.toMatchObject({ kind: "disconnected" });
  });

  it("is lost when the target misses frames", async () => {
    const { link, note, seen } = await linked();
    const request = link.request(slots);
    note(true, 0);
    await expect(request).rejects.toMatchObject({ kind: "protocol" });
    expect(seen.lost).toHaveLength(1);
  });

  it("sends the agent the parts that it asks for", async () => {
    const { say, received, seen } = await linked({ parts: { look: ["a=1", "P={}"] } });
    say({ t: "need", part: "look" });
    await vi.waitFor(() => expect(received).toHaveLength(2));
    expect(received).toEqual([
      { t: "code", code: "a=1" },
      { t: "code", code: "P={}" },
    ]);
    say({ t: "need", part: "nothing" });
    expect(seen.lost.map(({ kind }) => kind)).toEqual(["protocol"]);
  });

  it("runs code of other clients", async () => {
    const { link, received, say } = await linked();
    const result = link.guestRunner().run("result = 'x'");
    await vi.waitFor(() => expect(received).toEqual([{ t: "guest", id: 1, code: "result = 'x'" }]));
    say({ t: "reply", id: 1, ok: true, result: "x" });
    expect(await result).toBe("x");
  });

  it("calls nobody after it was released", async () => {
    const { link, far, seen, say } = await linked();
    const request = link.request(slots);
    link.release();
    await expect(request).rejects.toMatchObject({ kind: "disconnected" });
    say({ t: "log", id: 1, text: "late" });
    far.send("late");
    far.lose();
    expect(seen).toEqual({ news: [], output: "", lost: [] });
  });
});
