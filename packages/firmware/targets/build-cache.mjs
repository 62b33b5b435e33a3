// Built files by a hash of their inputs: `<cache>/firmware/<name>-<hash>/` holds what a build gave, never changes,
// and is what a caller is handed. `work` beside them holds make's own folders, which go on from one build to the next.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cacheFolder } from "../../../scripts/cache-folder.mjs";

/** How many results of one name are kept: the newest ones, by when they were last asked for. */
const keptResults = 12;

/** How long a folder of make's is kept after its last build. */
const keptWorkMs = 7 * 24 * 3600 * 1000;

/** The folder of everything that is built here. */
export function firmwareCache() {
  return join(cacheFolder(), "firmware");
}

/** Files under a folder that a build can see, as relative paths in order: no documents, no hidden files. */
function buildFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^\.|\.md$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** A short hash of texts, each told apart from its neighbours. */
export function hashTexts(texts) {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${Buffer.byteLength(text)}:`).update(text);
  return hash.digest("hex").slice(0, 12);
}

/** Names and contents of the files under a folder that `wanted` accepts, for `hashTexts`. */
export function folderTexts(folder, wanted = () => true) {
  return buildFiles(folder)
    .filter(wanted)
    .flatMap((file) => [file, readFileSync(join(folder, file), "latin1")]);
}

/** Makes `to` hold the build files of `from`, leaving the time of those that are the same, for make's sake. */
export function copyChanged(from, to) {
  const wanted = buildFiles(from);
  for (const file of existsSync(to) ? buildFiles(to) : []) {
    if (!wanted.includes(file)) rmSync(join(to, file));
  }
  for (const file of wanted) {
    const target = join(to, file);
    if (existsSync(target) && readFileSync(target).equals(readFileSync(join(from, file)))) continue;
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(from, file), target);
  }
}

/** The version line of a compiler. Throws if it can't be run. */
export function compilerVersion(command) {
  const result = spawnSync(command, ["--version"], { encoding: "utf8" });
  if (result.status !== 0)
    throw new Error(`${command} can't be run: ${result.error?.message ?? result.stderr}`);
  return result.stdout.split("\n")[0];
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Runs `work` while no other process does so for the same folder. */
export async function withLock(folder, work) {
  mkdirSync(dirname(folder), { recursive: true });
  const lock = `${folder}.lock`;
  for (;;) {
    try {
      writeFileSync(lock, `${process.pid}`, { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      const holder = Number(readFileSync(lock, { encoding: "utf8", flag: "a+" }));
      if (holder > 0 && !isAlive(holder)) rmSync(lock, { force: true });
      else await sleep(200);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** The result folder of a name and a hash, if that was built, marked as used now; otherwise undefined. */
export function findResult(name, hash) {
  const folder = join(firmwareCache(), `${name}-${hash}`);
  if (!existsSync(folder)) return undefined;
  const now = new Date();
  utimesSync(folder, now, now);
  return folder;
}

/** Keeps copies of files as the result of a name and a hash; forgets the oldest results of that name. */
export function keepResult(name, hash, files) {
  const folder = join(firmwareCache(), `${name}-${hash}`);
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  for (const file of files) copyFileSync(file, join(partial, basename(file)));
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
  const older = readdirSync(firmwareCache())
    .filter((each) => each.startsWith(`${name}-`) && /^[0-9a-f]{12}$/.test(each.slice(name.length + 1)))
    .map((each) => join(firmwareCache(), each))
    .sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs)
    .slice(keptResults);
  for (const each of older) rmSync(each, { recursive: true, force: true });
  return folder;
}

/** Marks a folder of make's as used now, and forgets its neighbours that were not used for long. */
export function keepWork(folder) {
  const now = new Date();
  utimesSync(folder, now, now);
  for (const name of readdirSync(dirname(folder))) {
    const each = join(dirname(folder), name);
    const state = statSync(each, { throwIfNoEntry: false });
    if (state?.isDirectory() && now.getTime() - state.mtimeMs > keptWorkMs)
      rmSync(each, { recursive: true, force: true });
  }
}
