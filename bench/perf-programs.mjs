import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fetchSource } from "../scripts/micropython-source.mjs";

/**
 * MicroPython's own benchmark programs (tests/perf_bench), all but those of native code, and the line that begins the
 * function or method in which each spends most of its time.
 */
const hotFunctions = {
  bm_chaos: "    def __call__(self, u):",
  bm_fannkuch: "def fannkuch(n):",
  bm_fft: "def transform_radix2(vector, inverse):",
  bm_float: "    def maximize(self, other):",
  bm_hexiom: "def constraint_pass(pos, last_move=None):",
  bm_nqueens: "def permutations(iterable, r=None):",
  bm_pidigits: "def gen_pi_digits(n):",
  bm_wordcount: "def test(niter):",
  core_import_mpy_multi: "def test(r):",
  core_import_mpy_single: "def test():",
  core_locals: "def test(niter):",
  core_qstr: "def test(r):",
  core_str: "def test(niter):",
  core_yield_from: "def recursive_yield_from(depth, iter_):",
  misc_aes: "def aes_sb_sr_mc_ark(state, w, w_idx, temp):",
  misc_mandel: "    def in_set(c):",
  misc_pystone: "def Proc0(loops):",
  misc_raytrace: "    def intersect(self, ray):",
};

export const programNames = Object.keys(hotFunctions);

/** Debugs what is called from here on, with one breakpoint, at which nothing ever stops. */
const debug = (line) => [
  "import _slotscope",
  `_slotscope.points(__file__ if '__file__' in globals() else '<stdin>', [(${line}, 1, 0, 0, 0)])`,
  "_slotscope.start(lambda *args: bm_stopped(), 0)",
];

/**
 * A program made ready to be measured: MicroPython's text, a function that nobody calls, and `bm_measure(run)`, which
 * sets the program up for a target of `mhz` and `kilobytes` as perf_bench means them, runs it, or leaves that out where
 * `run` is false, and prints `ticks`, the program's own measure of its work, and its result.
 *
 * `begin` is what comes first: `none`; `elsewhere`, a breakpoint in the function that nobody calls; `hot`, one in the
 * hot function, on a line that is never reached; `callback`, a trace function in Python that wants every event.
 * `reachable` puts that line into the hot function, which a program that is compared with `hot` needs as well.
 */
export async function preparePerfProgram(name, { begin, reachable, mhz, kilobytes }) {
  const lines = readFileSync(join(await fetchSource(), "tests", "perf_bench", `${name}.py`), "utf8").split(
    "\n",
  );
  const head = lines.indexOf(hotFunctions[name]);
  if (head < 0) throw new Error(`${name} has no line ${hotFunctions[name]}`);
  if (reachable) {
    const indent = `${/^ */.exec(lines[head])[0]}    `;
    lines.splice(head + 1, 0, `${indent}if not bm_params:`, `${indent}    raise SystemExit`);
  }
  lines.push("def bm_elsewhere():", "    bm_params", "");
  const begins = {
    none: [],
    elsewhere: debug(lines.length - 1),
    hot: debug(head + 3),
    callback: ["import sys", "def trace(frame, event, arg):", "    return trace", "sys.settrace(trace)"],
  };
  const ends = {
    none: [],
    elsewhere: ["_slotscope.end()"],
    hot: ["_slotscope.end()"],
    callback: ["sys.settrace(None)"],
  };
  lines.push(
    "def bm_stopped():",
    "    raise RuntimeError('stopped at a breakpoint that is never reached')",
    "def bm_measure(runs):",
    "    import gc, time",
    `    fits = [nm for nm in bm_params if 10 * nm[0] <= 12 * ${mhz} and nm[1] <= ${kilobytes}]`,
    "    run, result = bm_setup(bm_params[max(fits)])",
    "    gc.collect()",
    ...begins[begin].map((line) => `    ${line}`),
    "    ticks = time.ticks_us()",
    "    if runs:",
    "        run()",
    "    ticks = time.ticks_diff(time.ticks_us(), ticks)",
    ...ends[begin].map((line) => `    ${line}`),
    "    if runs:",
    "        norm, value = result()",
    "        print('measured', ticks, norm, value)",
  );
  return `${lines.join("\n")}\n`;
}

/** What `bm_measure` printed, as `{ ticks, norm, value }`: microseconds, the program's measure of its work, its result. */
export function readMeasurement(output, what) {
  const [, ticks, norm, value] = /^measured (\d+) (\d+) (.*)/m.exec(output) ?? [];
  if (ticks === undefined) throw new Error(`${what} did not get to its end:\n${output.slice(-1000)}`);
  return { ticks: Number(ticks), norm: Number(norm), value };
}
