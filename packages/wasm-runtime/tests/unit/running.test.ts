import { execFile } from "node:child_process";
import { copyFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { RawRepl } from "@slotscope/device-transport";
import { createWasmTransport } from "../../dist/index.js";
import { crash, rejection } from "../support/failures.js";
import { makeFolder, openTarget } from "../support/target.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A module that opens a target and then does something. */
const script = (body: string): string => {
  const dist = pathToFileURL(join(import.meta.dirname, "../../dist/index.js")).href;
  return `import { createWasmTransport } from ${JSON.stringify(dist)};\nconst transport = createWasmTransport();\nawait transport.open();\n${body}`;
};
/** Runs a script in a process of its own; resolves with its exit status when it ends by itself. */
const runScript = (body: string): Promise<number> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, ["--input-type=module", "-e", script(body)]);
    child.on("exit", (code) => resolve(code ?? -1));
  });

describe("time", () => {
  it("keeps all its names, and sleeps as long as it is told", async () => {
    const { run } = await openTarget();
    const { output, error } = await run(
      [
        "import time, utime",
        "names = 'gmtime localtime mktime sleep sleep_ms sleep_us ticks_add ticks_cpu ticks_diff ticks_ms ticks_us time time_ns'",
        "print([n for n in names.split() if not hasattr(time, n) or not hasattr(utime, n)])",
        "for sleep, n in ((time.sleep, 0.02), (time.sleep_ms, 20), (time.sleep_us, 20000), (utime.sleep_ms, 20)):",
        "    t = time.ticks_ms()",
        "    sleep(n)",
        "    print(time.ticks_diff(time.ticks_ms(), t) >= 19)",
        "time.sleep(0); time.sleep(-1); time.sleep_ms(0)",
      ].join("\n"),
    );
    expect(error).toBe("");
    expect(output).toBe("[]\nTrue\nTrue\nTrue\nTrue\n");
  });

  it("sleeps on when input comes that nobody waits for", async () => {
    const { repl, transport } = await openTarget();
    let output = "";
    const { error } = await repl.exec(
      "import time, sys\nprint('sleeping')\nt = time.ticks_ms()\ntime.sleep_ms(100)\nprint(time.ticks_ms() - t >= 99, sys.stdin.readline())",
      {
        onOutput: (bytes) => {
          if (output === "") void transport.write(encoder.encode("early\n"));
          output += decoder.decode(bytes);
        },
      },
    );
    expect(error).toBe("");
    expect(output).toBe("sleeping\nTrue early\n\n");
  });

  it("is interrupted in a sleep by ctrl-C", async () => {
    const { repl } = await openTarget();
    const abort = new AbortController();
    const { error } = await repl.exec("import time\nprint('sleeping')\ntime.sleep(1000)", {
      signal: abort.signal,
      onOutput: () => abort.abort(),
    });
    expect(error).toContain("KeyboardInterrupt");
  });

  it("lets a loaded agent look at input while it sleeps", async () => {
    const { run, repl, transport } = await openTarget();
    await run(
      [
        "import sys, select",
        "poller = select.poll()",
        "poller.register(sys.stdin, select.POLLIN)",
        "class agent:",
        "    seen = b''",
        "    def poll():",
        "        while poller.poll(0): agent.seen += sys.stdin.buffer.read(1)",
        "sys.modules['_slotscope_agent'] = agent",
      ].join("\n"),
    );
    let output = "";
    await repl.exec(
      "import time\nprint('sleeping')\nfor i in range(200):\n    time.sleep_ms(10)\n    if len(agent.seen) == 3: break\nprint(agent.seen)",
      {
        onOutput: (bytes) => {
          if (output === "") void transport.write(encoder.encode("abc"));
          output += decoder.decode(bytes);
        },
      },
    );
    expect(output).toBe("sleeping\nb'abc'\n");
  });
});

describe("attention", () => {
  it("calls a loaded agent's attend in a loop that never reads, when input comes", async () => {
    const { run, repl, transport } = await openTarget();
    await run(
      [
        "import sys, select",
        "poller = select.poll()",
        "poller.register(sys.stdin, select.POLLIN)",
        "class agent:",
        "    seen = b''",
        "    def attend():",
        "        while poller.poll(0): agent.seen += sys.stdin.buffer.read(1)",
        "sys.modules['_slotscope_agent'] = agent",
      ].join("\n"),
    );
    let output = "";
    await repl.exec("print('looping')\nwhile len(agent.seen) < 4: pass\nprint(agent.seen)", {
      onOutput: (bytes) => {
        if (output === "") {
          void transport.write(encoder.encode("ab")).then(() => transport.write(encoder.encode("cd")));
        }
        output += decoder.decode(bytes);
      },
    });
    expect(output).toBe("looping\nb'abcd'\n");
  });

  it("passes ctrl-C as a byte once the program turned interrupts off", async () => {
    const { repl, transport } = await openTarget();
    let output = "";
    const { error } = await repl.exec(
      "import micropython, sys\nmicropython.kbd_intr(-1)\nprint('ready')\nprint(sys.stdin.buffer.read(3))",
      {
        onOutput: (bytes) => {
          if (output === "") void transport.write(Uint8Array.of(3, 4, 3));
          output += decoder.decode(bytes);
        },
      },
    );
    expect(error).toBe("");
    expect(output).toBe("ready\nb'\\x03\\x04\\x03'\n");
  });
});

describe("standard input", () => {
  it("gives lines, and the end of input where the host ended it", async () => {
    const { repl, transport } = await openTarget();
    let output = "";
    const { error } = await repl.exec(
      "import sys\nprint('ready')\nprint(repr(sys.stdin.readline()), sys.stdin.readlines(), sys.stdin.read())\ntry: input()\nexcept EOFError: print('end')",
      {
        onOutput: (bytes) => {
          if (output === "") {
            void transport.write(encoder.encode("one\ntwo\nthree")).then(() => transport.endInput());
          }
          output += decoder.decode(bytes);
        },
      },
    );
    expect(error).toBe("");
    expect(output).toBe("ready\n'one\\n' ['two\\n', 'three'] \nend\n");
  });

  it("prompts, echoes nothing, and takes every kind of line end", async () => {
    const { repl, transport } = await openTarget();
    let output = "";
    await repl.exec("print('go')\nfor i in range(4): print('<' + input('%d? ' % i) + '>')", {
      onOutput: (bytes) => {
        if (output === "") void transport.write(encoder.encode("a\nb\rc\r\né 日本\r"));
        output += decoder.decode(bytes);
      },
    });
    expect(output).toBe("go\n0? <a>\n1? <b>\n2? <c>\n3? <é 日本>\n");
  });

  it("is waited for by select.poll, for as long as that is told, and until input comes", async () => {
    const { repl, transport } = await openTarget();
    let output = "";
    const { error } = await repl.exec(
      [
        "import select, sys, time",
        "poller = select.poll()",
        "poller.register(sys.stdin, select.POLLIN)",
        "t = time.ticks_ms()",
        "print(poller.poll(30), 29 <= time.ticks_diff(time.ticks_ms(), t), poller.poll(0))",
        "print(len(poller.poll(20000)), poller.poll(-1)[0][1] == select.POLLIN, sys.stdin.read(1))",
        "poller.poll(20000)",
      ].join("\n"),
      {
        onOutput: (bytes) => {
          output += decoder.decode(bytes);
          if (output.endsWith("[]\n")) void transport.write(encoder.encode("x"));
          if (output.endsWith("x\n")) void transport.write(Uint8Array.of(3));
        },
      },
    );
    expect(output).toBe("[] True []\n1 True x\n");
    expect(error).toContain("KeyboardInterrupt");
  });

  it("ends for input() by ctrl-D on an empty line", async () => {
    const { repl, transport } = await openTarget();
    let output = "";
    const { error } = await repl.exec("print('go')\ninput()", {
      onOutput: (bytes) => {
        if (output === "") void transport.write(Uint8Array.of(4));
        output += decoder.decode(bytes);
      },
    });
    expect(error).toContain("EOFError");
  });
});

describe("asyncio", () => {
  const module = [
    "import asyncio",
    "async def say(what, ms):",
    "    await asyncio.sleep_ms(ms)",
    "    print(what)",
    "    return what",
  ];

  it("runs a coroutine to its end and gives its result", async () => {
    const { run } = await openTarget();
    const { output, error } = await run(
      [
        ...module,
        "async def main():",
        "    task = asyncio.create_task(say('background', 1))",
        "    print(await asyncio.gather(say('b', 8), say('a', 4)), asyncio.current_task() is not None)",
        "    try: await asyncio.wait_for_ms(say('never', 10000), 5)",
        "    except asyncio.TimeoutError: print('timeout')",
        "    async with asyncio.Lock(): print(await asyncio.wait_for(say('in time', 1), 5))",
        "    event = asyncio.Event()",
        "    async def setter(): event.set()",
        "    asyncio.create_task(setter())",
        "    await event.wait()",
        "    return 42",
        "print(asyncio.run(main()))",
      ].join("\n"),
    );
    expect(error).toBe("");
    expect(output).toBe("background\na\nb\n['b', 'a'] True\ntimeout\nin time\nin time\n42\n");
  });

  it("raises what the main coroutine raised, with the frames of the program", async () => {
    const { run } = await openTarget();
    const { error } = await run(
      [
        ...module,
        "async def main():",
        "    await say('x', 1)",
        "    raise KeyError('k')",
        "asyncio.run(main())",
      ].join("\n"),
    );
    expect(error).toContain('File "<stdin>", line 8, in main\nKeyError: k');
    expect(error).toContain('File "<stdin>", line 9, in <module>');
  });

  it("cancels, and reports the exceptions of tasks that nobody awaits", async () => {
    const { run } = await openTarget();
    const { output } = await run(
      [
        ...module,
        "async def victim():",
        "    try: await asyncio.sleep(100)",
        "    except asyncio.CancelledError:",
        "        print('cancelled')",
        "        raise",
        "async def fail(): raise ValueError('unseen')",
        "async def main():",
        "    task = asyncio.create_task(victim())",
        "    asyncio.create_task(fail())",
        "    await asyncio.sleep_ms(2)",
        "    task.cancel()",
        "    try: await task",
        "    except asyncio.CancelledError: print('seen')",
        "asyncio.run(main())",
      ].join("\n"),
    );
    expect(output).toContain("Task exception wasn't retrieved");
    expect(output).toContain("ValueError: unseen");
    expect(output.endsWith("cancelled\nseen\n")).toBe(true);
  });

  it("has an event loop that runs until stopped, and again", async () => {
    const { run } = await openTarget();
    const { output, error } = await run(
      [
        ...module,
        "loop = asyncio.get_event_loop()",
        "async def stop():",
        "    await asyncio.sleep_ms(2)",
        "    loop.stop()",
        "for i in range(2):",
        "    loop.create_task(stop())",
        "    loop.run_forever()",
        "    print('stopped')",
        "print(loop.run_until_complete(say('once', 0)), loop.run_until_complete(asyncio.create_task(say('more', 0))))",
        "try: asyncio.current_task()",
        "except RuntimeError: print('none')",
        "loop = asyncio.new_event_loop()",
        "print(asyncio.run(say('new', 1)))",
      ].join("\n"),
    );
    expect(error).toBe("");
    expect(output).toBe("stopped\nstopped\nonce\nmore\nonce more\nnone\nnew\nnew\n");
  });

  it("is interrupted by ctrl-C", async () => {
    const { repl } = await openTarget();
    const abort = new AbortController();
    const { error } = await repl.exec([...module, "asyncio.run(say(print('go'), 100000))"].join("\n"), {
      signal: abort.signal,
      onOutput: () => abort.abort(),
    });
    expect(error).toContain("KeyboardInterrupt");
  });

  it("takes no memory of a program that does not import it", async () => {
    const { run } = await openTarget();
    expect((await run("import sys\nprint([m for m in sys.modules if 'asyncio' in m])")).output).toBe("[]\n");
  });
});

describe("limits", () => {
  it("end recursion with a RuntimeError, of functions, constructors, attributes, generators and callbacks", async () => {
    const { run } = await openTarget();
    const { output, error } = await run(
      [
        "def f(): f()",
        "class A:",
        "    def __init__(self): A()",
        "class B:",
        "    def __getattr__(self, name): return getattr(self, 'y' if name == 'x' else 'x')",
        "class C:",
        "    def __repr__(self): return repr(self)",
        "def g(): yield from g()",
        "def s(x): return sorted([1, 2], key=s)",
        "nested = []",
        "for i in range(100000): nested = [nested]",
        "for call in (f, A, lambda: B().a, lambda: repr(C()), lambda: list(g()), lambda: s(1), lambda: repr(nested)):",
        "    try: call()",
        "    except RuntimeError as e: print(e)",
      ].join("\n"),
    );
    expect(error).toBe("");
    expect(output).toBe("maximum recursion depth exceeded\n".repeat(7));
  });

  it("allow a thousand nested calls", async () => {
    const { run } = await openTarget();
    expect((await run("def f(n): return n and 1 + f(n - 1)\nprint(f(1000))")).output).toBe("1000\n");
  });

  it("end a program that takes too much memory with a MemoryError", async () => {
    const { run } = await openTarget({ memoryLimit: 40 << 20, heapSize: 1 << 20 });
    const { error } = await run("kept = []\nwhile True: kept.append(bytearray(100000))");
    expect(error).toContain('File "<stdin>", line 2, in <module>\nMemoryError');
    // The target lives on.
    expect((await run("kept = None\nprint('alive')")).output).toBe("alive\n");
  });

  it("let the heap start as small as asked for", async () => {
    const small = await openTarget({ heapSize: 64 << 10 });
    const large = await openTarget({ heapSize: 16 << 20 });
    const code = "import micropython\nmicropython.mem_info()";
    const total = async (run: typeof small.run): Promise<number> =>
      Number(/total: (\d+)/.exec((await run(code)).output)?.[1]);
    expect(await total(small.run)).toBeLessThan(64 << 10);
    expect(await total(large.run)).toBeGreaterThan(15 << 20);
  });

  it("refuse sizes that make no sense", () => {
    expect(() => createWasmTransport({ heapSize: 1000 })).toThrow(RangeError);
    expect(() => createWasmTransport({ heapSize: 2 ** 31 })).toThrow("heapSize must be from");
    expect(() => createWasmTransport({ heapSize: 1.5e6 + 0.5 })).toThrow(TypeError);
    expect(() => createWasmTransport({ memoryLimit: 1 << 20 })).toThrow(RangeError);
    expect(() => createWasmTransport({ heapSize: 1 << 28, memoryLimit: 1 << 27 })).toThrow("does not fit");
  });
});

describe("calls", () => {
  it("take no longer when many were made before", async () => {
    const { run } = await openTarget();
    // Each call allocates, and nothing is collected: had each to search the heap, this would take minutes.
    const { output } = await run("def f(x): return x\nfor i in range(300000): f(i)\nprint('done')");
    expect(output).toBe("done\n");
  });
});

describe("opening", () => {
  it("refuses a workspace that is no folder", async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, "file"), "");
    for (const workspace of [join(folder, "none"), join(folder, "file")]) {
      const error = await rejection(createWasmTransport({ workspace }).open());
      expect([error.name, error.kind]).toEqual(["TransportError", "denied"]);
      expect(error.message).toContain(workspace);
    }
  });

  it("runs another build, from a folder of its own", async () => {
    const folder = makeFolder();
    const stock = createRequire(import.meta.resolve("../../dist/index.js")).resolve(
      "@micropython/micropython-webassembly-pyscript/micropython.mjs",
    );
    copyFileSync(stock, join(folder, "micropython.mjs"));
    copyFileSync(join(dirname(stock), "micropython-settrace.wasm"), join(folder, "micropython.wasm"));
    const transport = createWasmTransport({ build: folder });
    onTestFinished(() => transport.close());
    await transport.open();
    const repl = new RawRepl(transport);
    await repl.enter();
    expect(await repl.evaluate("import time\ntime.sleep(0)\nprint(6 * 7)")).toBe("42\n");
    expect((await rejection(createWasmTransport({ build: join(folder, "none") }).open())).kind).toBe(
      "protocol",
    );
  });

  it("refuses a wasm file that is none, or not MicroPython's", async () => {
    const folder = makeFolder();
    const wasm = join(folder, "x.wasm");
    writeFileSync(wasm, "no wasm");
    expect((await rejection(createWasmTransport({ wasm }).open())).message).toContain("cannot be used");
    writeFileSync(wasm, Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 4, 1, 1, 1, 2]));
    expect((await rejection(createWasmTransport({ wasm }).open())).kind).toBe("disconnected");
    expect((await rejection(createWasmTransport({ wasm: join(folder, "none") }).open())).kind).toBe(
      "protocol",
    );
  });

  it("can be aborted before and after", async () => {
    const early = AbortSignal.abort();
    expect((await rejection(createWasmTransport({ signal: early }).open())).kind).toBe("disconnected");
    const abort = new AbortController();
    const transport = createWasmTransport({ signal: abort.signal });
    const opening = rejection(transport.open());
    abort.abort();
    expect((await opening).kind).toBe("disconnected");
    expect((await rejection(transport.write(Uint8Array.of(1)))).kind).toBe("disconnected");
  });

  it("starts many targets side by side that know nothing of each other", async () => {
    const targets = await Promise.all([1, 2, 3].map(() => openTarget()));
    await Promise.all(targets.map(({ run }, index) => run(`own = ${index}`)));
    const outputs = await Promise.all(targets.map(({ run }) => run("print(own)")));
    expect(outputs.map(({ output }) => output.trim())).toEqual(["0", "1", "2"]);
  });
});

describe("resets", () => {
  it("follow each other in turn, also when asked for at once", async () => {
    const { transport, repl, run } = await openTarget();
    await repl.launch("while True: pass", () => undefined);
    await Promise.all([transport.hardReset(), transport.hardReset()]);
    await repl.enter();
    expect((await run("print('up')")).output).toBe("up\n");
  });

  it("print a board's banner, and a soft reset its notice", async () => {
    const { transport } = await openTarget();
    let heard = "";
    const until = (pattern: RegExp): Promise<void> =>
      new Promise((resolve) => {
        const stop = transport.onData((bytes) => {
          heard += decoder.decode(bytes);
          if (!pattern.test(heard)) return;
          stop();
          resolve();
        });
      });
    let seen = until(/MicroPython v\d.*\r\n.*\r\n>>> $/);
    await transport.hardReset();
    await seen;
    heard = "";
    seen = until(/>>> $/);
    await transport.write(Uint8Array.of(4));
    await seen;
    expect(heard).toMatch(/^\r\nMPY: soft reboot\r\nMicroPython v.*\r\n.*\r\n>>> $/);
  });

  it("lose no input that was written during a soft reset", async () => {
    const { transport, repl } = await openTarget();
    await repl.exit();
    let heard = "";
    const answered = new Promise<void>((resolve) => {
      transport.onData((bytes) => {
        heard += decoder.decode(bytes);
        if (heard.includes("\r\n42\r\n") || heard.includes("\r\n42\n")) resolve();
      });
    });
    await transport.write(encoder.encode("\x04print(6 * 7)\r"));
    await answered;
    expect(heard).toContain("soft reboot");
  });

  it("are refused after closing, and closing ends one that is under way", async () => {
    const { transport } = await openTarget();
    const reset = rejection(transport.hardReset());
    await transport.close();
    expect((await reset).kind).toBe("disconnected");
    expect((await rejection(transport.hardReset())).kind).toBe("disconnected");
  });
});

describe("a crash", () => {
  it("is told with what happened", async () => {
    const error = await crash("import uctypes\nuctypes.bytearray_at(0, 1 << 31)[1 << 30] = 1");
    expect(error.message).toBe("MicroPython's WebAssembly crashed: memory access out of bounds");
  });
});

describe("the process", () => {
  it("ends by itself after a target was closed, idle or busy", async () => {
    expect(await runScript("await transport.close();")).toBe(0);
    const busy = "await transport.write(new TextEncoder().encode('while True: pass\\r\\r'));";
    expect(await runScript(`${busy} await transport.hardReset(); ${busy} await transport.close();`)).toBe(0);
  });

  it("ends by itself after a target was lost", async () => {
    const crash = "__import__('uctypes').bytearray_at(0, 1 << 31)[1 << 30]\\r";
    expect(
      await runScript(
        `transport.onLost(() => undefined); await transport.write(new TextEncoder().encode("${crash}"));`,
      ),
    ).toBe(0);
  });

  it("can exit while a target is busy", async () => {
    const busy = "await transport.write(new TextEncoder().encode('while True: pass\\r\\r'));";
    expect(await runScript(`${busy} process.exit(7);`)).toBe(7);
  });
});
