import { describe, expect, it } from "vitest";
import { DebugSession } from "../support/debug-session.js";

const loop = `
def work(n):
    t = 0  # @w1
    for i in range(n):  # @w2
        t += i  # @w3
    return t  # @w4

print(work(4))  # @m1
`;

/** Code as a host makes it of an expression. */
const expression = (text: string, slots: Record<string, number> = {}) => ({
  source: `def _(${Object.keys(slots).join(", ")}):\n return ${text}`,
  slots: Object.values(slots),
  names: Object.keys(slots),
});

describe("a breakpoint", () => {
  it("stops at each visit of its line, with the values of the locals", async () => {
    const session = await DebugSession.start(loop, { breakpoints: ["w3"] });
    const seen = [(await session.stop()).locals];
    for (let i = 1; i < 4; i++) seen.push((await session.resume("continue")).locals);
    expect(seen).toEqual([
      { n: "4", t: "0", i: "0" },
      { n: "4", t: "0", i: "1" },
      { n: "4", t: "1", i: "2" },
      { n: "4", t: "3", i: "3" },
    ]);
    expect(await session.finish()).toMatchObject({ how: "returned", status: 0 });
    expect(session.output).toBe("6\n");
  });

  it("tells its ids, and the whole stack", async () => {
    const session = await DebugSession.start(loop);
    await session.end();
    const other = await DebugSession.open(loop);
    await other.send({
      t: "breakpoints",
      file: "main.py",
      items: [
        { id: 7, line: other.line("w1") },
        { id: 9, line: other.line("w1") },
      ],
    });
    await other.send({ t: "run", file: "main.py", args: [], stopOnEntry: false });
    const stop = await other.stop();
    expect(stop.message).toMatchObject({ reason: "breakpoint", ids: [7, 9], depth: 2 });
    expect(stop.stack).toEqual(["work:w1", "<module>:m1"]);
    expect(stop.locals).toEqual({ n: "4", t: undefined, i: undefined });
  });

  it("stops in module code, with the globals", async () => {
    const session = await DebugSession.start("a = 1\nb = a + 1  # @here\nc = 3\n", { breakpoints: ["here"] });
    const { message, place } = await session.stop();
    expect(place).toBe("<module>:here");
    expect(message.globals).toContainEqual(["a", ["int", "1", 0, 0, 0]]);
    expect(message.globals?.map(([name]) => name)).not.toContain("b");
  });

  it("on a for statement stops once an iteration", async () => {
    const session = await DebugSession.start(
      "def f(a):\n    for x in a:  # @for\n        y = x\n    return y\n\nf([1, 2])\n",
      { breakpoints: ["for"] },
    );
    const seen = [(await session.stop()).locals["y"]];
    seen.push((await session.resume("continue")).locals["y"]);
    seen.push((await session.resume("continue")).locals["y"]);
    expect(seen).toEqual([undefined, "1", "2"]);
    await session.finish();
  });

  it("on the last line of a loop's body is not hit before the body runs", async () => {
    const session = await DebugSession.start(
      `
def f(n):
    for i in range(n):
        a = i
        b = a  # @r
    while n:
        n -= 1
        c = n  # @w
    return c

f(2)
f(0) if 0 else None
`,
      { breakpoints: ["r", "w"] },
    );
    expect((await session.stop()).locals["a"]).toBe("0");
    expect((await session.walk("cccc")).join(" ")).toBe("f:r f:w f:w ended");
  });

  it("stops in every iteration of a while loop with a one-line body, and of one on one line", async () => {
    const session = await DebugSession.start(
      `
def f(n):
    while n:
        n -= 1  # @a
    n = 2
    while n: n -= 1  # @b
    while True:
        n += 1  # @c
        if n > 2: break
    return n

f(3)
`,
      { breakpoints: ["a", "b", "c"] },
    );
    await session.stop();
    expect((await session.walk("cccccccc")).join(" ")).toBe("f:a f:a f:b f:b f:c f:c f:c ended");
  });

  it("stops in every iteration of a loop whose only line makes calls and looks up attributes", async () => {
    const session = await DebugSession.start(
      `
class Tank:
    level = 3
    def drain(self):
        self.level -= 1
        return self.level

def f(tank):
    while tank.level > 0:
        tank.level = tank.drain()  # @a
    while tank.drain() > -3: print(tank.level)  # @b

f(Tank())
`,
      { breakpoints: ["a", "b"] },
    );
    await session.stop();
    expect((await session.walk("ccccc")).join(" ")).toBe("f:a f:a f:b f:b ended");
  });

  it("is not hit by a branch that the compiler charges to its line", async () => {
    const session = await DebugSession.start(
      `
def f(a, b):
    if a:
        x = 1  # @no
    elif b:
        x = 2  # @yes
    with open("main.py") as c:
        x = 3
    return x

f(0, 1)
`,
      { breakpoints: ["no", "yes"] },
    );
    expect((await session.stop()).place).toBe("f:yes");
    await session.finish();
  });

  it("in a comprehension's own line is not hit again for each element of the line around it", async () => {
    const session = await DebugSession.start(
      `
def f(a):
    b = [x + 1 for x in a]  # @one
    c = [
        x + 2  # @two
        for x in a
    ]
    return b, c

f([1, 2])
`,
      { breakpoints: ["one", "two"] },
    );
    await session.stop();
    // Its own loop is all on one line, visited once more than there are elements.
    expect((await session.walk("cccc")).join(" ")).toBe("<listcomp>:two <listcomp>:two <listcomp>:two ended");
  });

  it("in a generator stops at each resumption that comes by", async () => {
    const session = await DebugSession.start(
      `
def gen():
    i = 0
    while i < 3:
        i += 1
        yield i  # @y

for v in gen():
    pass
`,
      { breakpoints: ["y"] },
    );
    const seen = [(await session.stop()).locals["i"]];
    seen.push((await session.resume("continue")).locals["i"]);
    seen.push((await session.resume("continue")).locals["i"]);
    expect(seen).toEqual(["1", "2", "3"]);
    await session.finish();
  });

  it("that is set while the program is stopped takes effect in frames that already run", async () => {
    const session = await DebugSession.start(
      `
def inner():
    return 1  # @inner

def main():
    a = inner()
    b = 2
    c = 3  # @later
    return a + b + c

main()
d = 4  # @module
`,
      { breakpoints: ["inner"] },
    );
    await session.stop();
    await session.break("later", "module");
    expect((await session.walk("ccc")).join(" ")).toBe("main:later <module>:module ended");
  });

  it("that is set or removed while the program runs takes effect at once", async () => {
    const session = await DebugSession.start(
      `
import time

def tick(n):
    return n + 1  # @tick

def main():
    n = 0
    while n >= 0:
        n = tick(n)
        time.sleep_ms(1)
        if n == 3:
            print("running")

main()
`,
      {},
    );
    await session.printed("running");
    await session.break("tick");
    expect((await session.stop()).place).toBe("tick:tick");
    expect((await session.resume("continue")).place).toBe("tick:tick");
    await session.break();
    await session.send({ t: "resume", how: "continue" });
    await session.send({ t: "pause" });
    expect((await session.stop()).message.reason).toBe("pause");
  });

  it("in a file that is imported later stops at its name on the target", async () => {
    const session = await DebugSession.open("import other\nother.f()\n", {
      files: { "other.py": "def f():\n    a = 1\n    return a\n" },
    });
    await session.send({ t: "breakpoints", file: "other.py", items: [{ id: 1, line: 3 }] });
    await session.send({ t: "run", file: "main.py", args: [], stopOnEntry: false });
    expect((await session.stop()).stack).toEqual(["f:3", "<module>:2"]);
    await session.finish();
  });

  it("asks the host once for each function, and not again at the next stop", async () => {
    const session = await DebugSession.start(loop, { breakpoints: ["w3"] });
    await session.stop();
    await session.resume("continue");
    await session.resume("next");
    expect(session.met.filter((kind) => kind === "codes")).toHaveLength(1);
  });

  it("answers a step in functions that are known by one message", async () => {
    const session = await DebugSession.start(loop, { breakpoints: ["w3"] });
    await session.stop();
    await session.resume("next");
    const before = session.met.length;
    await session.resume("next");
    await session.resume("in");
    expect(session.met.slice(before)).toEqual(["stopped", "stopped"]);
  });

  it("tells of each function how many of its slots hold parameters", async () => {
    const program = `
def outer(a, b=1, *more, key, other=2, **rest):
    def inner(x):
        return a + key + x  # @here
    return inner(1)

def many(p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, *, q0, q1, q2, q3, q4):
    return outer(p0, key=q0)

many(*range(10), q0=1, q1=1, q2=1, q3=1, q4=1)
`;
    const session = await DebugSession.start(program, { breakpoints: ["here"] });
    await session.stop();
    expect(Object.fromEntries(session.codes.map((code) => [code[2], code[8]]))).toEqual({
      inner: 3,
      outer: 6,
      many: 15,
      "<module>": 0,
    });
    await session.finish();
  });

  it("stops in recursion at each level", async () => {
    const session = await DebugSession.start(
      `
def f(n):
    if n:
        f(n - 1)
    return n  # @r

f(2)
`,
      { breakpoints: ["r"] },
    );
    const stop = await session.stop();
    expect(stop.frames.map((frame) => frame.locals["n"])).toEqual(["0", "1", "2", undefined]);
    expect((await session.resume("continue")).locals["n"]).toBe("1");
    expect((await session.resume("continue")).locals["n"]).toBe("2");
    await session.finish();
  });
});

describe("a condition", () => {
  it("is evaluated with the locals of the frame", async () => {
    const session = await DebugSession.open(loop);
    await session.break({ at: "w3", condition: expression("i == 2", { i: 2 }) });
    await session.send({ t: "run", file: "main.py", args: [], stopOnEntry: false });
    expect((await session.stop()).locals["i"]).toBe("2");
    await session.finish();
  });

  it("that fails stops, and says so", async () => {
    const session = await DebugSession.open(loop);
    await session.break({ at: "w3", condition: expression("i + nothing", { i: 2 }) });
    await session.send({ t: "run", file: "main.py", args: [], stopOnEntry: false });
    const stop = await session.stop();
    expect(stop.message.notice).toBe("NameError: name 'nothing' isn't defined");
  });

  it("on a local that has no value yet names it", async () => {
    const session = await DebugSession.open(loop);
    await session.break({ at: "w1", condition: expression("i", { i: 2 }) });
    await session.send({ t: "run", file: "main.py", args: [], stopOnEntry: false });
    expect((await session.stop()).message.notice).toBe("NameError: 'i' has no value yet");
  });

  it("counts hits only where it is met", async () => {
    const session = await DebugSession.open(loop);
    await session.break({ at: "w3", condition: expression("i > 0", { i: 2 }), hits: ["==", 2] });
    await session.send({ t: "run", file: "main.py", args: [], stopOnEntry: false });
    expect((await session.stop()).locals["i"]).toBe("2");
    await session.finish();
  });
});

describe("a hit count", () => {
  it.each([
    ["==", 2, ["1"]],
    [">=", 3, ["2", "3"]],
    [">", 3, ["3"]],
    ["<", 2, ["0"]],
    ["<=", 2, ["0", "1"]],
    ["%", 2, ["1", "3"]],
  ] as const)("%s %i stops at the iterations %j", async (operator, number, expected) => {
    const session = await DebugSession.open(loop);
    await session.break({ at: "w3", hits: [operator, number] });
    await session.send({ t: "run", file: "main.py", args: [], stopOnEntry: false });
    const seen: unknown[] = [(await session.stop()).locals["i"]];
    for (let i = 1; i < expected.length; i++) seen.push((await session.resume("continue")).locals["i"]);
    expect(seen).toEqual(expected);
    await session.finish();
  });
});

describe("a breakpoint that is sent again", () => {
  it("goes on counting its hits", async () => {
    const session = await DebugSession.open(loop);
    const counted = { at: "w3", hits: ["==", 3] } as const;
    await session.break(counted, "w2");
    await session.send({ t: "run", file: "main.py", args: [], stopOnEntry: false });
    expect((await session.stop()).place).toBe("work:w2");
    expect((await session.walk("cc")).join(" ")).toBe("work:w2 work:w2");
    await session.break(counted);
    expect((await session.resume("continue")).locals["i"]).toBe("2");
    await session.finish();
  });
});

describe("a logpoint", () => {
  it("sends its text and does not stop", async () => {
    const session = await DebugSession.open(loop);
    await session.break({ at: "w3", log: expression("'i=%d t=%d' % (i, t)", { i: 2, t: 1 }) });
    await session.send({ t: "run", file: "main.py", args: [], stopOnEntry: false });
    await session.end();
    expect(await session.logged(4)).toEqual(["i=0 t=0", "i=1 t=0", "i=2 t=1", "i=3 t=3"]);
    expect(session.output).toBe("6\n");
  });

  it("that fails says what is wrong with it and goes on", async () => {
    const session = await DebugSession.open(loop);
    await session.break({ at: "w4", log: expression("nothing") });
    await session.send({ t: "run", file: "main.py", args: [], stopOnEntry: false });
    await session.end();
    expect(await session.logged(1)).toEqual(["<NameError: name 'nothing' isn't defined>"]);
  });
});

describe("breakpoint() in the program", () => {
  it("stops at its own line", async () => {
    const session = await DebugSession.start(
      `
def f():
    a = 1
    breakpoint()  # @here
    return a  # @next

f()
`,
      {},
    );
    const stop = await session.stop();
    expect([stop.place, stop.message.reason, stop.locals]).toEqual(["f:here", "breakpoint()", { a: "1" }]);
    expect((await session.walk("nn")).join(" ")).toBe("f:next ended");
  });
});
