// `npm test` after the bootstrap: checks, unit tests, then the slow targets, each by turbo and cached by
// its inputs. A target whose needs this machine can't meet is skipped by name and with the reason; with
// CI=true a skip is a failure. The last line is the plain total.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildTools } from "../packages/firmware/targets/build-firmware.mjs";
import { wasm } from "../packages/firmware/targets/build-wasm.mjs";
import { neededPackages } from "../packages/firmware/targets/targets.mjs";
import { fetchSource, sources } from "./micropython-source.mjs";
import { fetchStubs } from "./micropython-stubs.mjs";
import { ensurePackages } from "./system-packages.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const windows = process.platform === "win32";
const ci = process.env.CI === "true";

/**
 * The slow targets: a turbo task of their own, and `prepare`, if need be, which makes the machine ready or
 * throws the reason why it can't be.
 */
const targets = [
  {
    task: "test:fuzz",
    what: "programs changed at random, as the mapper and the real compiler have them",
    prepare: undefined,
  },
  {
    task: "test:corpus",
    what: "slots of MicroPython's own test programs against the real compiler's",
    async prepare() {
      ensurePackages([{ command: "xz", packages: ["xz-utils"] }]);
      await fetchSource();
    },
  },
  {
    task: "test:lsp",
    what: "the language server with basedpyright and the stubs of MicroPython",
    prepare: fetchStubs,
  },
  {
    task: "test:unix",
    what: "the debugger over MicroPython's unix port, with our C module and without",
    async prepare() {
      ensurePackages(neededPackages);
      await fetchSource();
    },
  },
  {
    task: "test:wasm",
    what: "the runtime, the agent and the debugger over our own WebAssembly build",
    async prepare() {
      ensurePackages([...buildTools, ...wasm.needs]);
      await fetchSource();
      await wasm.openToolchain();
    },
  },
  {
    task: "test:faults",
    what: "a thousand uploads and synchronisations over a wire that loses, repeats and changes bytes",
    async prepare() {
      ensurePackages(neededPackages);
      await fetchSource();
    },
  },
  {
    task: "test:qemu",
    what: "transports and the debugger over a Cortex-M3 board in QEMU, through its serial port",
    async prepare() {
      ensurePackages(neededPackages);
      await fetchSource();
    },
  },
  {
    task: "test:firmware",
    what: "MicroPython's own tests with and without our C module, on unix and on a Cortex-M3",
    async prepare() {
      ensurePackages(neededPackages);
      for (const { version } of sources) await fetchSource(version);
    },
  },
];

/** The checks that are not tests of a package: one command each, counted as one test each. */
const checks = [
  { name: "oxlint", args: ["exec", "oxlint", "--type-aware"] },
  { name: "types of the tests", args: ["exec", "tsc", "-p", "tsconfig.tests.json"] },
  { name: "biome format", args: ["exec", "biome", "format", "."] },
  { name: "knip", args: ["exec", "knip"] },
  { name: "publint", args: ["exec", "turbo", "run", "lint:package", "--output-logs=errors-only"] },
];

function runPnpm(args, stdio = "inherit") {
  const result = spawnSync("pnpm", args, {
    cwd: root,
    stdio,
    encoding: "utf8",
    shell: windows,
  });
  return { ok: result.status === 0, output: `${result.stdout ?? ""}${result.stderr ?? ""}` };
}

/** Folders of the workspace that can hold a `.reports` folder. */
function packageFolders() {
  const packages = readdirSync(join(root, "packages")).map((name) => join("packages", name));
  return [...packages, "firmware-profiles", "tests", "bench"].map((folder) => join(root, folder));
}

function reportFiles() {
  return packageFolders().flatMap((folder) => {
    const reports = join(folder, ".reports");
    return existsSync(reports)
      ? readdirSync(reports)
          .filter((name) => name.endsWith(".json"))
          .map((name) => join(reports, name))
      : [];
  });
}

let passed = 0;
let failed = 0;
let skipped = 0;

for (const file of reportFiles()) rmSync(file);

const runnable = [];
const skippedTargets = [];
for (const target of targets) {
  try {
    await target.prepare?.();
    runnable.push(target.task);
  } catch (error) {
    skippedTargets.push(`${target.task} (${target.what}): ${error.message}`);
  }
}

for (const { name, args } of checks) {
  const { ok, output } = runPnpm(args, "pipe");
  if (ok) passed += 1;
  else {
    failed += 1;
    process.stdout.write(`check failed: ${name}\n${output}\n`);
  }
}

// One at a time: packages share two cores, and several start processes of their own.
const tests = runPnpm([
  "exec",
  "turbo",
  "run",
  "test",
  ...runnable,
  "--continue",
  "--concurrency=1",
  "--output-logs=new-only",
]);

const suites = reportFiles();
const reports = suites.map((file) => ({
  package: dirname(dirname(file)),
  ...JSON.parse(readFileSync(file, "utf8")),
}));
const nameOf = (report, test) => `${report.package}: ${test.fullName}`;
const assertionsOf = (report) => report.testResults.flatMap((suite) => suite.assertionResults);
// A suite that runs over several targets names what it needs of one: where a target lacks that, the test is run by another.
const ran = new Set(
  reports.flatMap((report) =>
    assertionsOf(report)
      .filter(({ status }) => status === "passed" || status === "failed")
      .map((test) => nameOf(report, test)),
  ),
);
for (const report of reports) {
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  // A test file that could not be loaded fails without a failed test of its own.
  if (!report.success && report.numFailedTests === 0) failed += 1;
  for (const test of assertionsOf(report)) {
    if (test.status === "failed") process.stdout.write(`failed: ${test.fullName}\n`);
    if (!ran.has(nameOf(report, test))) {
      skipped += 1;
      process.stdout.write(`skipped: ${test.fullName}\n`);
    }
  }
}
if (!tests.ok && failed === 0) failed += 1;
if (suites.length === 0) failed += 1;

for (const reason of skippedTargets) {
  process.stdout.write(`target skipped: ${reason}\n`);
  skipped += 1;
}
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exit(failed > 0 || (ci && skipped > 0) ? 1 : 0);
