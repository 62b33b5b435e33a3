import { RawRepl } from "@slotscope/device-transport";
import { describe, expect, it } from "vitest";
import { DebugSession } from "../support/debug-session.js";
import { targetName, tier } from "../support/targets.js";

const program = `
import sys, builtins
builtins.kept = sys.modules["_slotscope_agent"]

class Point:
    def __init__(self, x):
        self.x = x

def work(n, items):
    point = Point(n)
    text = "step %d" % n  # @a
    items[n % 4] = text
    return point  # @b

items = [0, {"a": (1, 2)}, b"bytes", None]
n = 0
while n < sys.modules["_slotscope_agent"].stops:
    work(n, items)
    n += 1
`;
const options = { breakpoints: ["a"] };

/** Makes that many stops: at a breakpoint, then a step, with values looked into. */
async function makeStops(session: DebugSession, stops: number): Promise<void> {
  await session.stop();
  await session.evaluate({
    source: `def _():\n __import__("sys").modules["_slotscope_agent"].stops = ${stops / 2}`,
    slots: [],
    names: [],
  });
  for (let i = 2; i < stops; i += 2) {
    await session.resume("next");
    await session.request({ t: "expand", ref: ["slot", 0, 1], start: 0, count: 10 });
    await session.resume("continue");
  }
  await session.finish();
}

describe("the heap", () => {
  it.runIf(targetName === "wasm")(
    "holds no more after two thousand stops than after forty",
    async () => {
      const held: number[] = [];
      for (const stops of [40, 2000]) {
        const session = await DebugSession.open(
          program.replace("\nbuiltins.kept", "\nsys.modules['_slotscope_agent'].stops = 1\nbuiltins.kept"),
          options,
        );
        await session.break("a");
        await session.send({ t: "run", file: "main.py", args: [], stopOnEntry: false });
        await makeStops(session, stops);
        // This target collects garbage only between two pieces of code of the raw REPL.
        const repl = new RawRepl(session.transport);
        await repl.enter();
        const collect =
          "import gc, sys\nfor name in ('items', 'work', 'Point'): globals().pop(name, 0)\ngc.collect()";
        await repl.evaluate(collect);
        await repl.evaluate(collect);
        held.push(Number(await repl.evaluate("print(gc.mem_alloc())")));
      }
      expect(Math.abs((held[1] ?? 0) - (held[0] ?? 0))).toBeLessThan(1000);
    },
    120_000,
  );

  // Elsewhere what a line leaves behind is collected; in npm's build it would stay until the program ends.
  it.runIf(targetName === "wasm" && tier === "peek")(
    "is not filled by the lines and stops of a program that allocates nothing",
    async () => {
      const quiet = `
def count(n):
    while n:
        n -= 1  # @a
        m = n

count(100000)
`;
      const session = await DebugSession.start(quiet, { breakpoints: ["a"] });
      await session.stop();
      const inUse = async () =>
        Number(
          await session.evaluate({
            source: "def _():\n return __import__('gc').mem_alloc()",
            slots: [],
            names: [],
          }),
        );
      for (let i = 0; i < 20; i++) await session.resume(i % 2 ? "continue" : "next");
      const before = await inUse();
      for (let i = 0; i < 600; i++) await session.resume(i % 2 ? "continue" : "next");
      // A look for input is due at every so many lines, and leaves a little.
      expect(((await inUse()) - before) / 600).toBeLessThan(8);
    },
    60_000,
  );
});
