import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RawRepl } from "@slotscope/device-transport";
import { startQemu } from "../packages/firmware/targets/run-qemu.mjs";
import { preparePerfProgram, readMeasurement } from "./perf-programs.mjs";

/** A whole instruction takes a nanosecond of the emulated board's time, on any machine, however busy. */
const countInstructions = ["-icount", "shift=0"];

function transportTo(child) {
  return {
    name: "qemu",
    traits: { interruptsRunningCode: true, sharesFiles: false },
    open: async () => undefined,
    write: async (bytes) => void child.stdin.write(bytes),
    close: async () => void child.kill("SIGKILL"),
    onData(listener) {
      child.stdout.on("data", listener);
      return () => child.stdout.off("data", listener);
    },
    onLost: () => () => undefined,
  };
}

/**
 * Runs a perf_bench program on a firmware for the emulated Cortex-M3. Resolves to `{ instructions, norm, value }`: the
 * instructions of its run, how much work the program says that was, and its result.
 */
async function countOnQemu(firmware, name, options) {
  const text = await preparePerfProgram(name, { ...options, mhz: 100, kilobytes: 100 });
  const child = startQemu(firmware, countInstructions);
  try {
    const repl = new RawRepl(transportTo(child), { answerMs: 60_000 });
    await repl.enter();
    const { output, error } = await repl.exec(`${text}bm_measure(True)\n`);
    const { ticks, norm, value } = readMeasurement(new TextDecoder().decode(output) + error, name);
    return { instructions: ticks * 1000, norm, value };
  } finally {
    child.kill("SIGKILL");
  }
}

async function countProcess(program, words) {
  const counter = ["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"];
  const child = spawn("valgrind", [...counter, program, ...words], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let log = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    log += text;
  });
  const [status] = await once(child, "close");
  const [, count] = /I +refs: +([\d,]+)/.exec(log) ?? [];
  if (status !== 0 || !count) throw new Error(`${words.join(" ")} failed under valgrind:\n${output}${log}`);
  return { output, instructions: Number(count.replaceAll(",", "")) };
}

/** The same on the unix port. What MicroPython does before and after the run is counted apart, and taken off. */
async function countOnUnix(program, name, options) {
  const text = await preparePerfProgram(name, { ...options, mhz: 100, kilobytes: 100 });
  const folder = mkdtempSync(join(tmpdir(), "perf-"));
  try {
    const count = async (runs) => {
      const file = join(folder, `${name}.py`);
      writeFileSync(file, `${text}bm_measure(${runs})\n`);
      return countProcess(program, ["-X", "heapsize=400k", file]);
    };
    const whole = await count("True");
    const frame = await count("False");
    const { norm, value } = readMeasurement(whole.output, name);
    return { instructions: whole.instructions - frame.instructions, norm, value };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How instructions are counted on each target, by its name. */
export const counters = { qemu: countOnQemu, unix: countOnUnix };
