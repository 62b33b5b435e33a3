import { AgentError, type CodeIdentity, TransportError } from "@slotscope/device-transport";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ScriptedTarget } from "../support/scripted-target.js";
import { localsOf } from "../support/witness.js";

const text = [
  "def f(a, b):",
  "    total = a + b",
  "    return total",
  "twins = [lambda: (yield), lambda: (yield)]",
  "f(1, 2)",
  "",
].join("\n");
const files = () => ({ "/project/main.py": text });
const int = (value: number) => ["int", String(value), 0, 0, 0] as const;

afterEach(() => {
  vi.useRealTimers();
});

describe("a launch", () => {
  it("that loses its target is refused, and another can follow", async () => {
    let lost = true;
    const target = new ScriptedTarget({
      start: () =>
        lost ? Promise.reject(new TransportError("disconnected", "no answer")) : Promise.resolve(),
    });
    await expect(target.debug.launch({ program: "/project/main.py" })).rejects.toMatchObject({
      kind: "disconnected",
      message: expect.stringMatching(/^no answer\. Start the program again/),
    });
    expect({ phase: target.debug.phase, closed: target.closed }).toEqual({ phase: "idle", closed: 1 });
    lost = false;
    await target.debug.launch({ program: "/project/main.py" });
    expect(target.debug.phase).toBe("ready");
  });

  it("on firmware that can't be debugged is refused with the reason", async () => {
    const target = new ScriptedTarget({ hello: { tier: "none", reason: "there is no `sys.settrace`" } });
    await expect(target.debug.launch({ program: "/project/main.py" })).rejects.toMatchObject({
      kind: "debuggingUnsupported",
      message: expect.stringMatching(/there is no `sys.settrace`/),
    });
  });

  it("with an agent of another version is refused with what to do", async () => {
    const target = new ScriptedTarget({
      start: () => Promise.reject(new AgentError("mismatch", "it is old")),
    });
    await expect(target.debug.launch({ program: "/project/main.py" })).rejects.toThrow(
      /it is old\. Reset the target/,
    );
  });

  it("that is closed while the target starts leaves nothing behind", async () => {
    const started = new EventTarget();
    const target = new ScriptedTarget({
      start: () => new Promise<void>((resolve) => started.addEventListener("go", () => resolve())),
    });
    const launching = target.debug.launch({ program: "/project/main.py" }).catch((error: unknown) => error);
    await target.witness.until(() => (target.debug.phase === "starting" ? true : undefined), "the start");
    await target.debug.terminate();
    started.dispatchEvent(new Event("go"));
    expect(await launching).toMatchObject({ kind: "ended" });
    expect(target.debug.phase).toBe("ended");
  });

  it("of a program that the target can't reach is refused", async () => {
    const target = new ScriptedTarget({ files: { "/elsewhere/main.py": "x = 1\n" } });
    await expect(target.debug.launch({ program: "/elsewhere/main.py" })).rejects.toMatchObject({
      kind: "programOutside",
    });
    expect({ phase: target.debug.phase, closed: target.closed }).toEqual({ phase: "idle", closed: 1 });
  });
});

describe("a target that is lost", () => {
  it("while the program runs ends the session, with the reason", async () => {
    const target = new ScriptedTarget();
    await target.run();
    target.lose();
    expect(await target.witness.next("ended")).toMatchObject({ end: { how: "lost" } });
    expect(target.witness.all("notice")).toMatchObject([
      { important: true, text: expect.stringMatching(/the cable was pulled/) },
    ]);
    expect(target.closed).toBe(1);
    await expect(target.debug.pause()).rejects.toMatchObject({ kind: "ended" });
  });

  it("during a request fails the request", async () => {
    const target = new ScriptedTarget({
      files: files(),
      answer: () => {
        throw new TransportError("disconnected", "the cable was pulled");
      },
    });
    await target.run();
    await target.stop([target.identity(1, "f")], [[1, 3, 8, [[0, int(1)], [1, int(2)], [2]]]]);
    await expect(target.debug.evaluate("a", 0, "inspect")).rejects.toMatchObject({ kind: "disconnected" });
  });
});

describe("a restart", () => {
  it("that fails is the end of the program, and is told as such", async () => {
    const target = new ScriptedTarget();
    await target.run();
    delete target.files["/project/main.py"];
    await expect(target.debug.restart()).rejects.toMatchObject({ kind: "programMissing" });
    expect(target.witness.all("ended")).toMatchObject([{ end: { how: "terminated" } }]);
  });

  it("gives way to the next one, and no target of either is left behind", async () => {
    const target = new ScriptedTarget();
    await target.run();
    const results = await Promise.allSettled([1, 2, 3].map(() => target.debug.restart()));
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
    expect({ phase: target.debug.phase, open: target.opened - target.closed }).toEqual({
      phase: "running",
      open: 1,
    });
    expect(target.witness.all("ended")).toEqual([]);
    await target.debug.close();
    expect(target.opened - target.closed).toBe(0);
  });

  it("takes the place of a launch that comes while the program before is being ended", async () => {
    const target = new ScriptedTarget();
    await target.run();
    await target.debug.terminate();
    const restarting = target.debug.restart();
    const launching = target.debug.launch({ program: "/project/main.py" });
    await Promise.allSettled([restarting, launching]);
    await target.debug.close();
    expect(target.opened - target.closed).toBe(0);
  });

  it("of a program that ends by itself at that moment is not told as its end", async () => {
    const target = new ScriptedTarget();
    await target.run();
    target.news({ t: "ended", how: "returned", status: 0 });
    await target.debug.restart();
    expect(target.witness.all("ended")).toEqual([]);
    expect(target.debug.phase).toBe("running");
  });

  it.each(["at once", "while the target starts"])("that is followed by an end, %s, is over", async (when) => {
    let isHeld = false;
    const go: (() => void)[] = [];
    const target = new ScriptedTarget({
      start: () => (isHeld ? new Promise<void>((resolve) => go.push(resolve)) : Promise.resolve()),
    });
    await target.run();
    isHeld = true;
    const restarting = target.debug.restart().catch((error: unknown) => error);
    if (when !== "at once") await target.witness.until(() => go[0], "the agent's start", 5);
    const ending = target.debug.terminate();
    for (const resolve of go) resolve();
    await ending;
    expect(await restarting).toMatchObject({ kind: "ended" });
    expect({ phase: target.debug.phase, open: target.opened - target.closed }).toEqual({
      phase: "ended",
      open: 0,
    });
    expect(target.witness.all("ended")).toHaveLength(1);
  });
});

describe("an end", () => {
  it.each(["terminate", "restart", "close"] as const)(
    "by %s answers requests that the target still works at",
    async (way) => {
      const target = new ScriptedTarget({ files: files(), answer: () => new Promise(() => undefined) });
      await target.run();
      await target.stop([target.identity(1, "f")], [[1, 3, 8, [[0, int(1)], [1, int(2)], [2]]]]);
      const evaluating = target.debug.evaluate("a", 0, "inspect").catch((error: unknown) => error);
      await target.witness.until(() => target.calls[0], "the call", 5);
      await target.debug[way]();
      expect(await evaluating).toMatchObject({ kind: "ended" });
    },
  );

  it("of the program itself is told as such, also when it is ended at that moment", async () => {
    const target = new ScriptedTarget();
    await target.run();
    target.news({ t: "ended", how: "returned", status: 0 });
    await target.debug.terminate();
    expect(target.witness.all("ended")).toMatchObject([{ end: { how: "returned" } }]);
  });
});

describe("a stop", () => {
  it("names the slots of code that is proved to be the text", async () => {
    const target = new ScriptedTarget({ files: files() });
    await target.run();
    await target.stop([target.identity(1, "f")], [[1, 3, 8, [[0, int(1)], [1, int(2)], [2]]]]);
    expect(target.sent).toContainEqual({ t: "plans", plans: [{ key: 1, slots: [0, 1, 2] }] });
    expect(localsOf(await target.debug.frame(0))).toEqual({ a: "1", b: "2", total: "<unbound>" });
    expect(target.calls).toEqual([]);
  });

  it("names nothing in code that differs by one byte, reads its parameters only, and says why", async () => {
    const target = new ScriptedTarget({ files: files() });
    await target.run();
    const other = (key: number, parameters: number): CodeIdentity => {
      const [, file, name, line, size, , bytes, crc] = target.identity(key, "f");
      return [key, file, name, line, size, 12345, bytes, crc, parameters];
    };
    await target.stop([other(1, 1)], [[1, 3, 8, [[0, int(1)]]]]);
    expect(target.sent).toContainEqual({ t: "plans", plans: [{ key: 1, slots: [0] }] });
    const frame = await target.debug.frame(0);
    expect(localsOf(frame)).toEqual({ "slot 0": "1" });
    expect(frame.locals[0]?.assign).toBeUndefined();
    await target.debug.continue();
    await target.stop([other(2, 0)], [[2, 3, 8, []]]);
    expect(target.sent).toContainEqual({ t: "plans", plans: [{ key: 2, slots: null }] });
    expect(frame.unnamed).toMatch(/not the text of \/project\/main\.py/);
    await expect(target.debug.evaluate("a", 0, "inspect")).rejects.toMatchObject({ kind: "unnamedFrame" });
  });

  it("in code that the target never told of has no names", async () => {
    const target = new ScriptedTarget({ files: files() });
    await target.run();
    await target.stop([], [[77, 3, 8, [[0, int(1)]]]]);
    const frame = await target.debug.frame(0);
    expect({ locals: frame.locals, unnamed: frame.unnamed }).toEqual({
      locals: [],
      unnamed: "The target has not told what code this is.",
    });
  });

  it("shows slots without names where several functions have the same code", async () => {
    const twins = "def make():\n    return [lambda x: x + 1, lambda y: y + 1]\n";
    const target = new ScriptedTarget({ files: { "/project/main.py": twins } });
    await target.run();
    await target.stop([target.identity(1, "<lambda>")], [[1, 2, 8, [[0, int(5)]]]]);
    const frame = await target.debug.frame(0);
    expect(localsOf(frame)).toEqual({ "slot 0": "5" });
    expect(frame.locals[0]?.assign).toBeUndefined();
    expect(frame.unnamed).toMatch(/same bytecode/);
  });

  it("never shows a slot that was not asked for", async () => {
    const target = new ScriptedTarget({ files: files() });
    await target.run();
    await target.stop(
      [target.identity(1, "f")],
      [
        [
          1,
          3,
          8,
          [
            [0, int(1)],
            [7, int(99)],
          ],
        ],
      ],
    );
    expect(localsOf(await target.debug.frame(0))).toEqual({ a: "1" });
  });

  it("reads slots that were left out when they are asked for, once", async () => {
    const target = new ScriptedTarget({ files: files(), answer: () => [[1, int(2)]] });
    await target.run();
    await target.stop([target.identity(1, "f")], [[1, 3, 8, [[0, int(1)], [1, null], [2]]]]);
    expect(localsOf(await target.debug.frame(0))).toMatchObject({ a: "1", b: "2" });
    await target.debug.frame(0);
    expect(target.calls).toEqual([{ t: "slots", frame: 0, slots: [1] }]);
  });

  it("reads locals again after code of the user's ran", async () => {
    const target = new ScriptedTarget({
      files: files(),
      answer: (call) => (call.t === "slots" ? call.slots.map((slot) => [slot, int(70 + slot)]) : int(0)),
    });
    await target.run();
    await target.stop([target.identity(1, "f")], [[1, 3, 8, [[0, int(1)], [1, int(2)], [2]]]]);
    await target.debug.evaluate("a = 5", 0, "console");
    expect(localsOf(await target.debug.frame(0))).toEqual({ a: "70", b: "71", total: "72" });
  });

  it("asks for frames beyond those that came with it", async () => {
    const target = new ScriptedTarget({
      files: files(),
      answer: (call) => (call.t === "frames" ? [[1, 2, 8, [[0, int(9)], [1, int(9)], [2]]]] : undefined),
    });
    await target.run();
    await target.stop([target.identity(1, "f")], [[1, 3, 8, [[0, int(1)], [1, int(2)], [2]]]], { depth: 2 });
    const frames = await target.debug.frames(0, 10);
    expect(frames.map(({ index, line }) => ({ index, line }))).toEqual([
      { index: 0, line: 3 },
      { index: 1, line: 2 },
    ]);
    expect(target.calls).toEqual([{ t: "frames", start: 1, count: 1 }]);
  });

  it("goes on after a request that fails on the target", async () => {
    const target = new ScriptedTarget({
      files: files(),
      answer: () => {
        throw new AgentError("device-exception", "MemoryError: memory allocation failed");
      },
    });
    await target.run();
    await target.stop([target.identity(1, "f")], [[1, 3, 8, [[0, int(1)], [1, int(2)], [2]]]]);
    await expect(target.debug.evaluate("a", 0, "inspect")).rejects.toMatchObject({
      kind: "evaluationFailed",
      message: "MemoryError: memory allocation failed",
    });
    expect(target.debug.phase).toBe("stopped");
  });

  it("of a program that was ended meanwhile is not told", async () => {
    const target = new ScriptedTarget({ files: files() });
    await target.run();
    await target.debug.terminate();
    target.news({ t: "stopped", reason: "pause", ids: [], frames: [], depth: 0 });
    target.print(new Uint8Array([65]));
    expect(target.witness.all("stopped")).toEqual([]);
    expect(target.witness.output).toBe("");
  });
});

describe("breakpoints", () => {
  it("are sent when the program starts, under every name of their file", async () => {
    const target = new ScriptedTarget({ files: files() });
    const [set] = await target.debug.setBreakpoints("/project/main.py", [{ line: 2, hitCondition: "3" }]);
    await target.run();
    const items = [{ id: set?.id, line: 2, hits: ["==", 3] }];
    expect(target.sent).toEqual([
      { t: "mycode", prefixes: ["main"] },
      { t: "exceptions", raised: false, uncaught: true },
      { t: "breakpoints", file: "main.py", items },
      { t: "breakpoints", file: "/main.py", items },
      { t: "run", file: "main.py", args: [], stopOnEntry: false },
    ]);
  });

  it("keep their ids as long as the same is asked for", async () => {
    const target = new ScriptedTarget({ files: files() });
    const first = await target.debug.setBreakpoints("/project/main.py", [{ line: 2 }, { line: 3 }]);
    const second = await target.debug.setBreakpoints("/project/main.py", [
      { line: 3 },
      { line: 2, condition: "a" },
    ]);
    expect(second[0]?.id).toBe(first[1]?.id);
    expect(second[1]?.id).not.toBe(first[0]?.id);
  });

  it("in files that the target can't reach are refused once that is known", async () => {
    const target = new ScriptedTarget({ files: { ...files(), "/other/lib.py": "y = 1\n" } });
    const [early] = await target.debug.setBreakpoints("/other/lib.py", [{ line: 1 }]);
    expect(early?.verified).toBe(true);
    await target.debug.launch({ program: "/project/main.py" });
    expect(target.witness.all("breakpoint")).toMatchObject([
      {
        breakpoint: {
          id: early?.id,
          verified: false,
          message: expect.stringMatching(/can't reach this file/),
        },
      },
    ]);
  });

  it("asked for at the same time end as the last one asked", async () => {
    const target = new ScriptedTarget({ files: files() });
    await target.run();
    const path = "/project/main.py";
    await Promise.all([
      target.debug.setBreakpoints(path, [{ line: 2 }]),
      target.debug.setBreakpoints(path, [{ line: 3 }]),
    ]);
    expect(target.sent.at(-1)).toMatchObject({ t: "breakpoints", items: [{ line: 3 }] });
    expect(target.debug.breakpoints.map(({ line }) => line)).toEqual([3]);
  });
});

describe("a pause", () => {
  it("that does not take effect is explained after a moment, once", async () => {
    const target = new ScriptedTarget();
    await target.run();
    vi.useFakeTimers();
    await target.debug.pause();
    await target.debug.pause();
    expect(target.witness.all("notice")).toEqual([]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(target.witness.all("notice")).toEqual([
      { kind: "notice", important: true, text: "The program has not stopped yet. Ask the test why." },
    ]);
  });

  it("that takes effect is not", async () => {
    const target = new ScriptedTarget({ files: files() });
    await target.run();
    vi.useFakeTimers();
    await target.debug.pause();
    target.news({ t: "stopped", reason: "pause", ids: [], frames: [], depth: 0 });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(target.witness.all("notice")).toEqual([]);
  });
});

describe("a program", () => {
  it("that goes on for long is told to be slow, and why, unless it stops before", async () => {
    const target = new ScriptedTarget({ files: files() });
    vi.useFakeTimers();
    await target.run();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(target.witness.all("notice")).toEqual([
      { kind: "notice", important: false, text: "If the program seems slow: It is in a test." },
    ]);
    await target.debug.restart();
    target.news({ t: "stopped", reason: "pause", ids: [], frames: [], depth: 0 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(target.witness.all("notice")).toHaveLength(1);
  });

  it("that runs out of memory is told why that may be", async () => {
    const target = new ScriptedTarget();
    await target.run();
    const exception = ["MemoryError", "memory allocation failed", "Traceback..."] as const;
    target.news({ t: "ended", how: "exception", status: 1, exception });
    await target.witness.next("ended");
    expect(target.witness.all("notice")).toMatchObject([{ important: true, text: "Tests have little." }]);
  });
});

describe("output", () => {
  it("is decoded over the borders of chunks", async () => {
    const target = new ScriptedTarget();
    await target.run();
    const bytes = new TextEncoder().encode("größer → 😀");
    target.print(...Array.from(bytes, (byte) => new Uint8Array([byte])));
    expect(target.witness.output).toBe("größer → 😀");
  });

  it("that ends within a character shows that", async () => {
    const target = new ScriptedTarget();
    await target.run();
    target.print(new Uint8Array([65, 0xe2, 0x86]));
    target.news({ t: "ended", how: "returned", status: 0 });
    await target.witness.next("ended");
    expect(target.witness.output).toBe("A\ufffd");
  });
});
