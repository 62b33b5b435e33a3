import { describe, expect, it } from "vitest";
import { DebugSession } from "../support/debug-session.js";
import { tier } from "../support/targets.js";

/** Takes the heap, but for about that many bytes in pieces of 64. */
const filled = (left: number) => `
import gc

def fill():
    gc.collect()
    kept = None
    while gc.mem_free() > ${left}:
        kept = [kept, bytearray(32)]
    return kept

def f(many):
    text = "x" * 60
    more = [text] * 3
    return many  # @here

f(fill())
print("over")
`;

describe("a heap that is nearly full", () => {
  // `sys.settrace` itself takes memory at each call.
  it.each(tier === "native" ? [20_000, 8_000, 4_000] : [20_000, 8_000])(
    "of %i bytes left has room for a stop with values",
    async (left) => {
      const session = await DebugSession.start(filled(left), { breakpoints: ["here"] });
      const stop = await session.stop();
      expect(stop.place).toBe("f:here");
      expect(stop.locals["text"]).toMatch(/^'x+'?/);
      await session.finish();
      expect(session.output).toBe("over\n");
    },
  );

  it.runIf(tier === "native")("still lets the program stop, and go on", async () => {
    const session = await DebugSession.start(filled(1_500), { breakpoints: ["here"] });
    const stop = await session.stop();
    expect(stop.message.reason).toBe("breakpoint");
    expect(stop.message.depth).toBe(2);
    await session.finish();
    expect(session.output).toBe("over\n");
  });
});
