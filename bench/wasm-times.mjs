import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { preparePerfProgram, readMeasurement } from "./perf-programs.mjs";
import { summarise } from "./statistics.mjs";

const child = fileURLToPath(new URL("wasm-program.mjs", import.meta.url));

/** How often each build runs a program after it has warmed up, the builds taking turns. */
const rounds = 5;

/** How often in each round: the programs' clock has milliseconds. */
const repeats = 5;

async function startProgram(build, name, begin) {
  const process = fork(child);
  let answer;
  process.on("message", (output) => answer?.resolve(output));
  process.once("exit", () => answer?.reject(new Error(`${name} ended in WebAssembly`)));
  const ask = (message) =>
    new Promise((resolve, reject) => {
      answer = { resolve, reject };
      process.send(message);
    });
  await ask({ build, text: await preparePerfProgram(name, { begin, mhz: 1000, kilobytes: 1000 }) });
  return {
    /** Runs the program some times; resolves to the mean time in milliseconds. */
    async run(times) {
      let sum = 0;
      for (let i = 0; i < times; i += 1) sum += readMeasurement(await ask({}), name).ticks / 1000;
      return sum / times;
    },
    end: () => process.kill(),
  };
}

/**
 * Times a perf_bench program in WebAssembly. `columns` are `{ build, begin }`, of which the first is what the others are
 * compared with; one that is `slow` runs once only, cold. Resolves to `{ milliseconds, ratios }`: the median time of the
 * first, and for each of the others `{ median, min, max }` of its ratio to the first's run of the same round.
 */
export async function timeOnWasm(name, columns) {
  const programs = await Promise.all(columns.map(({ build, begin }) => startProgram(build, name, begin)));
  try {
    const times = columns.map(() => []);
    for (let round = 0; round <= rounds; round += 1) {
      for (const [index, program] of programs.entries()) {
        if (columns[index].slow && round > 0) continue;
        const time = await program.run(columns[index].slow ? 1 : repeats);
        if (round > 0 || columns[index].slow) times[index].push(time);
      }
    }
    const [first, ...others] = times;
    const { median } = summarise(first);
    return {
      milliseconds: median,
      ratios: others.map((list) =>
        summarise(list.length === 1 ? [list[0] / median] : list.map((time, round) => time / first[round])),
      ),
    };
  } finally {
    for (const program of programs) program.end();
  }
}
