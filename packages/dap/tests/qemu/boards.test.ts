import { RemoteFiles } from "@slotscope/device-transport/files";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Debugger } from "../../src/debugger/types.js";
import { makeFolder } from "../support/programs.js";
import { startBoard, type TestBoard } from "../support/board.js";
import { localsOf, Witness } from "../support/witness.js";

const program = `import helper
def work(n):
    doubled = helper.double(n)
    return doubled  # line 4
for i in range(3):
    print(work(i))
print("done")
`;
const helper = "def double(n):\n    return n * 2\n";

/** How long what others are told may take, in milliseconds. */
const patience = { timeout: 10_000, interval: 20 };

describe("a board", () => {
  let board: TestBoard;
  const opened: Debugger[] = [];

  beforeEach(async () => {
    board = await startBoard();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((debug) => debug.close()));
    await board.close();
  });

  function open(on = board): { debug: Debugger; witness: Witness } {
    const debug = on.open();
    opened.push(debug);
    return { debug, witness: new Witness(debug) };
  }

  /** Debugs the program above to its first stop in `work`. */
  async function stop(on = board) {
    const made = makeFolder({ "main.py": program, "helper.py": helper, "data/numbers.txt": "1 2 3" });
    const session = open(on);
    await session.debug.launch({ program: made.file("main.py").path });
    await session.debug.setBreakpoints(made.file("main.py").path, [{ line: 4 }]);
    await session.debug.run();
    await session.witness.nextStop();
    return { ...made, ...session };
  }

  async function files<T>(use: (files: RemoteFiles) => Promise<T>): Promise<T> {
    const hub = await board.connect();
    try {
      const runner = await hub.runner(board.address, { purpose: "looking at files", wait: true });
      try {
        return await use(new RemoteFiles(runner));
      } finally {
        await runner.close();
      }
    } finally {
      await hub.close();
    }
  }

  it("gets the folder's files, and on the next run those that differ", async () => {
    const { debug, witness, write } = await stop();
    expect(witness.all("notice").map(({ text }) => text)).toEqual([
      expect.stringMatching(/^Copied 3 files \(\d+ bytes\) to /),
    ]);
    write("helper.py", helper.replace("* 2", "* 20"));
    await debug.restart();
    await witness.nextStop();
    expect(witness.all("notice").at(-1)?.text).toMatch(/^Copied 1 file \(/);
    await debug.setBreakpoints(debug.breakpoints[0]?.path ?? "", []);
    await debug.continue();
    await witness.next("ended");
    expect(witness.output).toContain("0\r\n20\r\n40\r\ndone");
  });

  it("serves others while the program stands, and the program goes on unharmed", async () => {
    const { debug, witness } = await stop();
    const names = await files(async (there) => {
      await there.write("/from-a-guest.txt", new TextEncoder().encode("hello"));
      return (await there.list("/")).map(({ path }) => path);
    });
    expect(names).toEqual(expect.arrayContaining(["data", "from-a-guest.txt", "helper.py", "main.py"]));
    expect(localsOf(await debug.frame(0))).toEqual({ n: "0", doubled: "0" });
    await debug.continue();
    await witness.nextStop();
    await debug.continue();
    await witness.nextStop();
    await debug.continue();
    expect(await witness.next("ended")).toMatchObject({ end: { how: "returned" } });
  });

  it("tells others where the program stands", async () => {
    const hub = await board.connect();
    try {
      const stops: unknown[] = [];
      hub.onStops((stop) => {
        stops.push(stop.snapshot);
      });
      const { debug } = await stop();
      await vi.waitFor(() => expect(stops).toHaveLength(1), patience);
      expect(stops).toEqual([expect.objectContaining({ stop: 1, reason: "breakpoint" })]);
      await debug.terminate();
      await vi.waitFor(() => expect(stops).toHaveLength(2), patience);
      expect(stops[1]).toBeUndefined();
    } finally {
      await hub.close();
    }
  });

  it("that is in use by another debugger is refused, with its name", async () => {
    await stop();
    await expect(stop()).rejects.toMatchObject({
      kind: "busy",
      message: expect.stringContaining("debugging main.py"),
    });
  });

  it("can be used by others as soon as a program was ended in the middle", async () => {
    const { debug, witness } = await stop();
    await debug.terminate();
    expect(await witness.next("ended")).toMatchObject({ end: { how: "terminated" } });
    const text = await files((there) => there.read("/main.py"));
    expect(new TextDecoder().decode(text)).toBe(program);
  });

  it("keeps its files and its state when a session attaches to it", async () => {
    const { debug, file, write } = await stop();
    await debug.terminate();
    write("main.py", program.replace("done", "changed"));
    const { debug: second, witness } = open();
    await second.launch({ program: file("main.py").path, sync: false, reset: false });
    await second.run();
    await witness.next("ended");
    expect(witness.output).toContain("done");
  });

  it("that is unplugged while the program stands ends the session, and the next board goes on in the same process", async () => {
    const { witness, file } = await stop();
    board.unplug();
    expect(await witness.next("ended")).toMatchObject({ end: { how: "lost" } });
    const other = await startBoard();
    try {
      const { debug: again, witness: seen } = open(other);
      await again.launch({ program: file("main.py").path });
      await again.run();
      await seen.next("ended");
      expect(seen.output).toContain("done");
    } finally {
      await other.close();
    }
  });

  it("that is reset while the program stands ends the session, and can be used again at once", async () => {
    const { debug, witness } = await stop();
    // The processor's own reset request (Armv7-M, AIRCR.SYSRESETREQ): machine.reset() would end QEMU.
    const reset = debug
      .evaluate("__import__('machine').mem32[0xE000ED0C] = 0x05FA0004", 0, "console")
      .catch(() => undefined);
    expect(await witness.next("ended")).toMatchObject({ end: { how: "lost" } });
    await reset;
    expect(witness.all("notice").at(-1)?.text).toContain("was reset");
    await debug.restart();
    expect((await witness.nextStop()).frames[0]?.name).toBe("work");
  });

  it("shows the traceback of a program that fails, and the session ends", async () => {
    const { file } = makeFolder({ "main.py": "def fail():\n    raise ValueError('no')\nfail()\n" });
    const { debug, witness } = open();
    await debug.setExceptionFilter({ raised: false, uncaught: false });
    await debug.launch({ program: file("main.py").path });
    await debug.run();
    expect(await witness.next("ended")).toMatchObject({ end: { how: "exception", status: 1 } });
    expect(witness.output).toMatch(/Traceback[\s\S]*line 2, in fail\r?\nValueError: no/);
  });
});
