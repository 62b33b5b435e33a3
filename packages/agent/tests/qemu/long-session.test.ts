import { describe, expect, it } from "vitest";
import { DebugSession } from "../support/debug-session.js";

const program = `
import gc

def work(n):
    text = "round %d" % n
    for i in range(20):
        n += 1
        n -= 1
    here = [n, text]  # @here
    return here

def heap():
    gc.collect()
    return gc.mem_alloc()

n = 0
while True:
    work(n)
    n += 1
`;

describe("a long session on a board", () => {
  it("takes no more of the heap after four hundred stops than after forty", {
    timeout: 120_000,
  }, async () => {
    const session = await DebugSession.start(program, {
      breakpoints: ["here"],
      raised: true,
      uncaught: true,
    });
    await session.stop();
    const heap = async () =>
      Number(await session.evaluate({ source: "def _():\n return heap()", slots: [], names: [] }));
    const stops = async (count: number) => {
      for (let stop = 0; stop < count; stop += 2) {
        await session.resume("next");
        await session.request({ t: "expand", ref: ["globals", 0], start: 0, count: 5 });
        await session.resume("continue");
      }
    };
    await heap();
    await stops(40);
    const early = await heap();
    await stops(360);
    expect(Math.abs((await heap()) - early)).toBeLessThan(300);
  });
});
