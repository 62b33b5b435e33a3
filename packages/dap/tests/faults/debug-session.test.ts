import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Transport } from "@slotscope/device-transport";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createFaultyTransport } from "../../../device-transport/tests/support/faulty-transport.js";
import type { Debugger, StopSnapshot } from "../../src/debugger/types.js";
import { UnixBoards } from "../support/unix-boards.js";
import { localsOf, textOf, variable, Witness } from "../support/witness.js";

const runs = Math.ceil(Number(process.env["SLOTSCOPE_FAULT_RUNS"] ?? 1002) / 3);
const firstSeed = Number(process.env["SLOTSCOPE_FAULT_SEED"] ?? 0);
/** Sessions of one test, and how many of them go on at once: they mostly wait. */
const runsPerTest = 167;
const atOnce = 24;
/** How long a user waits for a stop before pressing "pause", in milliseconds. */
const stopMs = 4000;
/** A session that takes longer hangs, in milliseconds. */
const patienceMs = 40_000;

const program = `import helper

class Box:
    def __init__(self, size):
        self.size = size

def work(n, box):
    doubled = helper.double(n)
    items = [n, doubled, {"key": n}]
    total = doubled + box.size
    return total

for i in range(4):
    result = work(i, Box(10))
    print("result", result)
print("done")
`;
const helper = "def double(n):\n    return n * 2\n";
const lastLine = 11;
const output = "result 10\nresult 12\nresult 14\nresult 16\ndone\n";

const project = mkdtempSync(join(tmpdir(), "slotscope-faults-"));
const files = { "main.py": program, "helper.py": helper };
for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
const main = join(project, "main.py");

const boards = new UnixBoards();

/** Limits that are shorter than a user's: faults are many here. */
const limits = { takeMs: 2000, silenceMs: 1000 };

/** Bytes that went over a wire, in both directions. */
class Tap {
  toTarget = 0;
  fromTarget = "";

  on(inner: Transport): Transport {
    inner.onData((bytes) => {
      this.fromTarget += new TextDecoder("latin1").decode(bytes);
    });
    return {
      ...inner,
      write: (bytes) => {
        this.toTarget += bytes.length;
        return inner.write(bytes);
      },
    };
  }
}

/** A value that is not what the program has: the worst that can happen. */
class WrongValue extends Error {
  override readonly name = "WrongValue";
}

function same(what: string, found: unknown, expected: unknown): void {
  try {
    expect(found).toEqual(expected);
  } catch {
    throw new WrongValue(`${what}: ${JSON.stringify(found)} in place of ${JSON.stringify(expected)}`);
  }
}

/** What a session came to: its output, or that its board was lost. */
type End =
  | { readonly how: "done"; readonly output: string }
  | { readonly how: "lost"; readonly notice: string };

/** The board was lost in the middle. */
class Lost extends Error {}

/** One session, as a user would have it. `begun` is called when the program is about to run. */
async function debugOnce(debug: Debugger, port: string, begun = () => {}): Promise<End> {
  const witness = new Witness(debug);
  let waitsSince = 0;
  const nextStop = async (): Promise<StopSnapshot> => {
    const seen = waitsSince++;
    const found = () => witness.all("stopped")[seen]?.snapshot ?? witness.all("ended")[0]?.end;
    const timer = setTimeout(() => void debug.pause().catch(() => undefined), stopMs);
    const what = await witness.until(found, "a stop").finally(() => clearTimeout(timer));
    if ("how" in what) {
      if (what.how === "lost") throw new Lost();
      throw new WrongValue(`the program ended in place of stopping: ${JSON.stringify(what)}`);
    }
    return what;
  };
  try {
    const placed = await debug.setBreakpoints(main, [{ line: lastLine, condition: "n == 2" }]);
    same(
      "where the breakpoint stands",
      placed.map(({ line, verified }) => [line, verified]),
      [[lastLine, true]],
    );
    await debug.launch({ program: main, port });
    begun();
    await debug.run();
    const stop = await nextStop();
    same("why it stops", stop.reason, "breakpoint");
    same(
      "the stack",
      stop.frames.map(({ name, line }) => [name, line]),
      [
        ["work", lastLine],
        ["<module>", 14],
      ],
    );
    const frame = await debug.frame(0);
    same("locals", localsOf(frame), {
      n: "2",
      box: expect.stringMatching(/^<Box object at [0-9a-f]+>$/),
      doubled: "4",
      items: "[2, 4, {'key': 2}]",
      total: "14",
    });
    const { value } = await debug.evaluate("doubled * 100 + box.size", 0, "inspect");
    same("an evaluation", value && textOf(value), "410");
    const { children } = variable(frame.locals, "items");
    if (children === undefined) throw new WrongValue("a list without items");
    const { items } = await debug.expand(children, { start: 0, count: 10 });
    same(
      "items",
      items.map((item) => [item.name, textOf(item)]),
      [
        ["0", "2"],
        ["1", "4"],
        ["2", "{'key': 2}"],
      ],
    );
    const fields = variable(frame.locals, "box").children;
    const inside = fields && (await debug.expand(fields, { start: 0, count: 10 }));
    same(
      "attributes",
      inside?.items.map((item) => [item.name, textOf(item)]),
      [
        ["__class__", "<class 'Box'>"],
        ["size", "10"],
      ],
    );
    await debug.step("next");
    const after = await nextStop();
    same(
      "where the step ends",
      [after.reason, after.frames[0]?.name, after.frames[0]?.line],
      ["step", "<module>", 15],
    );
    const globals = (await debug.globals(0, { start: 0, count: 20 })).items;
    same("globals", [textOf(variable(globals, "i")), textOf(variable(globals, "result"))], ["2", "14"]);
    await debug.setBreakpoints(main, []);
    await debug.continue();
    const timer = setTimeout(() => void debug.pause().catch(() => undefined), stopMs);
    const { end } = await witness.next("ended").finally(() => clearTimeout(timer));
    if (end.how === "lost") throw new Lost();
    same("how it ends", end, { how: "returned", status: 0 });
    return { how: "done", output: witness.output };
  } catch (error) {
    // A request that was under way fails, too, when the board is lost.
    const isLost =
      error instanceof Lost || (!(error instanceof WrongValue) && (await endsLost(debug, witness)));
    if (!isLost) throw error;
    const notices = witness.all("notice").filter(({ important }) => important);
    same("errors told", notices.length, 1);
    return { how: "lost", notice: notices[0]?.text ?? "" };
  }
}

/** Whether a session whose request failed is over because its board is gone. */
async function endsLost(debug: Debugger, witness: Witness): Promise<boolean> {
  if (debug.phase === "idle" || debug.phase === "starting") return false;
  const ended = await witness.until(() => witness.all("ended")[0], "the end");
  return ended.end.how === "lost";
}

/** A message that says what happened and what to do. */
function isClear(text: string): boolean {
  return /^\S[^]*[.;] \S[^]*\.$/.test(text) && !text.includes("bug in Slotscope");
}

type EndKind = End["how"] | "refused";

/** What is wrong with a session over a bad wire, and with one over a good wire after it; undefined if nothing. */
async function suffer(seed: number, reach: Reach, ends: EndKind[]): Promise<string | undefined> {
  const board = new Tap();
  const host = new Tap();
  const faults = seed % 2 === 0 ? reach.all : reach.session;
  const port = boards.add((inner) => host.on(createFaultyTransport(board.on(inner), seed, faults)));
  const debug = boards.debug(limits);
  try {
    const found = await orLate(judge(debug, port, board, host, ends));
    if (found !== undefined) return found === "late" ? `hangs in phase ${debug.phase}` : found;
    await orLate(debug.terminate());
    const torn = Object.entries(files).filter(([name, text]) => {
      const path = join(port, name);
      return existsSync(path) && readFileSync(path, "utf8") !== text;
    });
    if (torn.length > 0) return `neither old nor new: ${torn.map(([name]) => name).join(", ")}`;
    const again = await orLate(
      debugOnce(
        debug,
        boards.add((inner) => inner),
      ),
    );
    return again !== "late" && again.how === "done" && again.output.replaceAll("\r", "") === output
      ? undefined
      : `the session after it: ${JSON.stringify(again)}`;
  } catch (error) {
    return `the session after it: ${String(error)}`;
  } finally {
    expect(await orLate(debug.close()), `closing after seed ${seed}`).not.toBe("late");
  }
}

/** Debugs once, and says what is wrong with how that ended. */
async function judge(
  debug: Debugger,
  port: string,
  board: Tap,
  host: Tap,
  ends: EndKind[],
): Promise<string | undefined> {
  try {
    const end = await debugOnce(debug, port);
    ends.push(end.how);
    if (end.how === "lost") return isClear(end.notice) ? undefined : `no clear error: ${end.notice}`;
    // The program's own output has no check: it is as good as the wire.
    const isWhole = board.fromTarget === host.fromTarget;
    return isWhole && end.output.replaceAll("\r", "") !== output ? `wrong output: ${end.output}` : undefined;
  } catch (error) {
    ends.push("refused");
    const { name, message } = error as Error;
    return name === "DebuggerError" && isClear(message) ? undefined : `${name}: ${message}`;
  }
}

/** What a promise comes to; `late` if that takes too long. */
async function orLate<T>(work: Promise<T>): Promise<T | "late"> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), patienceMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A session over a good wire, and the bytes that went until the program ran and in all. */
async function debugInPeace(): Promise<{ readonly begun: [number, number]; readonly all: [number, number] }> {
  const tap = new Tap();
  const bytes = (): [number, number] => [tap.toTarget, tap.fromTarget.length];
  const port = boards.add((inner) => tap.on(inner));
  const debug = boards.debug();
  let begun: [number, number] = [0, 0];
  try {
    const end = await debugOnce(debug, port, () => {
      begun = bytes();
    });
    expect(end.how === "done" && end.output.replaceAll("\r", "")).toBe(output);
    return { begun, all: bytes() };
  } finally {
    await debug.close();
  }
}

type Faults = NonNullable<Parameters<typeof createFaultyTransport>[2]>;

/** Where faults lie: anywhere, or while the program runs, which takes far fewer bytes than what comes before. */
interface Reach {
  readonly all: Faults;
  readonly session: Faults;
}

const seeds = Array.from({ length: runs }, (_, index) => firstSeed + index);
const batches = Array.from({ length: Math.ceil(runs / runsPerTest) }, (_, index) => {
  const batch = seeds.slice(index * runsPerTest, (index + 1) * runsPerTest);
  return { name: `${batch[0]} to ${batch.at(-1)}`, batch };
});

describe("over a wire that drops, repeats, delays, reorders, changes and cuts, a debug session", () => {
  let reach: Reach;
  const ends: EndKind[] = [];

  beforeAll(async () => {
    await boards.start();
    const { begun, all } = await debugInPeace();
    reach = {
      all: { reach: all },
      session: { from: begun, reach: [all[0] - begun[0], all[1] - begun[1]] },
    };
  });
  afterAll(async () => {
    await boards.close();
    rmSync(project, { recursive: true, force: true });
  });

  it.each(batches)(
    "shows what is true or ends in one clear error, and leaves nothing open (seeds $name)",
    async ({ batch }) => {
      const waiting = [...batch];
      const wrong: string[] = [];
      const work = async (): Promise<void> => {
        for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
          const problem = await suffer(seed, reach, ends);
          if (problem !== undefined) wrong.push(`seed ${seed}: ${problem}`);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, work));
      expect(wrong).toEqual([]);
      await vi.waitFor(async () => expect(await boards.leftOpen()).toEqual([]), {
        timeout: 5000,
        interval: 100,
      });
    },
    300_000,
  );

  it.runIf(runs >= runsPerTest)("came to each of its ends", () => {
    expect(new Set(ends)).toEqual(new Set(["done", "lost", "refused"]));
  });
});
