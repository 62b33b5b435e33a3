// `pnpm firmware build TARGET...`: builds MicroPython for our targets from its pinned source. The paths of what was
// built go to standard output, one a line; everything else to standard error.
import { parseArgs } from "node:util";
import { newestVersion, sources } from "../../../scripts/micropython-source.mjs";
import { buildFirmware, cleanFirmware, variants } from "./build-firmware.mjs";
import { unix } from "./build-unix.mjs";

const targets = { unix };

const help = `pnpm firmware build [TARGET...] [OPTIONS]   builds; prints each program's path
pnpm firmware clean                         forgets everything that was built

Targets: ${Object.keys(targets).join(", ")} (all of them if none is named)
  --variant NAME       ${variants.join(", ")}; or all. Default: slotscope
  --micropython V      ${sources.map((each) => each.version).join(", ")}; or all. Default: ${newestVersion}
  --stackless          Python calls don't use the C stack
  --sanitize           assertions, address and undefined-behaviour sanitizers (unix)
  --module FOLDER      our user C module in another place
  --set NAME=VALUE     a make variable, such as a switch of the module; may be repeated
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
        verbose: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    return fail(`${error.message}\n${help}`, 2);
  }
}

const { values, positionals } = readWords();
const [action, ...named] = positionals;
if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}
if (action === "clean") {
  cleanFirmware();
  process.exit(0);
}
if (action !== "build") fail(help, 2);
const unknown = named.find((name) => !(name in targets));
if (unknown) fail(`no target ${unknown}; there are ${Object.keys(targets).join(", ")}`, 2);
const set = {};
for (const word of values.set) {
  const [, name, value] = /^(\w+)=(.*)$/s.exec(word) ?? fail(`--set wants NAME=VALUE, not ${word}`, 2);
  set[name] = value;
}

const wantedVersions =
  values.micropython === "all" ? sources.map((each) => each.version) : [values.micropython];
const wantedVariants = values.variant === "all" ? variants : [values.variant];
for (const name of named.length > 0 ? named : Object.keys(targets)) {
  for (const version of wantedVersions) {
    for (const variant of wantedVariants) {
      try {
        const { program, seconds, cached } = await buildFirmware(targets[name], {
          variant,
          version,
          set,
          stackless: values.stackless,
          sanitize: values.sanitize,
          verbose: values.verbose,
          ...(values.module && { module: values.module }),
        });
        const took = cached ? "nothing has changed" : `${seconds.toFixed(1)} s`;
        process.stderr.write(`${name} ${variant}, MicroPython ${version}: ${took}\n`);
        process.stdout.write(`${program}\n`);
      } catch (error) {
        fail(error.message, 1);
      }
    }
  }
}
