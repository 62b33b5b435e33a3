import { agentSources } from "@slotscope/agent";
import { RawRepl, startAgent } from "@slotscope/device-transport";
import { openQemu } from "./board-targets.mjs";
import { table } from "./statistics.mjs";

export const name = "long";
export const what =
  "24 hours of one session in fast forward, on the board in QEMU: a million line events, ten thousand stops, and the board's heap";

const stops = 10_000;

/** Rounds of the loop in the function that holds the breakpoint, and line events of one call. */
const rounds = 70;
const events = 3 * rounds;

const program = `
import gc

def work(n):
    text = "round %d" % n
    for i in range(${rounds}):
        n += 1
        n -= 1
    here = [n, text]  # stop
    return here

def heap():
    gc.collect()
    return gc.mem_alloc()

n = 0
while True:
    work(n)
    n += 1
`;
const line = program.split("\n").findIndex((text) => text.endsWith("# stop")) + 1;

/** Makes that many stops in the tier, by turns at the breakpoint and after a step, and reads the board's heap `samples` times. */
export async function runLong(transport, { count, samples }) {
  const repl = new RawRepl(transport);
  await repl.enter();
  await repl.exec("raise SystemExit");
  await repl.evaluate(
    `exec(${JSON.stringify(`with open("main.py", "w") as f: f.write(${JSON.stringify(program)})`)}, {})`,
  );
  repl.release();
  const news = [];
  const waiting = [];
  const link = await startAgent(transport, agentSources, {
    news(message) {
      if (message.t === "codes") {
        const plans = message.codes.map(([key, , name]) => ({ key, slots: name === "work" ? [0, 1] : [] }));
        void link.send({ t: "plans", plans });
      } else {
        news.push(message);
        waiting.shift()?.();
      }
    },
    output() {},
    lost(error) {
      news.push({ t: "lost", error });
      waiting.shift()?.();
    },
  });
  const next = async () => {
    while (news.length === 0) await new Promise((resolve) => waiting.push(resolve));
    const message = news.shift();
    if (message.t !== "stopped") throw new Error(`the program did not stop: ${JSON.stringify(message)}`);
  };
  await link.send({ t: "breakpoints", file: "main.py", items: [{ id: 1, line }] });
  // A raised filter gives every line of the user's an event, also natively.
  await link.send({ t: "exceptions", raised: true, uncaught: true });
  await link.send({ t: "run", file: "main.py", args: [], stopOnEntry: false });
  const rows = [];
  const started = performance.now();
  for (let stop = 1; stop <= count; stop += 1) {
    await next();
    await link.request({ t: "expand", ref: ["globals", 0], start: 0, count: 5 });
    if (stop % Math.floor(count / samples) === 1 || stop === count) {
      const code = { source: "def _():\n return heap()", slots: [], names: [] };
      const [, text] = await link.request({ t: "evaluate", frame: 0, code });
      rows.push({ stop, heap: Number(text), seconds: (performance.now() - started) / 1000 });
    }
    if (stop < count) await link.send({ t: "resume", how: stop % 2 ? "next" : "continue" });
  }
  link.release();
  return { hello: link.hello, rows };
}

export async function run() {
  const lines = [["tier", "stops", "line events, about", "heap in use", "seconds"]];
  for (const tier of ["native", "peek"]) {
    const { transport, close } = await openQemu(tier);
    try {
      const { rows } = await runLong(transport, { count: stops, samples: 10 });
      for (const { stop, heap, seconds } of rows) {
        lines.push([tier, stop, Math.ceil(stop / 2) * events, heap, seconds.toFixed(0)]);
      }
    } finally {
      await close();
    }
  }
  return table(lines);
}
