import { describe, expect, it } from "vitest";
import { DebugSession } from "../support/debug-session.js";
import { tier } from "../support/targets.js";

const calls = `
def f(n):
    a = n + 1  # @f1
    return a  # @f2

def g(n):
    b = n  # @g1
    return b  # @g2

def outer():
    x = g(1) + f(2)  # @o1
    y = x  # @o2
    return y  # @o3

outer()  # @m1
z = 1  # @m2
`;

const generators = `
def gen(n):
    i = 0  # @g1
    while i < n:  # @g2
        yield i  # @g3
        i += 1  # @g4

def consume():
    t = 0  # @c1
    for v in gen(3):  # @c2
        t += v  # @c3
    r = t  # @c4
    return r  # @c5

consume()  # @m1
w = 1  # @m2
`;

describe("next", () => {
  it("goes from line to line and over calls", async () => {
    const session = await DebugSession.start(calls, { breakpoints: ["o1"] });
    expect((await session.stop()).place).toBe("outer:o1");
    expect((await session.walk("nnnn")).join(" ")).toBe("outer:o2 outer:o3 <module>:m2 ended");
  });

  it("at a return goes on to the next line of the caller, or into what the rest of its line calls", async () => {
    const session = await DebugSession.start(calls, { breakpoints: ["g1"] });
    await session.stop();
    expect((await session.walk("nnnnn")).join(" ")).toBe("g:g2 f:f1 f:f2 outer:o2 outer:o3");
  });

  it("in a generator waits until it is resumed, and follows its end to the consumer", async () => {
    const session = await DebugSession.start(generators, { breakpoints: ["g1"] });
    await session.stop();
    expect((await session.walk("nnnnnnnnnnnnn")).join(" ")).toBe(
      "gen:g2 gen:g3 gen:g4 gen:g2 gen:g3 gen:g4 gen:g2 gen:g3 gen:g4 gen:g2 consume:c4 consume:c5 <module>:m2",
    );
  });

  it("goes over comprehensions and generator expressions", async () => {
    const session = await DebugSession.start(
      `
def ev(v):
    return v * 2

def main():
    a = [1, 2, 3]  # @m1
    b = [ev(x) for x in a]  # @m2
    c = sum(ev(x) for x in a)  # @m3
    d = sorted(a, key=lambda q: -q)  # @m4
    return b, c, d  # @m5

main()
`,
      { breakpoints: ["m1"] },
    );
    await session.stop();
    expect((await session.walk("nnnn")).join(" ")).toBe("main:m2 main:m3 main:m4 main:m5");
  });

  it("ends in the frame that handles an exception out of a call", async () => {
    const session = await DebugSession.start(
      `
def bad(n):
    if n == 0:
        raise ValueError(n)
    return bad(n - 1)

def mid():
    bad(2)
    return 5

def main():
    try:  # @t1
        mid()  # @t2
    except ValueError as e:  # @t3
        x = e  # @t4
    y = 1  # @t5

main()
k = 1  # @m1
`,
      { breakpoints: ["t1"] },
    );
    await session.stop();
    expect((await session.walk("nnnnn")).join(" ")).toBe("main:t2 main:t3 main:t4 main:t5 <module>:m1");
  });

  it("ends in a caller several frames up when an exception leaves its own frame", async () => {
    const session = await DebugSession.start(
      `
def bad():
    q = 1  # @b1
    raise KeyError(q)  # @b2

def one():
    bad()

def two():
    one()

def three():
    two()

def four():
    three()

def main():
    try:
        four()
    except KeyError:  # @m1
        pass  # @m2
    return 1  # @m3

main()
`,
      { breakpoints: ["b1"] },
    );
    await session.stop();
    expect((await session.walk("nnnnn")).join(" ")).toBe("bad:b2 main:m1 main:m2 main:m3 ended");
  });

  it("goes over all of a yield from", async () => {
    const session = await DebugSession.start(
      `
def inner():
    yield 1
    yield 2

def outer():
    yield from inner()  # @from
    done = 1  # @done
    yield done

list(outer())
`,
      { breakpoints: ["from"] },
    );
    await session.stop();
    expect((await session.walk("n")).join(" ")).toBe("outer:done");
  });

  it("stops once for each iteration of a one-line loop", async () => {
    const session = await DebugSession.start(
      `
def main():
    n = 3  # @a
    while n: n -= 1  # @b
    for i in [1, 2, 3]: n += i  # @c
    for i in range(2): n += i  # @d
    return n  # @e

main()
`,
      { breakpoints: ["a"] },
    );
    await session.stop();
    // As CPython counts: the for statement is visited once more than it has items, to find that there are no more.
    const visits = ["b", "b", "b", "c", "c", "c", "c", "d", "d", "e"].map((marker) => `main:${marker}`);
    expect(await session.walk("nnnnnnnnnn")).toEqual(visits);
  });

  it("shows the line of a while loop before each iteration, and not the body's last line", async () => {
    const session = await DebugSession.start(
      `
def main(n):
    i = 0  # @a
    while i < n:  # @w
        i += 1  # @b1
        x = i  # @b2
    return x  # @e

main(2)
`,
      { breakpoints: ["a"] },
    );
    await session.stop();
    expect((await session.walk("nnnnnnnn")).join(" ")).toBe(
      "main:w main:b1 main:b2 main:w main:b1 main:b2 main:w main:e",
    );
  });
});

describe("step in", () => {
  it("goes into calls, and after a return first to the rest of the caller's line", async () => {
    const session = await DebugSession.start(calls, { breakpoints: ["o1"] });
    await session.stop();
    expect((await session.walk("iiiiiiiiii")).join(" ")).toBe(
      "g:g1 g:g2 outer:o1 f:f1 f:f2 outer:o1 outer:o2 outer:o3 <module>:m1 <module>:m2",
    );
  });

  it("goes into the resumption of a generator and back to its consumer", async () => {
    const session = await DebugSession.start(generators, { breakpoints: ["c2"] });
    await session.stop();
    await session.break();
    expect((await session.walk("iiiiiii")).join(" ")).toBe(
      "gen:g1 gen:g2 gen:g3 consume:c3 consume:c2 gen:g4 gen:g2",
    );
  });

  it("stops in the caller between two calls that C code makes", async () => {
    const session = await DebugSession.start(
      `
def key(n):
    return -n  # @key

def main():
    a = list(map(key, [1, 2]))  # @map
    return a  # @end

main()
`,
      { breakpoints: ["map"] },
    );
    await session.stop();
    expect((await session.walk("iiiii")).join(" ")).toBe("key:key main:map key:key main:map main:end");
  });

  it("goes into a generator behind the yield that it waited at", async () => {
    const session = await DebugSession.start(
      `
def gen():
    got = yield 1  # @yield
    end = got  # @end
    yield end

def main():
    it = gen()
    next(it)
    it.send(2)  # @send
    return it

main()
`,
      { breakpoints: ["send"] },
    );
    await session.stop();
    expect((await session.walk("i")).join(" ")).toBe("gen:end");
  });

  it("goes into comprehensions and operators of the user's classes", async () => {
    const session = await DebugSession.start(
      `
class Thing:
    def __add__(self, o):
        s = 1  # @a1
        return s  # @a2

def main():
    t = Thing()  # @m1
    u = t + 1  # @m2
    m = [i for i in range(1)]  # @m3
    return m  # @m4

main()
`,
      { breakpoints: ["m1"] },
    );
    await session.stop();
    expect((await session.walk("iiiii")).join(" ")).toBe("main:m2 __add__:a1 __add__:a2 main:m2 main:m3");
    expect((await session.walk("i"))[0]).toBe("<listcomp>:m3");
  });

  it("skips code that is not the user's, and comes out where that calls user code", async () => {
    const session = await DebugSession.start(
      `
import lib

def callback(v):
    w = v  # @c1
    return w  # @c2

def main():
    r = lib.apply(callback, 1)  # @m1
    return r  # @m2

main()
`,
      {
        breakpoints: ["m1"],
        myCode: ["main.py"],
        files: {
          "lib.py": "def apply(f, v):\n    a = v\n    b = f(a)\n    c = b\n    return c\n",
        },
      },
    );
    await session.stop();
    expect((await session.walk("iii")).join(" ")).toBe("callback:c1 callback:c2 main:m2");
  });
});

describe("step out", () => {
  it("stops in the middle of the caller's line", async () => {
    const session = await DebugSession.start(calls, { breakpoints: ["g1"] });
    await session.stop();
    expect((await session.walk("oiooo")).join(" ")).toBe("outer:o1 f:f1 outer:o1 <module>:m1 ended");
  });

  it("out of a generator runs until the generator is done", async () => {
    const session = await DebugSession.start(generators, { breakpoints: ["g1"] });
    await session.stop();
    await session.break();
    expect((await session.walk("o"))[0]).toMatch(/^consume:c[24]$/);
  });

  it("leaves nested calls one by one", async () => {
    const session = await DebugSession.start(
      `
def a():
    x = 1  # @a
    return x

def b():
    return a() + 1  # @b

def c():
    return b() + 1  # @c

c()  # @m
`,
      { breakpoints: ["a"] },
    );
    expect((await session.stop()).stack).toEqual(["a:a", "b:b", "c:c", "<module>:m"]);
    expect((await session.walk("oooo")).join(" ")).toBe("b:b c:c <module>:m ended");
  });

  it("passes over callers that are not the user's", async () => {
    const session = await DebugSession.start(
      `
import lib

def callback(v):
    w = v  # @c1
    return w

def main():
    r = lib.apply(callback, 1)  # @m1
    return r  # @m2

main()
`,
      {
        breakpoints: ["c1"],
        myCode: ["main.py"],
        files: {
          "lib.py": "def apply(f, v):\n    a = v\n    b = f(a) + f(a)\n    c = b\n    return c\n",
        },
      },
    );
    await session.stop();
    await session.break();
    expect((await session.walk("o")).join(" ")).toBe("main:m1");
  });

  it("stops in the caller that an exception goes through, before it is handled", async () => {
    const session = await DebugSession.start(
      `
def bad():
    q = 1  # @b1
    raise KeyError(q)

def mid():
    bad()  # @mid
    return 1

def main():
    try:
        mid()  # @call
    except KeyError:  # @m1
        k = 1  # @m2
    return k

main()
`,
      { breakpoints: ["b1"] },
    );
    await session.stop();
    expect((await session.walk("oon")).join(" ")).toBe("mid:mid main:call main:m1");
  });
});

describe("a return out of try or with statements", () => {
  const program = `
class Guard:
    def __enter__(self):
        return self
    def __exit__(self, *a):
        x = 1  # @x1
        return False  # @x2

def f(n):
    try:
        for i in range(3):
            try:
                if i == n:  # @f1
                    return i  # @f2
            finally:
                a = 1  # @f3
    finally:
        b = 2  # @f4
        c = 3  # @f5

def g():
    with Guard() as c:
        y = 2  # @g1
        return y  # @g2

def h():
    try:
        return f(0)  # @h0
    finally:
        d = 1  # @h1

z = h()  # @m1
z = g()  # @m2
end = 1  # @m3
`;

  it("does not end a step before their finally clauses have run", async () => {
    const session = await DebugSession.start(program, { breakpoints: ["f1"] });
    await session.stop();
    await session.break();
    expect((await session.walk("nnnnnnnnn")).join(" ")).toBe(
      "f:f2 f:f3 f:f4 f:f5 h:h1 <module>:m2 <module>:m3 ended",
    );
  });

  it("is followed into __exit__", async () => {
    const session = await DebugSession.start(program, { breakpoints: ["g1"] });
    await session.stop();
    expect((await session.walk("iiiii")).join(" ")).toBe(
      // Reading memory, a return that a with statement holds up is not seen.
      `g:g2 __exit__:x1 __exit__:x2 g:g2 <module>:${tier === "native" ? "m2" : "m3"}`,
    );
  });

  it("stops at breakpoints in finally clauses that run after it", async () => {
    const session = await DebugSession.start(program, { breakpoints: ["f3", "f5", "h1"] });
    const stop = await session.stop();
    expect(stop.stack).toEqual(["f:f3", "h:h0", "<module>:m1"]);
    expect((await session.walk("ccc")).join(" ")).toBe("f:f5 h:h1 ended");
  });

  it("is left by a step out past its finally clause", async () => {
    const session = await DebugSession.start(program, { breakpoints: ["f1"] });
    await session.stop();
    await session.break();
    expect((await session.walk("oo")).join(" ")).toBe("h:h0 <module>:m1");
  });
});

describe("stepping in coroutines", () => {
  const program = `
import loop

async def inner(n):
    a = n  # @i1
    await loop.pause()  # @i2
    return a  # @i3

async def other():
    for i in range(1):
        await loop.pause()

async def main():
    loop.spawn(other())  # @a1
    y = await inner(2)  # @a2
    z = await loop.pause()  # @a3
    return y  # @a4

loop.run(main())  # @m1
k = 1  # @m2
`;
  const options = {
    breakpoints: ["a1"],
    myCode: ["main.py"],
    files: {
      "loop.py": `
tasks = []

def pause():
    yield

def spawn(task):
    tasks.append(task)

def run(task):
    spawn(task)
    while tasks:
        task = tasks.pop(0)
        try:
            task.send(None)
            tasks.append(task)
        except StopIteration:
            pass
`,
    },
  };

  it("goes over await although other tasks run meanwhile", async () => {
    const session = await DebugSession.start(program, options);
    await session.stop();
    expect((await session.walk("nnnnn")).join(" ")).toBe("main:a2 main:a3 main:a4 <module>:m2 ended");
  });

  it("goes into an awaited coroutine, through its waits, and back", async () => {
    const session = await DebugSession.start(program, options);
    await session.stop();
    await session.walk("n");
    expect((await session.walk("innnn")).join(" ")).toBe("inner:i1 inner:i2 inner:i3 main:a3 main:a4");
  });

  it("goes out of an awaited coroutine to the line that awaits it", async () => {
    const session = await DebugSession.start(program, options);
    await session.stop();
    await session.walk("n");
    expect((await session.walk("io")).join(" ")).toBe("inner:i1 main:a2");
  });
});

describe("a step that another breakpoint cuts short", () => {
  it("ends at the breakpoint", async () => {
    const session = await DebugSession.start(calls, { breakpoints: ["o1", "f1"] });
    await session.stop();
    const stop = await session.resume("next");
    expect([stop.place, stop.message.reason]).toEqual(["f:f1", "breakpoint"]);
    expect((await session.walk("c")).join(" ")).toBe("ended");
  });
});

describe("a step out of what a frame that nobody watched has called", () => {
  const program = `
class Rows:
    def __init__(self):
        self.left = 2

    def __iter__(self):
        return self

    def __next__(self):
        self.left -= 1  # @next
        if self.left < 0:
            raise StopIteration  # @stop
        return self.left  # @row

    def __add__(self, other):
        return other  # @add

    @property
    def total(self):
        return 7  # @total

    @total.setter
    def total(self, value):
        self.left = value  # @set

def loop():
    for row in Rows():
        last = row  # @l1
    return last  # @l2

def bad():
    raise ValueError  # @bad

def handle():
    try:
        bad()
    except ValueError:
        last = 1  # @h1
    return last  # @h2

def operate():
    rows = Rows()
    last = rows + 1
    last += 1  # @o1
    last = rows.total
    last += 1  # @o2
    rows.total = 3
    return last  # @o3

def leaf():
    return 5  # @leaf
    yield

def delegate():
    last = yield from leaf()
    return last  # @d1

def drive():
    for _ in delegate():
        pass

loop()
handle()
operate()
drive()
`;

  it.each([
    ["at the head of a loop", "row", "loop:l1"],
    ["at the end of a loop", "stop", "loop:l2"],
    ["where an exception is handled", "bad", "handle:h1"],
    ["by an operator", "add", "operate:o1"],
    ["by a property", "total", "operate:o2"],
    ["by the setter of a property", "set", "operate:o3"],
    ["by yield from", "leaf", "delegate:d1"],
  ])("goes on in that frame %s", async (_, marker, place) => {
    const session = await DebugSession.start(program, { breakpoints: [marker] });
    await session.stop();
    await session.break();
    const places: string[] = [];
    while (places.at(-1) !== place && places.length < 3) places.push(...(await session.walk("n")));
    expect(places.at(-1)).toBe(place);
  });
});
