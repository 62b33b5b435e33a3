import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ConnectHub } from "../../src/composition/board-target.js";
import type { Debugger } from "../../src/debugger/types.js";
import { makeFolder } from "../support/programs.js";
import { UnixBoards } from "../support/unix-boards.js";
import { localsOf, Witness } from "../support/witness.js";

const program = "def work(n):\n    return n * 2  # line 2\nprint(work(4))\n";

/** How long something may take that is told by no event, in milliseconds. */
const patience = { timeout: 10_000, interval: 20 };

const cancelled = { name: "DebuggerError", message: "The launch was cancelled." };

/** What a promise rejects with. */
async function failure(promise: Promise<void>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("a board by the hub", () => {
  let boards: UnixBoards;
  let debug: Debugger;

  beforeEach(async () => {
    boards = new UnixBoards();
    await boards.start();
    debug = boards.debug();
  });
  afterEach(async () => {
    await debug.close();
    await boards.close();
  });

  const leftOpen = () => vi.waitFor(async () => expect(await boards.leftOpen()).toEqual([]), patience);

  it("is free again at once when a launch is cancelled while files are copied", async () => {
    const { file, write } = makeFolder({ "main.py": program });
    write("data.bin", "0123456789".repeat(100_000));
    let copied = 0;
    const port = boards.add((board) => ({
      ...board,
      // A slow line.
      async write(bytes) {
        copied += bytes.length;
        await new Promise((resolve) => setTimeout(resolve, copied > 50_000 ? 20 : 0));
        await board.write(bytes);
      },
    }));
    const launch = debug.launch({ program: file("main.py").path, port });
    const refused = failure(launch);
    await vi.waitFor(() => expect(copied).toBeGreaterThan(50_000), patience);
    await debug.terminate();
    expect(await refused).toMatchObject(cancelled);
    await leftOpen();
    write("data.bin", "little");
    await debug.launch({ program: file("main.py").path, port });
    await debug.run();
    expect(await new Witness(debug).next("ended")).toMatchObject({ end: { how: "returned" } });
  });

  it.each(["terminate", "restart", "close"] as const)(
    "that says nothing more is free again when its launch is ended by %s",
    async (how) => {
      const { file } = makeFolder({ "main.py": program });
      let isSilent = true;
      let asked = 0;
      const port = boards.add((board) => ({
        ...board,
        onData: (listener) =>
          board.onData((bytes) => {
            if (!isSilent) listener(bytes);
          }),
        write(bytes) {
          asked++;
          return board.write(bytes);
        },
      }));
      const options = { program: file("main.py").path, port };
      const refused = failure(debug.launch(options));
      await vi.waitFor(() => expect(asked).toBeGreaterThan(0), patience);
      isSilent = how !== "restart";
      await debug[how]();
      expect(await refused).toMatchObject(cancelled);
      await debug.terminate();
      await leftOpen();
    },
  );

  it("is not held by a connection to the hub that comes when the launch was cancelled", async () => {
    const waiting: (() => void)[] = [];
    const connect: ConnectHub = async () => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return await boards.connect();
    };
    const late = boards.debug({}, connect);
    const { file } = makeFolder({ "main.py": program });
    const port = boards.add((board) => board);
    const refused = failure(late.launch({ program: file("main.py").path, port }));
    await vi.waitFor(() => expect(waiting).toHaveLength(1), patience);
    await late.close();
    expect(await refused).toMatchObject(cancelled);
    for (const connected of waiting) connected();
    await leftOpen();
  });

  it("whose hub ends while the program stands ends the session, and the next hub goes on", async () => {
    const { file } = makeFolder({ "main.py": program });
    const { path } = file("main.py");
    const witness = new Witness(debug);
    const port = boards.add((board) => board);
    await debug.setBreakpoints(path, [{ line: 2 }]);
    await debug.launch({ program: path, port });
    await debug.run();
    await witness.nextStop();
    await boards.stop();
    expect(await witness.next("ended")).toMatchObject({ end: { how: "lost" } });
    expect(witness.all("notice").at(-1)).toMatchObject({ important: true });
    await boards.start();
    await debug.restart();
    const stop = await witness.nextStop();
    expect(stop.frames[0] && localsOf(stop.frames[0])).toEqual({ n: "4" });
  });

  it("whose program's end is lost on the way ends the session, which says so", async () => {
    const { file } = makeFolder({ "main.py": "print('one')\n" });
    const witness = new Witness(debug);
    const port = boards.add((board) => ({
      ...board,
      onData: (listener) =>
        board.onData((bytes) => {
          const text = new TextDecoder("latin1").decode(bytes);
          const at = text.indexOf('"ended"');
          listener(at < 0 ? bytes : bytes.map((byte, index) => (index === at ? byte ^ 1 : byte)));
        }),
    }));
    await debug.launch({ program: file("main.py").path, port });
    await debug.run();
    expect(await witness.next("ended")).toMatchObject({ end: { how: "lost" } });
    expect(witness.all("notice").at(-1)?.text).toContain("lost on the way");
  });

  it("that can't run what a launch needs is told, with what to do", async () => {
    const { file } = makeFolder({ "main.py": program });
    const port = boards.add((board) => ({
      ...board,
      write: (bytes) =>
        board.write(
          Buffer.from(
            Buffer.from(bytes).toString("latin1").replace("sys.implementation", "sys.implemented"),
            "latin1",
          ),
        ),
    }));
    await expect(debug.launch({ program: file("main.py").path, port })).rejects.toMatchObject({
      name: "DebuggerError",
      kind: "protocol",
      message: expect.stringMatching(/AttributeError.*\. Reset it and launch again; .*cable\.$/),
    });
    await leftOpen();
  });
});
