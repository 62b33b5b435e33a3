import type { NamedReport, Rendered, ValueRef } from "@slotscope/device-transport";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DebugSession } from "../support/debug-session.js";
import { targetName, tier } from "../support/targets.js";

/** A session stopped in a function whose only local `v` holds the expression's value. */
async function holding(expression: string, before = ""): Promise<DebugSession> {
  const session = await DebugSession.start(
    `${before}\ndef f():\n    v = ${expression}\n    return v  # @here\n\nf()\n`,
    {
      breakpoints: ["here"],
    },
  );
  return session;
}

/** A size that the target's heap just takes. */
const much = targetName === "qemu" ? 3_000 : 90_000;

/** A stopped program in which values are made by evaluating; starting one for each would take long. */
let shared: DebugSession;

async function openShared(): Promise<void> {
  shared = await DebugSession.start("x = 1  # @x\n", { breakpoints: ["x"], isShared: true });
  await shared.stop();
}

beforeAll(openShared);

afterAll(() => shared.close());

/** The value of an expression as a stop would send it; `before` is code that comes before. */
async function rendered(expression: string, before = ""): Promise<Rendered> {
  // A board has room for one session.
  if (targetName === "qemu" && DebugSession.newest !== shared) await openShared();
  const lines = [...before.split("\n"), `return ${expression}`].map((line) => ` ${line}`);
  const code = { source: `def _():\n${lines.join("\n")}`, slots: [], names: [] };
  return (await shared.request({ t: "evaluate", frame: 0, code, max: 120 })) as Rendered;
}

async function expand(
  session: DebugSession,
  ref: ValueRef,
  options: { filter?: "indexed" | "named"; start?: number; count?: number } = {},
): Promise<{ items: readonly NamedReport[]; total: number }> {
  const { start = 0, count = 100, ...rest } = options;
  return (await session.request({ t: "expand", ref, start, count, ...rest })) as {
    items: readonly NamedReport[];
    total: number;
  };
}

const withGenerator = (body: string) => `
def gen():
    yield 1

def f():
    v = gen()
    ${body}
    return v  # @here

f()
`;

const texts = (page: { items: readonly NamedReport[] }) =>
  page.items.map(([name, [, text]]) => `${name}=${text}`);

describe("the text of a value", () => {
  it.each([
    ["None", "NoneType", "None"],
    ["-12", "int", "-12"],
    ["1.5", "float", "1.5"],
    ["True", "bool", "True"],
    ["'a\\'b'", "str", `"a'b"`],
    ["b'\\x00\\xff'", "bytes", "b'\\x00\\xff'"],
    ["bytearray(b'ab')", "bytearray", "bytearray(b'ab')"],
    ["()", "tuple", "()"],
    ["(1,)", "tuple", "(1,)"],
    ["[1, 'a', None]", "list", "[1, 'a', None]"],
    ["{}", "dict", "{}"],
    ["{'a': [1]}", "dict", "{'a': [1]}"],
    ["{1}", "set", "{1}"],
    ["frozenset((1,))", "frozenset", "frozenset({1})"],
    ["range(3)", "range", "range(0, 3)"],
    ["len", "function", "<function>"],
    ["ValueError('x')", "ValueError", "ValueError('x',)"],
    ["1 << 200", "int", String(1n << 200n)],
  ])("of %s is what repr gives", async (expression, type, text) => {
    const [gotType, gotText] = await rendered(expression);
    expect([gotType, gotText]).toEqual([type, text]);
  });

  it.each([
    [`'x' * ${much}`, 130],
    [`b'x' * ${much}`, 130],
    [`[1] * ${much}`, 130],
    [`list(range(${much / 20}))`, 130],
    [`{i: i for i in range(${much / 30})}`, 130],
    [`['x' * ${much / 2}] * 3`, 130],
    ["'\\u20ac' * 1000", 500],
  ])("of %s is bounded", async (expression, limit) => {
    const [, text] = await rendered(expression);
    expect(new TextEncoder().encode(text).length).toBeLessThan(limit);
    expect(text.endsWith("...")).toBe(true);
    expect(text).not.toContain("\ufffd");
  });

  it("of an immense number tells its size instead", async () => {
    expect((await rendered("1 << 20000"))[1]).toBe("<int of up to 32768 bits>");
    expect((await rendered("-(1 << 300)"))[1]).toBe("<int of up to 512 bits>");
  });

  it("of containers that hold themselves, or that are nested deeply, is cut off", async () => {
    expect((await rendered("loop()", "def loop():\n    a = [1]\n    a.append(a)\n    return a\n"))[1]).toBe(
      "[1, [1, [1, [...]]]]",
    );
    expect((await rendered("{'a': {'b': {'c': {'d': 1}}}}"))[1]).toBe("{'a': {'b': {'c': {...}}}}");
  });

  it("tells of a __repr__ that raises, recurses without end or returns no string", async () => {
    const classes = `
class Raises:
    def __repr__(self):
        raise ValueError("oh")

class Recurses:
    def __repr__(self):
        return repr(self)

class Wrong:
    def __repr__(self):
        return 5
`;
    expect((await rendered("Raises()", classes))[1]).toBe("<repr failed: ValueError: oh>");
    expect((await rendered("Recurses()", classes))[1]).toMatch(/^<repr failed: RuntimeError/);
    expect((await rendered("[Raises(), 1]", classes))[1]).toBe("<repr failed: ValueError: oh>");
    expect((await rendered("Wrong()", classes))[1]).toMatch(/^5$|^<repr failed: /);
  });

  it("of a __repr__ that prints keeps the message whole, and the print becomes output", async () => {
    const session = await holding(
      "P()",
      "class P:\n    def __repr__(self):\n        print('hi')\n        return 'P'\n",
    );
    expect((await session.stop()).locals["v"]).toBe("P");
    expect(session.output).toBe("hi\n");
  });

  it("of a generator tells whether it is suspended, running or finished", async () => {
    for (const [body, state] of [
      ["pass", "suspended"],
      ["list(v)", "finished"],
    ] as const) {
      const session = await DebugSession.start(withGenerator(body), {
        breakpoints: ["here"],
      });
      expect((await session.stop()).locals["v"]).toMatch(
        new RegExp(`^<generator object 'gen' at \\w+>, ${state}$`),
      );
    }
    const session = await DebugSession.start(
      "def gen():\n    v = this[0]\n    yield v  # @here\n\nthis = []\nthis.append(gen())\nnext(this[0])\n",
      { breakpoints: ["here"] },
    );
    expect((await session.stop()).locals["v"]).toMatch(/, running$/);
  });

  it("of text beyond ASCII is what the target's repr gives", async () => {
    // Some ports escape in repr what is not ASCII.
    expect(["'grüß 😀'", "'gr\\xfc\\xdf \\U0001f600'"]).toContain(
      (await rendered("'gr\u00fc\u00df \u{1F600}'"))[1],
    );
  });
});

describe("children", () => {
  it.each([
    ["[1, 2]", 2, 0],
    ["(1, 2, 3)", 3, 0],
    ["{'a': 1}", 0, 1],
    ["{1, 2}", 2, 0],
    ["b'abc'", 3, 0],
    ["bytearray(4)", 4, 0],
    ["memoryview(b'ab')", 2, 0],
    ["range(7)", 7, 0],
    ["'abc'", 0, 0],
    ["5", 0, 0],
    ["[]", 0, 0],
    ["__import__('collections').deque((1, 2), 5)", 2, 0],
    ["__import__('array').array('i', [1, 2, 3])", 3, 0],
    ["ValueError('x', 2)", 0, 1],
    ["__import__('collections').OrderedDict([('a', 1), ('b', 2)])", 0, 2],
    ["D()", 0, 3],
    ["T()", 0, 3],
    ["T", 0, 5],
  ])("of %s are counted: %i indexed, %i named", async (expression, indexed, named) => {
    const type =
      "class T:\n    one = 1\n    def __init__(self):\n        self.x = 1\n        self.y = 2\n" +
      "class D(dict):\n    def __init__(self):\n        super().__init__()\n        self['k'] = 1\n        self.own = 2\n";
    const [, , handle, gotIndexed, gotNamed] = await rendered(expression, type);
    expect([gotIndexed, gotNamed]).toEqual([indexed, named]);
    expect(handle > 0).toBe(indexed + named > 0);
  });

  it("of an object that is a dict are its items and its attributes, and both can be replaced", async () => {
    const type =
      "class D(dict):\n    def __init__(self):\n        super().__init__()\n        self['k'] = 1\n        self.own = 2\n";
    const session = await holding("D()", type);
    await session.stop();
    const code = { source: "def _():\n return 7", slots: [], names: [] };
    for (const name of ["'k'", "own"]) {
      await session.request({ t: "assign", frame: 0, code, to: ["child", ["slot", 0, 0], name] });
    }
    const all = texts(await expand(session, ["slot", 0, 0]));
    expect(all).toEqual(expect.arrayContaining(["'k'=7", "own=7"]));
  });

  it("of a generator that waits are its slots, by the plan of its function; others have none", async () => {
    const program = `
def gen(a, b=2):
    c = [a]
    yield c
    d = 1

def f():
    v = gen(1)
    fresh = gen(2)
    over = gen(3)
    list(over)
    next(v)
    return v  # @here

f()
`;
    const session = await DebugSession.start(program, { breakpoints: ["here"] });
    await session.stop();
    const page = await expand(session, ["slot", 0, 0]);
    expect(texts(page)).toEqual(["0=1", "1=2", "2=[1]"]);
    expect(page).toMatchObject({ total: 3, code: expect.any(Number) });
    // Only the module finds a generator that has not begun.
    expect(texts(await expand(session, ["slot", 0, 1]))).toEqual(tier === "native" ? ["0=2", "1=2"] : []);
    expect(texts(await expand(session, ["slot", 0, 2]))).toEqual([]);
    await session.finish();
  });

  it("of a generator whose code isn't known are none", async () => {
    const session = await DebugSession.start(
      "def gen(a):\n    yield a\n\nthis = gen(1)\nnext(this)\nbreakpoint()\n",
      { isUnknown: true },
    );
    await session.stop();
    const globals = await expand(session, ["globals", 0]);
    const [, , handle] = globals.items.find(([name]) => name === "this")?.[1] ?? ["", "", 0];
    expect((await expand(session, ["handle", handle])).items).toEqual([]);
  });

  it("of a list come in pages", async () => {
    const session = await holding("[i * i for i in range(250)]");
    await session.stop();
    const page = await expand(session, ["slot", 0, 0], { start: 100, count: 3 });
    expect(texts(page)).toEqual(["100=10000", "101=10201", "102=10404"]);
    expect(page.total).toBe(250);
    expect(texts(await expand(session, ["slot", 0, 0], { start: 248 }))).toEqual(["248=61504", "249=62001"]);
    expect(texts(await expand(session, ["slot", 0, 0], { start: 300 }))).toEqual([]);
  });

  it("of a set and a deque come in the order of iteration", async () => {
    const session = await holding("__import__('collections').deque((5, 6, 7), 9)");
    await session.stop();
    expect(texts(await expand(session, ["slot", 0, 0], { start: 1 }))).toEqual(["1=6", "2=7"]);
    const other = await holding("{1, 2, 3}");
    await other.stop();
    expect((await expand(other, ["slot", 0, 0])).items.map(([, [, text]]) => text).sort()).toEqual([
      "1",
      "2",
      "3",
    ]);
  });

  it("of a dict are named by their keys", async () => {
    const session = await holding("{'a': 1, 2: 'b', (1, 2): None}");
    await session.stop();
    expect(texts(await expand(session, ["slot", 0, 0])).sort()).toEqual(["'a'=1", "(1, 2)=None", "2='b'"]);
  });

  it("of an object are its attributes and its class, whose own attributes are the class's children", async () => {
    const session = await holding(
      "T()",
      "class B:\n    base = 1\n\nclass T(B):\n    one = 1\n    def __init__(self):\n        self.x = [7]\n",
    );
    await session.stop();
    const page = await expand(session, ["slot", 0, 0]);
    expect(page.items.map(([name]) => name)).toEqual(["__class__", "x"]);
    const [, type] = page.items[0] ?? ["", ["", "", 0, 0, 0]];
    expect(texts(await expand(session, ["handle", type[2]]))).toEqual(
      expect.arrayContaining(["one=1", expect.stringMatching(/^__bases__=\(<class 'B'>,\)$/)]),
    );
    const [, x] = page.items[1] ?? ["", ["", "", 0, 0, 0]];
    expect(texts(await expand(session, ["handle", x[2]]))).toEqual(["0=7"]);
  });

  it("of an exception are its arguments", async () => {
    const session = await holding("ValueError('x', 2)");
    await session.stop();
    expect(texts(await expand(session, ["slot", 0, 0]))).toEqual(["args=('x', 2)"]);
  });

  it("of the globals are the module's names", async () => {
    const session = await holding("1", "answer = 42");
    await session.stop();
    expect(texts(await expand(session, ["globals", 0]))).toEqual(
      expect.arrayContaining(["answer=42", "__name__='__main__'"]),
    );
  });

  it("can be asked for by kind", async () => {
    const session = await holding("L([1, 2])", "class L(list):\n    pass\n");
    await session.stop();
    expect(texts(await expand(session, ["slot", 0, 0], { filter: "indexed" }))).toEqual(["0=1", "1=2"]);
    expect((await expand(session, ["slot", 0, 0], { filter: "named" })).items.map(([name]) => name)).toEqual([
      "__class__",
    ]);
  });

  it("are void after the program has run on", async () => {
    const session = await holding("[1]");
    const stop = await session.stop();
    const handle = stop.message.frames[0]?.[3][0]?.[1]?.[2] ?? 0;
    await session.resume("next").catch(() => undefined);
    const again = session.request({ t: "expand", ref: ["handle", handle + 50], start: 0, count: 1 });
    await expect(again).rejects.toMatchObject({ name: "AgentError" });
  });
});

describe("what a stop sends", () => {
  it("leaves out values beyond its budget, innermost frame first, and gives them when asked", async () => {
    const names = Array.from({ length: 12 }, (_, at) => `v${at}`);
    const body = names.map((name) => `    ${name} = "${name}" * 60`).join("\n");
    const session = await DebugSession.start(
      `
def f(n):
${body}
    if n:
        f(n - 1)
    return n  # @here

f(8)
`,
      { breakpoints: ["here"] },
    );
    const stop = await session.stop();
    expect(stop.message.depth).toBe(10);
    expect(stop.frames[0]?.locals["v11"]).toMatch(/^'v11v11/);
    expect(stop.frames[8]?.locals["v11"]).toBeNull();
    const [slot] = (await session.request({ t: "slots", frame: 8, slots: [0] })) as [[number, Rendered]];
    expect(slot[1][1]).toBe("8");
  });

  it("holds the innermost frames of a deep stack, and gives the others when asked", async () => {
    // As deep as the stack of the board in QEMU lets the program be.
    const calls = targetName === "qemu" ? 22 : 40;
    const session = await DebugSession.start(
      `def f(n):\n    if n:\n        f(n - 1)\n    return n  # @here\n\nf(${calls})\n`,
      { breakpoints: ["here"] },
    );
    const stop = await session.stop();
    expect(stop.message.depth).toBe(calls + 2);
    expect(stop.frames.length).toBeLessThan(calls + 2);
    const rest = session.name(
      (await session.request({ t: "frames", start: calls - 1, count: 5 })) as Parameters<
        typeof session.name
      >[0],
    );
    expect(rest.map((frame) => [frame.name, frame.locals["n"]])).toEqual([
      ["f", String(calls - 1)],
      ["f", String(calls)],
      ["<module>", undefined],
    ]);
  });

  it("holds no slot of code that the host does not know", async () => {
    const session = await DebugSession.start("def f():\n    a = 1\n    return a  # @here\n\nf()\n", {
      breakpoints: ["here"],
      isUnknown: true,
    });
    expect((await session.stop()).message.frames[0]?.[3]).toEqual([]);
    await expect(session.request({ t: "slots", frame: 0, slots: [0] })).rejects.toMatchObject({
      message: expect.stringContaining("slot 0 may not be read"),
    });
  });
});
