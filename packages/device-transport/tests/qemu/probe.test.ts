import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawReplRunner } from "../../dist/files/index.js";
import { RawRepl, type Transport } from "../../dist/index.js";
import { type FirmwareFacts, probeFirmware } from "../../dist/probe/index.js";
import { createSerialTransport } from "../../dist/serial/index.js";
import { startBoard } from "../support/qemu-board.js";

/** Leaves about 20 kB of the heap free, as a board may have whose program has been interrupted. */
const fillHeap = `
import gc
gc.collect()
ballast = [bytearray(1000) for _ in range((gc.mem_free() - 20000) // 1010)]
gc.collect()
print(gc.mem_free())
`;

describe("the probe of a board with 20 kB of free memory", () => {
  let transport: Transport;
  let unplug: () => Promise<void>;
  let free: number;
  let facts: FirmwareFacts;

  beforeAll(async () => {
    const board = await startBoard();
    unplug = board.unplug;
    transport = createSerialTransport({ path: board.path });
    await transport.open();
    const repl = new RawRepl(transport);
    await repl.enter();
    free = Number(await repl.evaluate(fillHeap));
    facts = await probeFirmware(rawReplRunner(repl));
  });

  afterAll(async () => {
    await transport.close();
    await unplug();
  });

  it("has all facts", () => {
    expect(free).toBeLessThan(20_000);
    expect(facts).toMatchObject({
      port: "qemu",
      board: "MPS2_AN385",
      wordBits: 32,
      compiler: {
        floatBits: 32,
        smallIntBits: 31,
        features: { doubleTupleAssign: true, tripleTupleAssign: true, inlineAssemblers: ["thumb"] },
      },
    });
    expect(Object.keys(facts.compiler.moduleConstants["uctypes"] ?? {})).toContain("UINT32");
    expect(facts.modules).toEqual(expect.arrayContaining(["asyncio", "machine", "uctypes"]));
    expect(facts.compiler.internedStrings).toContain("KeyboardInterrupt");
  });
});
