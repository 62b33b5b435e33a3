import { RawRepl } from "@slotscope/device-transport";
import { describe, expect, it } from "vitest";
import { DebugSession } from "../support/debug-session.js";
import { interruptsRunningCode, targetName, tier } from "../support/targets.js";

describe("the hello", () => {
  it("tells what the target can do", async () => {
    const { hello } = await DebugSession.open("");
    expect(hello).toMatchObject({
      protocol: 2,
      tier,
      word: targetName === "unix" ? 8 : 4,
      polls: true,
      platform: { wasm: "webassembly", unix: "linux", qemu: "qemu" }[targetName],
      version: expect.stringContaining("MicroPython"),
    });
    expect(hello.free).toBeGreaterThan(0);
    expect(hello.footprint).toBeGreaterThan(0);
  });
});

describe("the program", () => {
  it("runs as __main__, with its arguments and its folder to import from", async () => {
    const session = await DebugSession.start(
      "import sys, lib.one\nprint(__name__, __file__, sys.path[0], sys.argv, lib.one.__name__)\n",
      { args: ["a", "b c"], files: { "lib/one.py": "", "lib/__init__.py": "" } },
    );
    expect(await session.end()).toEqual({ t: "ended", how: "returned", status: 0 });
    expect(session.output).toBe("__main__ main.py  ['main.py', 'a', 'b c'] lib.one\n");
  });

  it("has no name of ours among its globals, and its own tracebacks name no file of ours", async () => {
    const session = await DebugSession.start(
      `
import sys
print([name for name in globals() if "slotscope" in name or name in ("load", "names", "session")])
try:
    raise ValueError(1)
except ValueError as e:
    sys.print_exception(e)
`,
    );
    await session.end();
    expect(session.output).toBe(
      '[]\nTraceback (most recent call last):\n  File "main.py", line 5, in <module>\nValueError: 1\n',
    );
  });

  it.each([
    ["sys.exit()", { how: "exit", status: 0 }, ""],
    ["sys.exit(None)", { how: "exit", status: 0 }, ""],
    ["sys.exit(7)", { how: "exit", status: 7 }, ""],
    ["sys.exit('bye')", { how: "exit", status: 1 }, "bye\n"],
    ["raise SystemExit(2)", { how: "exit", status: 2 }, ""],
  ])("that ends by %s ends with %j", async (code, expected, output) => {
    const session = await DebugSession.start(`import sys\n${code}\n`);
    expect(await session.end()).toMatchObject(expected);
    expect(session.output).toBe(output);
  });

  it("that raises ends with the traceback that MicroPython prints", async () => {
    const session = await DebugSession.start("def f(d):\n    return d['x']\n\nf({})\n");
    const traceback =
      'Traceback (most recent call last):\n  File "main.py", line 4, in <module>\n  File "main.py", line 2, in f\nKeyError: x\n';
    expect(await session.end()).toEqual({
      t: "ended",
      how: "exception",
      status: 1,
      exception: ["KeyError", "x", traceback],
    });
    expect(session.output).toBe(traceback);
  });

  it("that is no MicroPython ends with its syntax error", async () => {
    const session = await DebugSession.start("a = 1\nif a\n    b = 2\n");
    const end = await session.end();
    expect(end.exception?.[0]).toBe("SyntaxError");
    expect(session.output).toContain('File "main.py", line 2');
    expect(session.output).not.toContain("slotscope");
  });

  it("that is missing ends with an OSError", async () => {
    const session = await DebugSession.open("");
    await session.send({ t: "run", file: "nothing.py", args: [], stopOnEntry: false });
    expect((await session.end()).exception?.[0]).toBe("OSError");
  });

  it("may write any bytes, also such as begin a frame", async () => {
    const session = await DebugSession.start(
      `
import sys
print("\\x1e", end="")
sys.stdout.buffer.write(b"\\x1eA0000\\x00\\xff\\x1e\\x1e")
print("grüß")
`,
    );
    await session.end();
    expect(session.output).toBe("\u001e\u001eA0000\u0000\ufffd\u001e\u001egrüß\n");
  });

  it("stops on entry at its first line", async () => {
    const session = await DebugSession.start("# nothing\nimport sys  # @first\nx = 1  # @second\n", {
      stopOnEntry: true,
    });
    const stop = await session.stop();
    expect([stop.place, stop.message.reason]).toEqual(["<module>:first", "entry"]);
    expect(await session.walk("nn")).toEqual(["<module>:second", "ended"]);
  });

  it("may recurse until the stack is full, and can be debugged afterwards", async () => {
    const session = await DebugSession.start(
      `
def r(n):
    return r(n + 1)

def after():
    return 1  # @after

for i in range(2):
    try:
        r(0)
    except RuntimeError as e:
        print("caught", e)
    after()
`,
      { breakpoints: ["after"] },
    );
    expect((await session.stop()).place).toBe("after:after");
    expect((await session.resume("continue")).place).toBe("after:after");
    await session.finish();
    expect(session.output.match(/caught/g)).toHaveLength(2);
  });

  it("may run out of memory, and can be debugged afterwards", async () => {
    const session = await DebugSession.start(
      `
def f():
    try:
        return bytearray(1 << 30)
    except MemoryError:
        print("full")  # @full

f()
`,
      { breakpoints: ["full"], raised: true },
    );
    const stop = await session.stop();
    expect(stop.message.exception?.[0]).toBe("MemoryError");
    expect(await session.walk("cc")).toEqual(["f:full", "ended"]);
  });

  it("may lock the heap in traced code", async () => {
    const session = await DebugSession.start(
      `
import micropython

def locked(n):
    micropython.heap_lock()
    a = n + 1
    b = a
    micropython.heap_unlock()
    return b  # @b

print(locked(1))
`,
      { breakpoints: ["b"] },
    );
    expect((await session.stop()).locals).toEqual({ n: "1", a: "2", b: "2" });
    await session.finish();
    expect(session.output).toBe("2\n");
  });

  it("may have files named like modules that the agent uses, and replace print", async () => {
    const files = Object.fromEntries(
      ["json", "io", "select", "binascii", "gc", "micropython", "uctypes"].map((name) => [
        `${name}.py`,
        "raise ImportError('not for you')\n",
      ]),
    );
    const session = await DebugSession.start(
      "import builtins\nbuiltins.print = None\ninput = None\n\nclass A:\n    pass\n\ndef f(a):\n    return a  # @f\n\nf(A())\n",
      { files, breakpoints: ["f"] },
    );
    expect((await session.stop()).locals["a"]).toMatch(/^<A object at /);
    await session.finish();
  });

  it.runIf(targetName === "wasm")("can be debugged on after a ctrl-C that it handles", async () => {
    const session = await DebugSession.start(
      `
def work(n):
    n += 1
    n -= 1
    return n

def after():
    return 1  # @after

for i in range(20):
    try:
        print("working", i)
        while True:
            work(i)
    except KeyboardInterrupt:
        after()
`,
      { breakpoints: ["after"], uncaught: true },
    );
    // Most of these hit while a trace function runs.
    for (let i = 0; i < 20; i++) {
      await session.printed(`working ${i}\n`);
      await session.input("\u0003");
      expect((await session.stop()).place).toBe("after:after");
      await session.send({ t: "resume", how: "continue" });
    }
    await session.end();
  });

  it("that catches everything cannot swallow the debugger", async () => {
    const session = await DebugSession.start(
      `
def f():
    for i in range(3):
        try:
            x = i  # @x
        except BaseException as e:
            print("never", e)

f()
`,
      { breakpoints: ["x"] },
    );
    await session.stop();
    expect(await session.walk("nncc")).toEqual(["f:3", "f:4", "f:x", "f:x"]);
    await session.finish();
    expect(session.output).toBe("");
  });
});

describe("input", () => {
  it("waits for a line of standard input", async () => {
    const session = await DebugSession.start("a = input('name? ')\nb = input()\nprint(a, b)\n");
    await session.printed("name? ");
    await session.input("grüß dich\r\nnext\n");
    await session.end();
    expect(session.output).toBe("name? grüß dich next\n");
  });

  it("gets what came before the program asked for it", async () => {
    const session = await DebugSession.start(
      "def f():\n    a = 1  # @here\n    return input()\n\nprint(f())\n",
      { breakpoints: ["here"] },
    );
    await session.stop();
    await session.input("early\n");
    await session.finish();
    expect(session.output).toBe("early\n");
  });

  it("works in code that is evaluated while the program is stopped", async () => {
    const session = await DebugSession.start("a = 1  # @a\n", { breakpoints: ["a"] });
    await session.stop();
    const asked = session.evaluate({ source: "def _():\n return input('more? ')", slots: [], names: [] });
    await session.printed("more? ");
    const other = session.evaluate({ source: "def _():\n return 2", slots: [], names: [] });
    await session.input("yes\n");
    expect(await asked).toBe("'yes'");
    expect(await other).toBe("2");
  });

  it("raises EOFError at the end of input, and takes backspace", async () => {
    const session = await DebugSession.start(
      "print(repr(input()))\ntry:\n    input()\nexcept EOFError:\n    print('eof')\n",
    );
    await session.input("abx\bc\n\u0004");
    await session.end();
    expect(session.output).toBe("'abc'\neof\n");
  });

  it("does not keep a pause or a new breakpoint from taking effect", async () => {
    const session = await DebugSession.start(
      "def ask():\n    return input('? ')  # @ask\n\nx = ask()\nprint(x)  # @print\n",
      {},
    );
    await session.printed("? ");
    await session.send({ t: "pause" });
    const stop = await session.stop();
    expect([stop.stack, stop.message.reason]).toEqual([["ask:ask", "<module>:4"], "pause"]);
    await session.break("print");
    await session.send({ t: "resume", how: "continue" });
    await session.input("hello\n");
    expect((await session.stop()).place).toBe("<module>:print");
    await session.finish();
    expect(session.output).toBe("? hello\n");
  });
});

// Where nothing interrupts running code, a pause waits for the next call or traced line.
describe.runIf(interruptsRunningCode)("pause in code that is not traced", () => {
  it.each([
    ["a loop that calls", "def g():\n    pass\n\ndef f():\n    while True:\n        g()\n"],
    ["a loop that calls nothing", "def f():\n    n = 0\n    while True:\n        n += 1\n        n -= 1\n"],
    ["an empty loop", "def f():\n    while True: pass\n"],
    ["a sleep", "import time\ndef f():\n    time.sleep(100)\n"],
    ["module code", "def f():\n    pass\n\nprint('ready')\nn = 0\nwhile True:\n    n += 1\n"],
  ])("stops the program in %s", async (_, code) => {
    const session = await DebugSession.start(`${code}\nprint("ready")\nf()\n`);
    await session.printed("ready\n");
    await session.send({ t: "pause" });
    const stop = await session.stop();
    expect(stop.message.reason).toBe("pause");
    expect(["f", "g", "<module>"]).toContain(stop.frames[0]?.name);
    expect(stop.frames.at(-1)?.name).toBe("<module>");
    await session.send({ t: "resume", how: "continue" });
    await session.send({ t: "pause" });
    expect((await session.stop()).message.reason).toBe("pause");
  });

  it.each([0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89])(
    "stops the program also where it comes while that is being started: after %i turns of the host",
    async (turns) => {
      // Much text to read and compile, while nothing can be interrupted.
      const session = await DebugSession.start(`${"# text\n".repeat(20_000)}while True:\n    pass\n`);
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => void setImmediate(resolve));
      await session.send({ t: "pause" });
      expect((await session.stop()).message.reason).toBe("pause");
    },
  );

  it("can be stepped on from", async () => {
    const session = await DebugSession.start(
      "def f():\n    n = 0\n    while True:\n        n += 1\n        n -= 1\n\nprint('ready')\nf()\n",
    );
    await session.printed("ready\n");
    await session.send({ t: "pause" });
    await session.stop();
    const places = await session.walk("nnnn");
    expect(new Set(places)).toEqual(new Set(["f:4", "f:5"]));
  });
});

describe("the end of a program", () => {
  it.runIf(targetName === "wasm")("by ctrl-C is its KeyboardInterrupt", async () => {
    const session = await DebugSession.start("print('ready')\nwhile True:\n    pass\n");
    await session.printed("ready\n");
    await session.input("\u0003");
    const end = await session.end();
    expect(end.exception?.[0]).toBe("KeyboardInterrupt");
    expect(session.output).toMatch(/Traceback[^]*File "main.py", line \d[^]*KeyboardInterrupt: \n$/);
    expect(session.output).not.toContain("slotscope");
  });

  it.runIf(targetName === "wasm")("leaves little of the agent on the heap", async () => {
    const session = await DebugSession.start("x = 1  # @x\n", { breakpoints: ["x"] });
    await session.stop();
    // The raw REPL's answer to code that has ended.
    let wire = "";
    const over = new Promise<void>((resolve) => {
      session.transport.onData((bytes) => {
        wire += new TextDecoder().decode(bytes);
        if (wire.endsWith("\u0004>")) resolve();
      });
    });
    await session.finish();
    await over;
    const repl = new RawRepl(session.transport);
    await repl.enter();
    await repl.evaluate("import gc, sys\ngc.collect()");
    await repl.evaluate("gc.collect()");
    expect(Number(await repl.evaluate("print(gc.mem_alloc())"))).toBeLessThan(40_000);
    expect(await repl.evaluate("print('_slotscope_agent' in sys.modules, input)")).toMatch(
      /^False <function/,
    );
  });
});

describe("a target without sys.settrace", () => {
  it.runIf(targetName === "wasm")("runs the program and says why it can't be debugged", async () => {
    const session = await DebugSession.open("print('ran')  # @x\n", { isWithoutSettrace: true });
    expect(session.hello).toMatchObject({
      tier: "none",
      reason: expect.stringMatching(/^this firmware has no sys.settrace: build it with .*docs.firmware.md/),
    });
    await session.break("x");
    await session.send({ t: "run", file: "main.py", args: [], stopOnEntry: true });
    expect(await session.end()).toMatchObject({ how: "returned" });
    expect(session.output).toBe("ran\n");
  });
});
