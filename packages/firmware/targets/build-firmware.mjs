// Builds one of MicroPython's ports from its untouched source: all that is ours reaches make as variables, and what it
// writes goes into folders of ours.
import { spawn } from "node:child_process";
import {
  cpSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, join } from "node:path";
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
  keepWork,
  withLock,
} from "./build-cache.mjs";

/** What is frozen into every build, and the manifest that says so. */
const frozen = fileURLToPath(new URL("frozen", import.meta.url));

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

/** Where make runs: on this machine as it is. `root` comes before each path of the file system that it sees. */
const hostToolchain = {
  root: "",
  enter: [],
  versionOf: (target) => compilerVersion(target.compiler),
};

/** Runs make in a folder of the source, with its words in `log`; throws with the end of them if it fails. */
async function runMake({ enter = [], folder, settings, version, log, verbose }) {
  const words = [...enter, "make", "-C", folder, `-j${availableParallelism()}`];
  for (const [name, value] of Object.entries(settings)) words.push(`${name}=${value}`);
  const make = spawn(words[0], words.slice(1), {
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

/** Makes a folder or file of this machine appear at the same path below another root, where it does not yet. */
function bringInto(root, path) {
  const copy = `${root}${path}`;
  if (root === "" || existsSync(copy)) return;
  mkdirSync(dirname(copy), { recursive: true });
  rmSync(`${copy}.partial`, { recursive: true, force: true });
  cpSync(path, `${copy}.partial`, { recursive: true });
  renameSync(`${copy}.partial`, copy);
}

/**
 * Builds a target, or finds it built. `target` is what build-unix.mjs and its neighbours export: `name`, `compiler`,
 * `needs`, `artifacts` (make's results, of which the first is the program), `configure(options)`, which gives make's
 * `folder` in the source, its `settings`, `modules` of the target's own, and `parts` of its name; and where they are
 * wanted, `manifest`, another one of those in `frozen`, `copies`, more folders for make to see, and `openToolchain()`, for
 * make to run elsewhere.
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
  const toolchain = (await target.openToolchain?.()) ?? hostToolchain;

  const { folder, settings, modules, parts } = target.configure({ ...options, variant });
  if (variant === "slotscope") {
    if (!existsSync(join(module, "micropython.mk")))
      throw new Error(`no user C module in ${module}: it has no micropython.mk`);
    modules.push({ name: "slotscope", folder: module });
  }
  Object.assign(settings, set);
  const name = [target.name, version, variant, ...parts].join("-");

  // Ours is copied to where make sees it: user C modules into one folder, all else beside that.
  const copies = [
    { name: "frozen", folder: frozen },
    ...modules.map((each) => ({ ...each, name: join("modules", each.name) })),
    ...(target.copies ?? []),
  ];
  // What make doesn't follow by itself asks for a new folder; what it follows is built on in the old one.
  const fixed = [
    findSource(version).sha256,
    toolchain.versionOf(target),
    JSON.stringify([folder, settings]),
    ...copies.flatMap((each) => [
      each.name,
      ...folderTexts(each.folder, (file) => /\.(mk|ld|py)$/.test(file)),
    ]),
  ];
  const hash = hashTexts([...fixed, ...copies.flatMap((each) => folderTexts(each.folder))]);
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
  const { root } = toolchain;
  return withLock(`${root}${work}`, async () => {
    const meanwhile = findResult(name, hash);
    if (meanwhile) return done(meanwhile, true);
    bringInto(root, source);
    bringInto(root, mpyCross);
    for (const each of copies) copyChanged(each.folder, join(root, work, each.name));
    const library = join(work, "micropython-lib");
    mkdirSync(join(root, library), { recursive: true });
    // The port's makefiles look for this file before they freeze anything.
    writeFileSync(join(root, library, "README.md"), "");
    const build = join(work, "build");
    const seen = Object.entries(settings).map(([key, value]) => [key, value.replaceAll("{work}", work)]);
    try {
      await runMake({
        enter: toolchain.enter,
        folder: join(source, folder),
        settings: {
          BUILD: build,
          MPY_LIB_DIR: library,
          FROZEN_MANIFEST: join(work, "frozen", target.manifest ?? "manifest.py"),
          MICROPY_MPYCROSS: mpyCross,
          MICROPY_MPYCROSS_DEPENDENCY: mpyCross,
          ...(modules.length > 0 && { USER_C_MODULES: join(work, "modules") }),
          ...Object.fromEntries(seen),
        },
        version,
        log: join(root, work, "make.log"),
        verbose,
      });
    } catch (error) {
      // Messages name the file that can be mended, not its copy.
      for (const each of copies) error.message = error.message.replaceAll(join(work, each.name), each.folder);
      throw error;
    }
    keepWork(join(root, work));
    const result = keepResult(
      name,
      hash,
      target.artifacts.map((file) => join(root, build, file)),
    );
    return done(result, false);
  });
}

/** Forgets everything that was built. */
export function cleanFirmware() {
  rmSync(firmwareCache(), { recursive: true, force: true });
}
