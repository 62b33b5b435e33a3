import { spawnSync } from "node:child_process";
import { buildFirmware } from "../packages/firmware/targets/build-firmware.mjs";
import { targets } from "../packages/firmware/targets/targets.mjs";
import { ensurePackages } from "../scripts/system-packages.mjs";
import { counters } from "./instruction-counts.mjs";
import { programNames } from "./perf-programs.mjs";
import { table } from "./statistics.mjs";
import { timeOnWasm } from "./wasm-times.mjs";

export const name = "dual-vm";
export const what = "what tracing costs with and without the second VM, by MicroPython's own benchmarks";

/** How many programs run at once: counts of instructions don't depend on what else the machine does. */
const atOnce = 2;

const plain = { variant: "plain", begin: "none" };
const plainReachable = { variant: "plain", begin: "none", reachable: true };

/** The columns of the table, each with what it is compared with. */
const columns = [
  { title: "settrace", variant: "settrace", begin: "none", base: plain },
  { title: "dual VM", variant: "slotscope", begin: "none", base: plain },
  { title: "breakpoint elsewhere", variant: "slotscope", begin: "elsewhere", base: plain },
  {
    title: "in the hot function",
    variant: "slotscope",
    begin: "hot",
    reachable: true,
    base: plainReachable,
  },
  { title: "callback, settrace", variant: "settrace", begin: "callback", base: plain },
  { title: "callback, dual VM", variant: "slotscope", begin: "callback", base: plain },
];

/** Calls `work` with each item, some at once; resolves to the results in the items' order. */
async function mapSome(items, work) {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next;
      next += 1;
      results[index] = await work(items[index]);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

function geomean(values) {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** A ratio to four digits or so; a dash where there is none. */
function format(ratio) {
  if (!Number.isFinite(ratio)) return "-";
  return ratio.toFixed(ratio < 10 ? 3 : 1);
}

/** One program on one target: its score without settrace, and the ratio of each column to that, or why there is none. */
async function measureProgram(target, programs, program) {
  const known = new Map();
  const count = (column) => {
    const key = JSON.stringify([column.variant, column.begin, column.reachable ?? false]);
    if (!known.has(key)) {
      const { begin, reachable } = column;
      known.set(key, counters[target](programs[column.variant], program, { begin, reachable }));
    }
    return known.get(key);
  };
  const first = await count(plain);
  const ratios = [];
  for (const column of columns) {
    try {
      const [base, cost] = [await count(column.base), await count(column)];
      if (base.value !== cost.value) throw new Error(`${program} gave ${cost.value}, not ${base.value}`);
      ratios.push(cost.instructions / base.instructions);
    } catch (error) {
      process.stderr.write(`${target}, ${program}, ${column.title}: ${error.message}\n`);
      ratios.push(Number.NaN);
    }
  }
  process.stderr.write(`${target}: ${program}\n`);
  // perf_bench's score: the program's own measure of its work, in a second of a billion instructions.
  return { program, score: (first.norm * 1e9) / first.instructions, ratios };
}

async function measureTarget(target) {
  const programs = {};
  for (const variant of ["plain", "settrace", "slotscope"])
    programs[variant] = (await buildFirmware(targets[target], { variant })).program;
  const rows = await mapSome(programNames, (program) => measureProgram(target, programs, program));
  const sums = [
    ["geomean", geomean],
    ["worst", (values) => Math.max(...values)],
  ].map(([label, sum]) => [
    label,
    "",
    ...columns.map((_, column) =>
      format(sum(rows.map((row) => row.ratios[column]).filter((ratio) => !Number.isNaN(ratio)))),
    ),
  ]);
  return table([
    [target, "no settrace", ...columns.map((column) => column.title)],
    ...rows.map(({ program, score, ratios }) => [program, score.toFixed(2), ...ratios.map(format)]),
    ...sums,
  ]);
}

/** A ratio with its range, if it was measured more than once. */
function formatRange({ median, min, max }) {
  return min === max ? format(median) : `${format(median)} (${format(min)} to ${format(max)})`;
}

const wasmColumns = [
  { title: "no settrace", variant: "plain", begin: "none" },
  { title: "settrace", variant: "settrace", begin: "none", slow: true },
  { title: "dual VM", variant: "slotscope", begin: "none" },
  { title: "breakpoint elsewhere", variant: "slotscope", begin: "elsewhere" },
];

/** Times, since nothing counts instructions there: the builds take turns, and the range shows how busy the machine is. */
async function measureWasm() {
  const columnsBuilt = [];
  for (const column of wasmColumns) {
    const { program } = await buildFirmware(targets.wasm, { variant: column.variant });
    columnsBuilt.push({ ...column, build: program });
  }
  const rows = [];
  // These can be set up but once in an interpreter.
  for (const program of programNames.filter((each) => !each.startsWith("core_import_"))) {
    const { milliseconds, ratios } = await timeOnWasm(program, columnsBuilt);
    process.stderr.write(`wasm: ${program}\n`);
    rows.push({ program, milliseconds, ratios });
  }
  return table([
    ["wasm", "no settrace, ms", ...wasmColumns.slice(1).map((column) => column.title)],
    ...rows.map(({ program, milliseconds, ratios }) => [
      program,
      milliseconds.toFixed(0),
      ...ratios.map(formatRange),
    ]),
    [
      "geomean",
      "",
      ...wasmColumns
        .slice(1)
        .map((_, column) => format(geomean(rows.map((row) => row.ratios[column].median)))),
    ],
  ]);
}

/**
 * What each part adds to a Cortex-M3 firmware: bytes of code and constants, and of memory beside the heap. Without
 * frozen modules, each function of which settrace makes larger.
 */
async function measureSizes() {
  const parts = [
    { part: "no settrace", variant: "plain", set: {} },
    { part: "settrace", variant: "settrace", set: {} },
    {
      part: "dual VM",
      variant: "slotscope",
      set: { SLOTSCOPE_LIVE_SWITCH: "0", SLOTSCOPE_DEBUG: "0" },
    },
    { part: "live switching", variant: "slotscope", set: { SLOTSCOPE_DEBUG: "0" } },
    { part: "debugger", variant: "slotscope", set: {} },
  ];
  const rows = [];
  let before = { text: 0, memory: 0 };
  for (const { part, variant, set } of parts) {
    const { program } = await buildFirmware(targets.qemu, { variant, set: { ...set, FROZEN_MANIFEST: "" } });
    const { stdout } = spawnSync("arm-none-eabi-size", [program], { encoding: "utf8" });
    const [text, data, bss] = stdout.split("\n")[1].trim().split(/\s+/).map(Number);
    const memory = data + bss;
    rows.push([part, text, `${text - before.text}`, memory, `${memory - before.memory}`]);
    before = { text, memory };
  }
  rows[0][2] = "";
  rows[0][4] = "";
  return table([["Cortex-M3, bytes", "text", "adds", "RAM", "adds"], ...rows]);
}

export async function run() {
  ensurePackages([
    { command: "qemu-system-arm", packages: ["qemu-system-arm"] },
    { command: "valgrind", packages: ["valgrind", "libc6-dbg"] },
  ]);
  const legend = [
    "Instructions, as a ratio to a build without settrace; the first column is that build's score (higher is faster).",
    "`settrace` and `dual VM` run without a callback. A breakpoint is never reached: it is in a function that nobody",
    "calls, or in the hot function. A callback is a Python function that takes every event.",
  ];
  const parts = [legend.join("\n")];
  for (const target of ["qemu", "unix"]) parts.push(await measureTarget(target));
  parts.push(
    `Time in WebAssembly with garbage collected while Python code runs, as a ratio to the same: median of some rounds, and
their range; of settrace one round.`,
    await measureWasm().catch((error) => `Not measured: ${error.message}`),
  );
  parts.push(await measureSizes());
  return parts.join("\n\n");
}
