import { describe, expect, it } from "vitest";
import { openTarget } from "../support/target.js";

/** Python that looks for JavaScript behind an object `o`, and prints what it finds beyond the inert object. */
const explore = [
  "def explore(o, depth=3):",
  "    found = []",
  "    names = ('constructor', 'prototype', '__proto__', 'call', 'apply', 'bind', 'then', 'buffer', 'length',",
  "             'process', 'require', 'globalThis', 'Function', 'Object', 'Reflect', 'fetch', 'Module', 'mainModule',",
  "             'proxy_js_ref', 'parentPort', 'setTimeout', 'eval', 'import', 'console', '0', 'name', 'valueOf')",
  "    for name in names:",
  "        for get in (lambda: getattr(o, name), lambda: o[name]):",
  "            try: v = get()",
  "            except Exception: continue",
  "            if isinstance(v, (int, float, str)): found.append((name, v))",
  "            if depth and type(v) is type(o) and v != o: found += explore(v, depth - 1)",
  "    return found",
].join("\n");

describe("the sandbox", () => {
  it("shows no name of JavaScript's global object", async () => {
    const { run } = await openTarget();
    const { output, error } = await run(
      [
        "import js",
        "for name in ('process', 'globalThis', 'Function', 'eval', 'fetch', 'require', 'Module', 'setTimeout', 'console', 'proxy_js_ref', 'Object', 'Atomics', 'constructor', '__proto__'):",
        "    if hasattr(js, name): print(name)",
      ].join("\n"),
    );
    expect(error).toBe("");
    expect(output).toBe("");
  });

  it("gives nothing for an attribute that a program sets there", async () => {
    const { run } = await openTarget();
    const { output } = await run("import js\njs.x = 5\njs.toString = lambda: 1\nprint(hasattr(js, 'x'))");
    expect(output).toBe("False\n");
  });

  it("leads nowhere from what jsffi makes of Python objects", async () => {
    const { run } = await openTarget();
    const { output, error } = await run(
      [
        explore,
        "import jsffi",
        "class C: pass",
        "def gen(): yield 1",
        "async def co(): pass",
        "for make in (jsffi.create_proxy, jsffi.to_js):",
        "    for value in ([1, [2]], (1,), {'a': {}}, b'bytes', lambda *a: 7, C(), C, gen(), co(), jsffi, range(3)):",
        "        o = make(value)",
        "        if isinstance(o, jsffi.JsProxy): print(type(value), explore(o))",
      ].join("\n"),
    );
    expect(error).toBe("");
    for (const line of output.trim().split("\n")) expect(line).toMatch(/\[\]$/);
    expect(output.split("\n").length).toBeGreaterThan(5);
  });

  it("calls no code through a constructor", async () => {
    const { run } = await openTarget();
    const { output, error } = await run(
      [
        "import jsffi",
        "o = jsffi.create_proxy(lambda: 0)",
        "tries = [",
        "    lambda: o('return process'), lambda: o.constructor('return process')(), lambda: o.new('return 1'),",
        "    lambda: o.call(None, 'x'), lambda: [x for x in o], lambda: o.then(print), lambda: o[0], lambda: o['constructor'],",
        "    lambda: setattr(o, 'constructor', print), lambda: o.__class__('x'), lambda: jsffi.JsProxy('globalThis'),",
        "    lambda: o(a=1), lambda: o(1, 2, 3), lambda: o == o, lambda: str(o), lambda: len(o), lambda: o.length,",
        "]",
        "for t in tries:",
        "    try: r = t()",
        "    except Exception as e: r = None",
        "    if r is not None and type(r) not in (jsffi.JsProxy, list, bool, str): print(r, type(r))",
        "print('alive')",
      ].join("\n"),
    );
    expect(error).toBe("");
    expect(output.replaceAll(/^<undefined>.*\n/gm, "")).toBe("alive\n");
  });

  it("stays closed when an awaited JavaScript object is asked for", async () => {
    const { run } = await openTarget();
    const { output, error } = await run(
      [
        "import asyncio, jsffi",
        "async def main():",
        "    try: await jsffi.create_proxy([1])",
        "    except Exception as e: print(type(e).__name__)",
        "    print('alive')",
        "asyncio.run(main())",
      ].join("\n"),
    );
    expect(error).toBe("");
    expect(output).toContain("alive\n");
  });

  it("survives Python dropping all its JavaScript objects, over and over", async () => {
    const { run, repl } = await openTarget();
    for (let round = 0; round < 5; round++) {
      const { error } = await run(
        "import jsffi, gc\nfor i in range(2000): jsffi.create_proxy([i])\ngc.collect()\nimport time\ntime.sleep_ms(1)",
      );
      expect(error).toBe("");
      // Collection happens between two pieces of code.
      await repl.exec("pass");
    }
    const { output } = await run("import time\ntime.sleep_ms(2)\nprint('awake')");
    expect(output).toBe("awake\n");
  });

  it("gives forged references nothing but functions of ours", async () => {
    const { run } = await openTarget();
    const { output, error } = await run(
      [
        explore,
        "import jsffi, uctypes",
        "o = jsffi.create_proxy([1])",
        // The number of the JavaScript object stands behind the type pointer (objjsproxy.c).
        "words = uctypes.struct(id(o), {'w': (uctypes.ARRAY | 0, 4 | uctypes.UINT32)})",
        "number = words.w[1]",
        "for forged in list(range(12)) + [1000, 0x7fffffff, 0xffffffff]:",
        "    words.w[1] = forged",
        "    found = explore(o, 1)",
        "    if found: print(forged, found)",
        "words.w[1] = number",
        "print('done')",
      ].join("\n"),
    );
    expect(error).toBe("");
    expect(output).toBe("done\n");
  });

  it("holds no environment variables but those it is given", async () => {
    const { run } = await openTarget({ env: { GREETING: "hello", EMPTY: "" } });
    const { output } = await run(
      "import os\nprint([os.getenv('GREETING'), os.getenv('EMPTY'), os.getenv('PATH'), os.getenv('constructor', 'none')])",
    );
    expect(output).toBe("['hello', '', None, 'none']\n");
  });
});
