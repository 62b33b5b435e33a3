import type { FrameCode } from "@slotscope/device-transport";
import { describe, expect, it } from "vitest";
import { DebugSession } from "../support/debug-session.js";

/** Code as a host makes it of an expression. */
const expression = (text: string, slots: Record<string, number> = {}): FrameCode => ({
  source: `def _(${Object.keys(slots).join(", ")}):\n return ${text}`,
  slots: Object.values(slots),
  names: Object.keys(slots),
});

const program = `
scale = 10

def make():
    kept = 5

    def inner(x):
        nonlocal kept
        y = x * scale  # @inner
        kept += y
        return kept

    return inner(2), kept

def main():
    items = [1, 2, {"a": 3}]
    total = 0
    result = make()  # @call
    print(items, total, result)
    return items

main()
`;

async function stopped(): Promise<DebugSession> {
  const session = await DebugSession.start(program, { breakpoints: ["inner"] });
  await session.stop();
  return session;
}

describe("evaluating", () => {
  it("sees the locals, captured variables and globals of the frame", async () => {
    const session = await stopped();
    expect(await session.evaluate(expression("(x, kept, scale)", { x: 1, kept: 0 }))).toBe("(2, 5, 10)");
  });

  it("works in any frame of the stack", async () => {
    const session = await stopped();
    expect(await session.evaluate(expression("items[2]['a'] + total", { items: 0, total: 1 }), 2)).toBe("3");
    expect(await session.evaluate(expression("kept", { kept: 1 }), 1)).toBe("5");
  });

  it("leaves no name behind in the program's globals", async () => {
    const session = await stopped();
    await session.evaluate(expression("1"));
    expect(await session.evaluate(expression("'_' in globals()"))).toBe("False");
  });

  it("gives more text than a stop does, as much as was asked for", async () => {
    const session = await stopped();
    const code = expression("'x' * 5000");
    const length = async (max?: number) => {
      const call = { t: "evaluate", frame: 0, code, ...(max === undefined ? {} : { max }) } as const;
      const [, text] = (await session.request(call)) as [string, string];
      return text.length;
    };
    expect(await length()).toBe(1003);
    expect(await length(300)).toBe(303);
  });

  it("answers with the exception that the code raised", async () => {
    const session = await stopped();
    await expect(session.evaluate(expression("x / 0", { x: 1 }))).rejects.toMatchObject({
      name: "AgentError",
      kind: "device-exception",
      message: "ZeroDivisionError: divide by zero",
      exception: ["ZeroDivisionError", "divide by zero", expect.stringContaining("Traceback")],
    });
    await expect(
      session.evaluate({ source: "def _():\n return ((", slots: [], names: [] }),
    ).rejects.toMatchObject({ message: expect.stringContaining("SyntaxError") });
    await expect(session.evaluate(expression("__import__('sys').exit(3)"))).rejects.toMatchObject({
      message: "SystemExit: 3",
    });
    expect(await session.evaluate(expression("x", { x: 1 }))).toBe("2");
  });

  it("names a local that has no value yet", async () => {
    const session = await stopped();
    await expect(session.evaluate(expression("y", { y: 2 }))).rejects.toMatchObject({
      message: "NameError: 'y' has no value yet",
    });
  });

  it("runs functions of the program without stopping at breakpoints in them", async () => {
    const session = await DebugSession.start(
      "def f(n):\n    return n + 1  # @f\n\ndef g():\n    a = 1\n    return a  # @g\n\nf(1)\ng()\n",
      { breakpoints: ["g", "f"] },
    );
    await session.stop();
    await session.resume("continue");
    expect(await session.evaluate(expression("f(41)"))).toBe("42");
    await session.finish();
  });

  it("survives endless recursion and a heap that is too small", async () => {
    const session = await stopped();
    const recursive: FrameCode = {
      source: "def _():\n def r(n):\n  return r(n + 1)\n return r(0)",
      slots: [],
      names: [],
    };
    await expect(session.evaluate(recursive)).rejects.toMatchObject({
      message: expect.stringContaining("RuntimeError"),
    });
    await expect(session.evaluate(expression("bytearray(1 << 30)"))).rejects.toMatchObject({
      message: expect.stringContaining("MemoryError"),
    });
    expect(await session.evaluate(expression("x", { x: 1 }))).toBe("2");
    await session.finish();
  });

  it("refuses a slot that the plan does not name", async () => {
    const session = await stopped();
    await expect(session.evaluate(expression("z", { z: 7 }))).rejects.toMatchObject({
      message: expect.stringContaining("slot 7 may not be read"),
    });
  });

  it("stores the variables that the code changed", async () => {
    const session = await stopped();
    const code: FrameCode = {
      source: "def _(x, kept):\n x += 1; kept = 100\n return None, x, kept",
      slots: [1, 0],
      names: ["x", "kept"],
      writes: [1, 0],
    };
    expect(await session.evaluate(code)).toBe("None");
    expect(await session.evaluate(expression("(x, kept)", { x: 1, kept: 0 }))).toBe("(3, 100)");
    await session.finish();
    expect(session.output).toBe("[1, 2, {'a': 3}] 0 (130, 130)\n");
  });
});

describe("assigning", () => {
  it("to a local changes what the program goes on with", async () => {
    const session = await stopped();
    const call = { t: "assign", frame: 0, code: expression("scale * 2"), to: ["slot", 1] } as const;
    expect(await session.request(call)).toEqual(["int", "20", 0, 0, 0]);
    await session.finish();
    expect(session.output).toBe("[1, 2, {'a': 3}] 0 (205, 205)\n");
  });

  it("to a captured variable changes it for every function that shares it", async () => {
    const session = await stopped();
    await session.request({ t: "assign", frame: 0, code: expression("1000"), to: ["slot", 0] });
    expect(await session.evaluate(expression("kept", { kept: 1 }), 1)).toBe("1000");
    await session.finish();
    expect(session.output).toBe("[1, 2, {'a': 3}] 0 (1020, 1020)\n");
  });

  it("to a local of an outer frame, to a global and to an unbound local work too", async () => {
    const session = await stopped();
    await session.request({ t: "assign", frame: 2, code: expression("'total'"), to: ["slot", 1] });
    await session.request({ t: "assign", frame: 2, code: expression("'soon'"), to: ["slot", 2] });
    await session.request({ t: "assign", frame: 0, code: expression("3"), to: ["global", "scale"] });
    expect(await session.evaluate(expression("result", { result: 2 }), 2)).toBe("'soon'");
    await session.finish();
    expect(session.output).toBe("[1, 2, {'a': 3}] total (11, 11)\n");
  });

  it("to items of lists and dicts, to attributes and to globals by their place", async () => {
    const session = await stopped();
    const set = async (
      ref: ["slot", number, number] | ["handle", number] | ["globals", number],
      name: string,
    ) => session.request({ t: "assign", frame: 0, code: expression("'new'"), to: ["child", ref, name] });
    await set(["slot", 2, 0], "1");
    const { items } = (await session.request({ t: "expand", ref: ["slot", 2, 0], start: 2, count: 1 })) as {
      items: [string, [string, string, number]][];
    };
    await set(["handle", items[0]?.[1][2] ?? 0], "'a'");
    await set(["globals", 0], "scale");
    expect(await session.evaluate(expression("scale"))).toBe("'new'");
    await session.request({ t: "assign", frame: 0, code: expression("10"), to: ["global", "scale"] });
    await session.finish();
    expect(session.output).toBe("[1, 'new', {'a': 'new'}] 0 (25, 25)\n");
  });

  it("fails for what can't be changed", async () => {
    const session = await DebugSession.start("def f():\n    t = (1, 2)\n    return t  # @here\n\nf()\n", {
      breakpoints: ["here"],
    });
    await session.stop();
    const call = {
      t: "assign",
      frame: 0,
      code: expression("5"),
      to: ["child", ["slot", 0, 0], "1"],
    } as const;
    await expect(session.request(call)).rejects.toMatchObject({
      message: expect.stringContaining("TypeError"),
    });
    expect(await session.evaluate(expression("t", { t: 0 }))).toBe("(1, 2)");
  });
});
