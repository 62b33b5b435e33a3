// MicroPython's own test suite, run by its own run-tests.py.
import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { fetchSource, newestVersion } from "../../../scripts/micropython-source.mjs";
import { firmwareCache, hashTexts, keepWork } from "./build-cache.mjs";
import { buildFirmware } from "./build-firmware.mjs";

/** How long run-tests.py may be silent. It limits most tests to 30 seconds by itself, but not all. */
const silenceLimit = 120_000;

/** A folder with a copy of the suite of a version, since tests write where they are. Remove it afterwards. */
async function copySuite(version) {
  const source = await fetchSource(version);
  mkdirSync(join(firmwareCache(), "test-suites"), { recursive: true });
  const tree = mkdtempSync(join(firmwareCache(), "test-suites", "tree-"));
  // Copies of runs that were killed go with it.
  keepWork(tree);
  cpSync(join(source, "tests"), join(tree, "tests"), { recursive: true });
  for (const folder of ["tools", "extmod", "lib"]) symlinkSync(join(source, folder), join(tree, folder));
  return tree;
}

/** A hash of what a failed test printed, addresses and folders aside. */
function hashOutput(tree, test) {
  const file = join(tree, "results", `${test.replaceAll("/", "_")}.out`);
  if (!existsSync(file)) return hashTexts([]);
  return hashTexts([
    readFileSync(file, "latin1")
      .replaceAll(tree, "")
      .replaceAll(/0x[0-9a-f]+/g, "0x"),
  ]);
}

/** Runs run-tests.py with these words; resolves to a map from test to `pass`, `skip`, or `fail` with a hash of its output. */
async function runTests(tree, words, environment) {
  const tests = join(tree, "tests");
  const child = spawn("python3", ["run-tests.py", "-r", join(tree, "results"), ...words], {
    cwd: tests,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONUNBUFFERED: "1", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    // A process group of its own, so that it can be ended with all that it started.
    detached: true,
  });
  let output = "";
  const end = () => {
    output += `\nended after ${silenceLimit / 1000} s without a word\n`;
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  };
  let silence = setTimeout(end, silenceLimit);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text) => {
      output += text;
      clearTimeout(silence);
      silence = setTimeout(end, silenceLimit);
    });
  }
  await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  clearTimeout(silence);
  const results = new Map();
  for (const [, result, test] of output.matchAll(/^(pass|skip|FAIL) {1,2}(\S+\.(?:py|m?js))/gm))
    results.set(test, result === "FAIL" ? `fail ${hashOutput(tree, test)}` : result);
  if (!/^\d+ tests performed/m.test(output))
    throw new Error(`run-tests.py did not get to its end:\n${output.slice(-2000)}`);
  return results;
}

/**
 * Runs the suite, or its folders `folders`, on a program that `buildFirmware` made. Resolves to a map from test to
 * `pass`, `skip`, or `fail` with a hash of its output.
 */
async function runSuite(target, program, { version = newestVersion, folders = [], tests = [] } = {}) {
  const tree = await copySuite(version);
  try {
    const { words, environment } = target.testWith(program);
    // A few go one after the other: two that end together write into each other's line.
    const few = tests.length > 0 && words.includes("-j") ? ["-j", "1"] : [];
    const chosen = [...few, ...(folders.length > 0 ? ["-d", ...folders] : []), ...tests];
    return await runTests(tree, [...words, ...chosen], environment);
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

/** The same, but what the same program gave before is not run again. */
async function recallSuite(target, program, options) {
  const key = hashTexts([JSON.stringify(target.testWith(program)), options.version, ...options.folders]);
  const file = join(firmwareCache(), "test-results", `${basename(dirname(program))}-${key}.json`);
  if (existsSync(file)) return new Map(JSON.parse(readFileSync(file, "utf8")));
  const results = await runSuite(target, program, options);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify([...results]));
  return results;
}

/** Tests whose results differ; but one that fails only without the module, mostly for want of memory, may pass. */
function differing(stock, ours) {
  return [...new Set([...stock.keys(), ...ours.keys()])].filter((test) => {
    const [before, now] = [stock.get(test), ours.get(test)];
    return before !== now && !(before?.startsWith("fail") && now === "pass");
  });
}

/**
 * Builds a target with the stock `sys.settrace` and with our module, and runs the suite on both. Where results differ
 * those tests run again, alone, up to three times: some depend on how busy the machine is. Options are those of
 * `buildFirmware`, and `folders` of the suite.
 *
 * Resolves to `{ stock, ours, differences }`: two maps as `runSuite` gives them, and, as texts, the tests that go on
 * having different results.
 */
export async function compareWithStock(target, options = {}) {
  const { version = newestVersion, folders = [] } = options;
  const build = async (variant) => (await buildFirmware(target, { ...options, variant })).program;
  const programs = { stock: await build("settrace"), ours: await build("slotscope") };
  const stock = await recallSuite(target, programs.stock, { version, folders });
  const ours = await recallSuite(target, programs.ours, { version, folders });
  for (let round = 0; round < 3; round += 1) {
    const tests = differing(stock, ours);
    if (tests.length === 0) break;
    for (const [program, results] of [
      [programs.stock, stock],
      [programs.ours, ours],
    ]) {
      for (const [test, result] of await runSuite(target, program, { version, tests }))
        results.set(test, result);
    }
  }
  const differences = differing(stock, ours).map(
    (test) =>
      `${test}: ${stock.get(test) ?? "not run"} without the module, ${ours.get(test) ?? "not run"} with it`,
  );
  return { stock, ours, differences };
}
