// Builds one of MicroPython's ports from its untouched source: all that is ours reaches make as variables, and what it
// writes goes into folders of ours.
import { spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fetchSource, findSource, newestVersion } from "../../../scripts/micropython-source.mjs";
import { ensurePackages } from "../../../scripts/system-packages.mjs";
import {
  compilerVersion,
  copyChanged,
  findResult,
  firmwareCache,
  folderTexts,
  hashTexts,
  keepResult,
  withLock,
} from "./build-cache.mjs";

const manifest = fileURLToPath(new URL("manifest.py", import.meta.url));
const frozenUnittest = fileURLToPath(new URL("unittest.py", import.meta.url));

/** The user C module as it is developed here. */
const ownModule = fileURLToPath(new URL("../module", import.meta.url));

/** What can be built of each target: without tracing, with the stock `sys.settrace`, with our module. */
export const variants = ["plain", "settrace", "slotscope"];

/** What every build needs, for `ensurePackages`. */
export const buildTools = [
  { command: "make", packages: ["make"] },
  { command: "python3", packages: ["python3"] },
  { command: "xz", packages: ["xz-utils"] },
  { command: "gcc", packages: ["gcc", "libc6-dev"] },
];

/** Runs make in a folder of the source, with its words in `log`; throws with the end of them if it fails. */
async function runMake({ folder, settings, version, log, verbose }) {
  const words = ["-C", folder, `-j${availableParallelism()}`];
  for (const [name, value] of Object.entries(settings)) words.push(`${name}=${value}`);
  const make = spawn("make", words, {
    env: {
      ...process.env,
      // Python leaves no __pycache__ in the source, and the banner depends on neither git nor the day.
      PYTHONDONTWRITEBYTECODE: "1",
      MICROPY_GIT_TAG: `v${version}`,
      MICROPY_GIT_HASH: "source",
      SOURCE_DATE_EPOCH: "0",
      MAKEFLAGS: "",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const file = createWriteStream(log);
  for (const stream of [make.stdout, make.stderr]) {
    stream.pipe(file, { end: false });
    if (verbose) stream.pipe(process.stderr, { end: false });
  }
  const status = await new Promise((resolve, reject) => {
    make.once("error", reject);
    make.once("close", resolve);
  });
  await new Promise((resolve) => file.end(resolve));
  if (status === 0) return;
  const lines = readFileSync(log, "utf8").split("\n");
  const first = lines.findIndex((line) => /error|undefined reference|\*\*\*/i.test(line));
  const shown = lines
    .slice(Math.max(0, first - 3))
    .slice(0, 60)
    .join("\n");
  throw new Error(`make failed in ${folder}:\n${shown}\nall of it: ${log}`);
}

/** Builds the cross compiler of a version, which freezes modules; resolves to its path. */
async function buildMpyCross(version, verbose) {
  const name = `mpy-cross-${version}`;
  const hash = hashTexts([findSource(version).sha256, compilerVersion("gcc")]);
  const work = join(firmwareCache(), "work", `${name}-${hash}`);
  const folder = await withLock(work, async () => {
    const found = findResult(name, hash);
    if (found) return found;
    mkdirSync(work, { recursive: true });
    const source = await fetchSource(version);
    await runMake({
      folder: join(source, "mpy-cross"),
      settings: { BUILD: join(work, "build") },
      version,
      log: join(work, "make.log"),
      verbose,
    });
    return keepResult(name, hash, [join(work, "build", "mpy-cross")]);
  });
  return join(folder, "mpy-cross");
}

/**
 * Builds a target, or finds it built. `target` is what build-unix.mjs and its neighbours export: `name`, `compiler`,
 * `needs`, `artifacts` (make's results, of which the first is the program), and `configure(options)`, which gives
 * make's `folder` in the source, its `settings`, and `modules` of the target's own.
 *
 * Options: `variant`, `version` of MicroPython, `stackless`, `sanitize`, `module` (another folder of our C module),
 * `set` (an object of make variables, such as the module's switches), `verbose`.
 *
 * Resolves to `{ program, folder, seconds, cached }`. Throws with what failed.
 */
export async function buildFirmware(target, options = {}) {
  const started = performance.now();
  const { variant = "slotscope", version = newestVersion, module = ownModule, set = {}, verbose } = options;
  if (!variants.includes(variant)) throw new Error(`no variant ${variant}; there are ${variants.join(", ")}`);
  ensurePackages([...buildTools, ...target.needs]);

  const { folder, settings, modules, label } = target.configure({ ...options, variant });
  if (variant === "slotscope") {
    if (!existsSync(join(module, "micropython.mk")))
      throw new Error(`no user C module in ${module}: it has no micropython.mk`);
    modules.push({ name: "slotscope", folder: module });
  }
  Object.assign(settings, set);
  const name = [target.name, version, variant, ...label].join("-");

  // What make doesn't follow by itself asks for a new folder; what it follows is built on in the old one.
  const fixed = [
    findSource(version).sha256,
    compilerVersion(target.compiler),
    JSON.stringify([folder, settings, modules.map((each) => each.name)]),
    readFileSync(manifest, "utf8"),
    readFileSync(frozenUnittest, "utf8"),
    ...modules.flatMap((each) => folderTexts(each.folder, (file) => /\.(mk|ld)$/.test(file))),
  ];
  const hash = hashTexts([...fixed, ...modules.flatMap((each) => folderTexts(each.folder))]);
  const done = (result, cached) => ({
    program: join(result, basename(target.artifacts[0])),
    folder: result,
    seconds: (performance.now() - started) / 1000,
    cached,
  });
  const found = findResult(name, hash);
  if (found) return done(found, true);

  const source = await fetchSource(version);
  const mpyCross = await buildMpyCross(version, verbose);
  const work = join(firmwareCache(), "work", `${name}-${hashTexts(fixed)}`);
  return withLock(work, async () => {
    const meanwhile = findResult(name, hash);
    if (meanwhile) return done(meanwhile, true);
    const library = join(work, "micropython-lib");
    mkdirSync(library, { recursive: true });
    // The port's makefiles look for this file before they freeze anything.
    writeFileSync(join(library, "README.md"), "");
    for (const each of modules) copyChanged(each.folder, join(work, "modules", each.name));
    const build = join(work, "build");
    const log = join(work, "make.log");
    try {
      await runMake({
        folder: join(source, folder),
        settings: {
          BUILD: build,
          MPY_LIB_DIR: library,
          FROZEN_MANIFEST: manifest,
          MICROPY_MPYCROSS: mpyCross,
          MICROPY_MPYCROSS_DEPENDENCY: mpyCross,
          ...(modules.length > 0 && { USER_C_MODULES: join(work, "modules") }),
          ...settings,
        },
        version,
        log,
        verbose,
      });
    } catch (error) {
      // Messages name the file that can be mended, not its copy.
      for (const each of modules)
        error.message = error.message.replaceAll(join(work, "modules", each.name), each.folder);
      throw error;
    }
    const result = keepResult(
      name,
      hash,
      target.artifacts.map((file) => join(build, file)),
    );
    return done(result, false);
  });
}

/** Forgets everything that was built. */
export function cleanFirmware() {
  rmSync(firmwareCache(), { recursive: true, force: true });
}
