import { describe, expect, it } from "vitest";
import { DebugSession } from "../support/debug-session.js";

const nested = `
def bad(n):
    if n == 0:
        raise ValueError("no")  # @raise
    return bad(n - 1)

def mid():
    bad(1)

def main():
    try:
        mid()
    except ValueError as e:
        print("caught", e)

main()
`;

describe("stopping at raised exceptions", () => {
  it("stops once for each raise, where it is raised, and not again while it unwinds", async () => {
    const session = await DebugSession.start(nested, { raised: true });
    const stop = await session.stop();
    expect(stop.place).toBe("bad:raise");
    expect(stop.message).toMatchObject({ reason: "exception", caught: true, ids: [] });
    expect(stop.message.exception?.slice(0, 2)).toEqual(["ValueError", "no"]);
    expect(stop.frames.map((frame) => frame.locals["n"])).toEqual([
      "0",
      "1",
      undefined,
      undefined,
      undefined,
    ]);
    await session.finish();
    expect(session.output).toBe("caught no\n");
  });

  it("tells exceptions apart that the virtual machine raises", async () => {
    const session = await DebugSession.start(
      `
def f(x):
    for bad in (lambda: x[5], lambda: 1 // 0, lambda: x.nothing, lambda: int("x"), lambda: missing):
        try:
            bad()
        except Exception as e:
            pass

f([])
`,
      { raised: true },
    );
    const kinds = [(await session.stop()).message.exception?.[0]];
    for (let i = 0; i < 4; i++) kinds.push((await session.resume("continue")).message.exception?.[0]);
    expect(kinds).toEqual(["IndexError", "ZeroDivisionError", "AttributeError", "ValueError", "NameError"]);
    await session.finish();
  });

  it("stops again when the same exception object is raised anew, and not when it is passed on", async () => {
    const session = await DebugSession.start(
      `
E = KeyError("again")

def thrower():
    raise E  # @raise

def passes_on():
    try:
        thrower()
    finally:
        x = 1

for i in range(2):
    try:
        passes_on()
    except KeyError:
        pass
`,
      { raised: true },
    );
    expect((await session.stop()).place).toBe("thrower:raise");
    expect(await session.walk("cc")).toEqual(["thrower:raise", "ended"]);
  });

  it("stops in the user's frame that an exception reaches from other code", async () => {
    const session = await DebugSession.start(
      `
import lib

def f():
    try:
        lib.fail()  # @call
    except OSError:
        pass

f()
`,
      { raised: true, myCode: ["main.py"], files: { "lib.py": "def fail():\n    raise OSError(5)\n" } },
    );
    expect((await session.stop()).place).toBe("f:call");
    await session.finish();
  });

  it("does not stop for StopIteration, which only ends loops", async () => {
    const session = await DebugSession.start(
      `
def f():
    it = iter([1])
    next(it)
    try:
        next(it)
    except StopIteration:
        print("over")

f()
`,
      { raised: true, uncaught: true },
    );
    await session.end();
    expect(session.output).toBe("over\n");
  });
});

describe("stopping at uncaught exceptions", () => {
  it("stops where the exception is raised, with all frames, when nothing around it catches", async () => {
    const session = await DebugSession.start(
      `
def inner(a):
    b = a * 2
    return b[a]  # @raise

def outer():
    c = "x"
    inner(3)  # @call

outer()  # @module
`,
      { uncaught: true },
    );
    const stop = await session.stop();
    expect(stop.stack).toEqual(["inner:raise", "outer:call", "<module>:module"]);
    expect(stop.message).toMatchObject({ reason: "exception", caught: false });
    expect(stop.message.exception?.[0]).toBe("TypeError");
    expect(stop.frames[0]?.locals).toEqual({ a: "3", b: "6" });
    expect(stop.frames[1]?.locals).toEqual({ c: "'x'" });
    expect(await session.finish()).toMatchObject({ how: "exception", status: 1 });
  });

  it("does not stop for an exception that is caught", async () => {
    const session = await DebugSession.start(nested, { uncaught: true });
    await session.end();
    expect(session.output).toBe("caught no\n");
  });

  it("stops at the last chance where a try statement around it does not catch after all", async () => {
    const session = await DebugSession.start(
      `
def f():
    raise KeyError(1)

def main():
    try:
        f()
    except ValueError:
        pass
    return 1

main()  # @module
`,
      { uncaught: true },
    );
    const stop = await session.stop();
    expect(stop.frames.map((frame) => frame.name)).toEqual(["main", "<module>"]);
    expect(stop.message).toMatchObject({ caught: false });
    expect(stop.message.exception?.[0]).toBe("KeyError");
    expect(stop.message.exception?.[2]).toContain('File "main.py", line 3, in f');
    await session.finish();
  });

  it("does not stop twice while an uncaught exception unwinds", async () => {
    const session = await DebugSession.start(
      "def f():\n    raise ValueError(1)  # @r\n\ndef g():\n    f()\n\ng()\n",
      {
        uncaught: true,
        raised: true,
      },
    );
    expect((await session.stop()).place).toBe("f:r");
    await session.finish();
  });

  it("knows a with statement and a generator's consumer for possible handlers", async () => {
    const session = await DebugSession.start(
      `
class Guard:
    def __enter__(self):
        return self
    def __exit__(self, kind, value, traceback):
        return True

def gen():
    yield 1
    raise ValueError(2)

with Guard():
    raise ValueError(1)
try:
    list(gen())
except ValueError:
    print("done")
`,
      { uncaught: true },
    );
    await session.end();
    expect(session.output).toBe("done\n");
  });

  it("lets sys.exit and KeyboardInterrupt pass", async () => {
    const session = await DebugSession.start("import sys\nsys.exit(3)\n", { uncaught: true, raised: true });
    expect(await session.end()).toMatchObject({ how: "exit", status: 3 });
  });
});
