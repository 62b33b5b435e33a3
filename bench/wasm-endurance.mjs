import { RawRepl } from "@slotscope/device-transport";
import { createWasmTransport } from "@slotscope/wasm-runtime";
import { buildFirmware } from "../packages/firmware/targets/build-firmware.mjs";
import { wasm } from "../packages/firmware/targets/build-wasm.mjs";
import { table } from "./statistics.mjs";

export const name = "wasm-endurance";
export const what =
  "our WebAssembly build: memory of a program that allocates without end, and processor time of one that waits";

/** How long the program that allocates runs, and how long each wait lasts, in seconds. */
const runSeconds = 30;
const waitSeconds = 3;

/** Prints, at each tenth of its time, how many megabytes it has allocated and how many are in use. */
const churn = `
import gc, time
def work(n):
    return [{'a': [i, i * 0.5]}, bytearray(1000), 'text %d' % i, lambda: n] if (i := n % 7) else []
start = time.ticks_ms()
rounds = allocated = peak = 0
for tenth in range(1, 11):
    while time.ticks_diff(time.ticks_ms(), start) < tenth * ${runSeconds * 100}:
        kept = [work(n) for n in range(200)]
        rounds += 1
        peak = max(peak, gc.mem_alloc())
    print(rounds * 200 * 6 // 7 * 1250 // 1000000, peak)
    peak = 0
`;

const waits = {
  "time.sleep": `import time\ntime.sleep(${waitSeconds})`,
  "select.poll": `import select, sys\np = select.poll()\np.register(sys.stdin, select.POLLIN)\np.poll(${waitSeconds * 1000})`,
  "asyncio.sleep": `import asyncio\nasync def main(): await asyncio.sleep(${waitSeconds})\nasyncio.run(main())`,
  "for comparison, a loop": `import time\nt = time.ticks_ms()\nwhile time.ticks_diff(time.ticks_ms(), t) < ${waitSeconds * 1000}: pass`,
};

async function runIn(build, work) {
  const transport = createWasmTransport({ build });
  await transport.open();
  try {
    const repl = new RawRepl(transport);
    await repl.enter();
    return await work(repl);
  } finally {
    await transport.close();
  }
}

export async function run() {
  const { folder } = await buildFirmware(wasm);
  const lines = await runIn(folder, (repl) => repl.evaluate(churn));
  const memory = lines
    .trim()
    .split("\n")
    .map((line, index) => {
      const [allocated, peak] = line.split(" ").map(Number);
      return [((index + 1) * runSeconds) / 10, allocated, (peak / 2 ** 20).toFixed(2)];
    });
  const rows = [];
  for (const [title, code] of Object.entries(waits)) {
    rows.push(
      await runIn(folder, async (repl) => {
        await repl.evaluate("pass");
        const before = process.cpuUsage();
        await repl.evaluate(code);
        const { user, system } = process.cpuUsage(before);
        return [title, `${((user + system) / 1e4 / waitSeconds).toFixed(1)} %`];
      }),
    );
  }
  return [
    table([["seconds", "MB allocated so far", "most MiB in use since the line before"], ...memory]),
    "",
    table([["waiting by", "of a processor"], ...rows]),
  ].join("\n");
}
