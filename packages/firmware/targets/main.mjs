// `pnpm firmware build TARGET...`: builds MicroPython for our targets from its pinned source. The paths of what was
// built, or the port of a board that runs, go to standard output, one a line; everything else to standard error.
import { once } from "node:events";
import { parseArgs } from "node:util";
import { newestVersion, sources } from "../../../scripts/micropython-source.mjs";
import { buildFirmware, cleanFirmware, variants } from "./build-firmware.mjs";
import { packWasm } from "./pack-wasm.mjs";
import { startQemuOnPty } from "./run-qemu.mjs";
import { targets } from "./targets.mjs";
import { compareWithStock } from "./test-suite.mjs";

const help = `pnpm firmware build [TARGET...] [OPTIONS]   builds; prints each program's path
pnpm firmware run qemu [OPTIONS]            builds, runs it in QEMU, prints its serial port; ctrl-C ends it
pnpm firmware test [TARGET...] [OPTIONS]    runs MicroPython's own tests with and without the module, and compares
pnpm firmware clean                         forgets everything that was built

Targets: ${Object.keys(targets).join(", ")} (all of them if none is named)
  --variant NAME       ${variants.join(", ")}; or all (not to run). Default: slotscope
  --micropython V      ${sources.map((each) => each.version).join(", ")}; or all. Default: ${newestVersion}
  --stackless          Python calls don't use the C stack
  --sanitize           assertions, address and undefined-behaviour sanitizers (unix)
  --module FOLDER      our user C module in another place
  --set NAME=VALUE     a make variable, such as a switch of the module; may be repeated
  --tests FOLDER       of the tests, only those in this folder; may be repeated
  --verbose            make's own words, as it says them
`;

function fail(message, status) {
  process.stderr.write(`${message}\n`);
  process.exit(status);
}

function readWords() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        variant: { type: "string", default: "slotscope" },
        micropython: { type: "string", default: newestVersion },
        stackless: { type: "boolean", default: false },
        sanitize: { type: "boolean", default: false },
        module: { type: "string" },
        set: { type: "string", multiple: true, default: [] },
        tests: { type: "string", multiple: true, default: [] },
        verbose: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    return fail(`${error.message}\n${help}`, 2);
  }
}

/** Which builds the words ask for: each target with each version, and each variant unless `oneVariant`. */
function listBuilds({ values, named, oneVariant }) {
  const versions = values.micropython === "all" ? sources.map((each) => each.version) : [values.micropython];
  const variantsWanted = oneVariant ? ["slotscope"] : values.variant === "all" ? variants : [values.variant];
  const set = {};
  for (const word of values.set) {
    const [, name, value] = /^(\w+)=(.*)$/s.exec(word) ?? fail(`--set wants NAME=VALUE, not ${word}`, 2);
    set[name] = value;
  }
  const unknown = named.find((name) => !(name in targets));
  if (unknown) fail(`no target ${unknown}; there are ${Object.keys(targets).join(", ")}`, 2);
  return (named.length > 0 ? named : Object.keys(targets)).flatMap((name) =>
    versions.flatMap((version) =>
      variantsWanted.map((variant) => ({
        name,
        target: targets[name],
        options: {
          variant,
          version,
          set,
          stackless: values.stackless,
          sanitize: values.sanitize,
          verbose: values.verbose,
          ...(values.module && { module: values.module }),
        },
      })),
    ),
  );
}

async function buildAndTell({ name, target, options }) {
  const { program, seconds, cached } = await buildFirmware(target, options);
  const took = cached ? "nothing has changed" : `${seconds.toFixed(1)} s`;
  process.stderr.write(`${name} ${options.variant}, MicroPython ${options.version}: ${took}\n`);
  return program;
}

async function build({ name, target, options }) {
  const program = await buildAndTell({ name, target, options });
  process.stdout.write(`${program}\n`);
  // What runs in this clone from now on is what a release packs: the module as it is, nothing else set.
  const { variant, version, set, stackless, module } = options;
  const isPacked = variant === "slotscope" && version === newestVersion && !stackless && module === undefined;
  if (name === "wasm" && isPacked && Object.keys(set).length === 0)
    process.stderr.write(`packages/wasm-runtime runs it from ${await packWasm()}\n`);
}

/**
 * Runs a board until a signal, until what started it is gone (npm may end without telling us), or until its program
 * resets the chip, which ends the emulator.
 */
async function run(wanted) {
  const program = await buildAndTell(wanted);
  const { child, path } = await startQemuOnPty(program);
  const ended = once(child, "close");
  const stop = () => void child.kill("SIGKILL");
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stop(), 1000).unref();
  process.stdout.write(`${path}\n`);
  await ended;
  process.exit();
}

function sumUp(results) {
  const count = (start) => [...results.values()].filter((each) => each.startsWith(start)).length;
  return `${count("pass")} passed, ${count("fail")} failed, ${count("skip")} skipped`;
}

async function test({ name, target, options }) {
  const { stock, ours, differences } = await compareWithStock(target, { ...options, folders: values.tests });
  process.stdout.write(
    `${name}, MicroPython ${options.version}\n  without the module: ${sumUp(stock)}\n  with it:            ${sumUp(ours)}\n`,
  );
  for (const difference of differences) process.stdout.write(`  differs: ${difference}\n`);
  if (differences.length > 0) process.exitCode = 1;
}

const { values, positionals } = readWords();
const [action, ...named] = positionals;
if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}
const actions = { build, run, test };
if (action === "clean") {
  cleanFirmware();
} else if (action in actions) {
  try {
    if (action === "run" && named.join() !== "qemu") fail("run takes one target: qemu", 2);
    if (action === "run" && [values.variant, values.micropython].includes("all"))
      fail("run takes one variant and one version", 2);
    for (const each of listBuilds({ values, named, oneVariant: action === "test" }))
      await actions[action](each);
  } catch (error) {
    fail(error.message, 1);
  }
} else {
  fail(help, 2);
}
