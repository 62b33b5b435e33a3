// `npm run bench [-- NAME...]`: every benchmark, or those named. Each compares within one run: quote the ratios.
import { cpus, totalmem } from "node:os";
import * as footprint from "./agent-footprint.mjs";
import * as boardFiles from "./board-files.mjs";
import * as dualVm from "./dual-vm.mjs";
import * as longSession from "./long-session.mjs";
import * as mapperSpeed from "./mapper-speed.mjs";
import * as stepLatency from "./step-latency.mjs";
import * as tenThousandStops from "./ten-thousand-stops.mjs";
import * as untouchedRun from "./untouched-run.mjs";
import * as wasmEndurance from "./wasm-endurance.mjs";

const benches = [
  stepLatency,
  untouchedRun,
  tenThousandStops,
  footprint,
  longSession,
  mapperSpeed,
  dualVm,
  boardFiles,
  wasmEndurance,
];
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !benches.some((bench) => bench.name === name));
if (unknown.length > 0) {
  process.stderr.write(`No benchmark ${unknown.join(", ")}. There are:\n`);
  for (const { name, what } of benches) process.stderr.write(`  ${name.padEnd(12)} ${what}\n`);
  process.exit(2);
}

process.stdout.write(
  `Node ${process.version}, ${process.platform}-${process.arch}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB\n`,
);
for (const bench of benches) {
  if (wanted.length > 0 && !wanted.includes(bench.name)) continue;
  process.stdout.write(`\n${bench.name}: ${bench.what}\n`);
  try {
    process.stdout.write(`${await bench.run()}\n`);
  } catch (error) {
    process.stdout.write(`failed: ${error.message}\n`);
    process.exitCode = 1;
  }
}
