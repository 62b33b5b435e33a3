import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const executable = process.env["SLOTSCOPE_UNIX"];
if (executable === undefined) throw new Error("SLOTSCOPE_UNIX must name the unix port to test with");

/** Runs a program in MicroPython; resolves with the lines that it prints. */
async function run(program: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(executable ?? "", ["-c", program], { timeout: 20_000 });
  return stdout.trimEnd().split("\n");
}

/** A program that debugs `main()` with breakpoints at lines after `#`, and prints what `seen(state)` gives at each stop. */
const debugging = (body: string, points: string, seen = "S.look(state, 3)", how = "0") => `
import _slotscope as S
def on_stop(why, state, what, error, caught):
    S.untraced(print, why, ${seen})
    S.step(${how}, state)
${body}
def debug():
    S.start(on_stop, 0)
    S.watch(("/own/",), False, False)
    S.points("<stdin>", ${points})
    main()
    S.end()
debug()
`;

/** How many lines stand before the body. */
const before = 5;

describe("slots", () => {
  const frame = `
def main():
    a = 1
    b = 2
    del b
    c = 3
    d = [a]
    e = lambda: (c, f)
    return d
    f = 4
`;

  it("are told apart: values, cells, what is unbound, and cells that hold nothing", async () => {
    const lines = await run(
      debugging(
        frame,
        `[(${before + 9}, 1, 0, 0, 0)]`,
        "[S.get(state, i) if i != 3 else None for i in range(6)]",
      ),
    );
    expect(lines).toEqual(["0 [(False, 1), (False,), (False, [1]), None, (True, 3), (True,)]"]);
  });

  it("are written, into the cell where there is one", async () => {
    const lines = await run(
      debugging(
        "def main():\n    a = 1\n    b = 2\n    f = lambda: b\n    print(a, f())",
        `[(${before + 5}, 1, 0, 0, 0)]`,
        "(S.put(state, 0, 'x'), S.put(state, 2, 'y'))",
      ),
    );
    expect(lines).toEqual(["0 (None, None)", "x y"]);
  });

  it("of what is no frame, or one that has ended, or beyond its state are refused", async () => {
    const lines = await run(`
import _slotscope as S
def inner():
    return S.look(0, 0), S.look(0, 1)
def f():
    return inner()
def gen():
    a = 5
    yield a
def native():
    yield 1
waiting, over = gen(), gen()
next(waiting)
list(over)
state, size = f()
def attempt(call):
    try:
        print(call())
    except (ValueError, IndexError, TypeError) as e:
        print(type(e).__name__)
attempt(lambda: S.get(state, 0))
attempt(lambda: S.get(12345, 0))
attempt(lambda: S.get(1 << 70, 0))
attempt(lambda: S.get("frame", 0))
attempt(lambda: S.get(over, 0))
attempt(lambda: S.get(waiting, 0))
attempt(lambda: S.get(waiting, 100))
attempt(lambda: S.get(waiting, -1))
attempt(lambda: S.get(waiting, "0"))
attempt(lambda: S.put(over, 0, 1))
attempt(lambda: S.look(waiting, 7))
attempt(lambda: S.look(over, 7))
attempt(lambda: S.look(waiting, 99))
attempt(lambda: S.step(9, 0))
attempt(lambda: S.points("x.py", [(1, 2)]))
attempt(lambda: S.watch((1,), False, False))
`);
    expect(lines).toEqual([
      "ValueError",
      "ValueError",
      "ValueError",
      "ValueError",
      "ValueError",
      "(False, 5)",
      "IndexError",
      "IndexError",
      "TypeError",
      "ValueError",
      "False",
      "None",
      "ValueError",
      "ValueError",
      "ValueError",
      "TypeError",
    ]);
  });
});

describe("breakpoints", () => {
  const loops = `
n = 0
def main():
    global n
    while n < 3: n += 1
    for i in range(3): n += i
    for i in [1, 2]:
        n += i
`;

  it("stop at each iteration of a loop on one line", async () => {
    const stops = [];
    for (const line of [5, 6, 8])
      stops.push(await run(debugging(loops, `[(${before + line}, 1, 0, 0, 0)]`, "n")));
    expect(stops).toEqual([
      ["0 0", "0 1", "0 2"],
      ["0 3", "0 3", "0 4"],
      ["0 6", "0 7"],
    ]);
  });

  it.each([
    ["every second", 1, 2, 2],
    ["the third", 2, 3, 1],
    ["from the third on", 3, 3, 3],
    ["after the third", 4, 3, 2],
    ["up to the second", 5, 2, 2],
    ["before the second", 6, 2, 1],
  ])("count %s of their hits", async (_, rule, limit, stops) => {
    const body = "def main():\n    for i in range(5):\n        x = i\n";
    const lines = await run(debugging(body, `[(${before + 3}, 1, ${rule}, ${limit}, 0)]`));
    expect(lines).toHaveLength(stops);
  });

  it("are counted with the heap locked", async () => {
    const body = `
import micropython
def hot():
    for i in range(10):
        x = i
def main():
    micropython.heap_lock()
    try:
        hot()
    finally:
        micropython.heap_unlock()
    print(S.points("<stdin>", ()))
`;
    expect(await run(debugging(body, `[(${before + 5}, 1, 4, 1000, 0)]`))).toEqual(["[(1, 10)]"]);
  });

  it("leave other threads alone", async () => {
    const body = `
import _thread, time
def work():
    x = 1
    done.append(x)
done = []
def main():
    _thread.start_new_thread(work, ())
    while not done:
        time.sleep_ms(1)
    work()
    print(done)
`;
    expect(await run(debugging(body, `[(${before + 5}, 1, 0, 0, 0)]`))).toEqual(["0 10", "[1, 1]"]);
  });
});

describe("sys.settrace", () => {
  it("goes on after a trace function that raised, in the frame that it was called for", async () => {
    expect(
      await run(`
import sys
log = []
def trace(frame, event, arg):
    name = frame.f_code.co_name
    if name[0] != "f":
        return None
    log.append(name + " " + event)
    if name == "f_bad" and event == "call":
        raise ValueError("from call")
    if name == "f_line" and event == "line":
        raise KeyError("from line")
    return trace
def f_bad(): pass
def f_line():
    return 1
def f_good():
    return 1
here = 7
for f in (f_bad, f_line, f_good):
    sys.settrace(trace)
    try:
        f()
    except Exception as e:
        print(type(e).__name__, here)
    sys.settrace(None)
print(log)
`),
    ).toEqual([
      "ValueError 7",
      "KeyError 7",
      "['f_bad call', 'f_line call', 'f_line line', 'f_line exception', 'f_good call', 'f_good line', 'f_good return']",
    ]);
  });
});
