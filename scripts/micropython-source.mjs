// Brings MicroPython's source onto this machine: Debian's source packages, pinned by hash, unpacked into
// the cache folder, never into this repository. `node scripts/micropython-source.mjs [VERSION]` prints the
// folder. `--if-possible` exits 0 with a reason on standard error where it can't be had.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { cacheFolder } from "./cache-folder.mjs";

const pool = "pool/main/m/micropython/";

/** The pinned sources: those of Debian's package `micropython` in sid and in trixie. */
export const sources = [
  {
    version: "1.26.1",
    file: "micropython_1.26.1+ds.orig.tar.xz",
    sha256: "f5ad2ec89d3e921f753d448955af98b6005655f84ba26087dde6ba0e8d062f34",
  },
  {
    version: "1.25.0",
    file: "micropython_1.25.0+ds.orig.tar.xz",
    sha256: "7b25be99a502f070b2de81dafc08da7051d992325d6e67daa9045a918fffdbea",
  },
];

/** The newest pinned version: the one meant where none is named. */
export const newestVersion = sources[0].version;

/** The pinned source of a version, as `{ version, file, sha256 }`. Throws where there is none. */
export function findSource(version = newestVersion) {
  const source = sources.find((each) => each.version === version);
  if (source) return source;
  const known = sources.map((each) => each.version).join(", ");
  throw new Error(`no source of MicroPython ${version} is pinned here; there are ${known}`);
}

/** Where the unpacked tree stands once `fetchSource` has succeeded. */
export function sourceFolder(version = newestVersion) {
  return join(cacheFolder(), `micropython-${version}`);
}

/** Debian mirrors as this machine's own apt knows them, so that no host is written down here. */
export function aptMirrors() {
  const result = spawnSync("apt-get", ["indextargets", "--format", "$(REPO_URI)"], { encoding: "utf8" });
  if (result.status !== 0) return [];
  return [...new Set(result.stdout.split("\n").filter((line) => /^https?:/.test(line)))].map((uri) =>
    uri.endsWith("/") ? uri : `${uri}/`,
  );
}

function checkHash(bytes, source, origin) {
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== source.sha256) {
    throw new Error(`${origin} has sha256 ${found}, not the pinned ${source.sha256}: not used`);
  }
  return bytes;
}

/** The tarball that SLOTSCOPE_MICROPYTHON_SOURCE names, itself or by its folder; undefined if it's unset. */
function localTarball(source) {
  const local = process.env.SLOTSCOPE_MICROPYTHON_SOURCE;
  if (!local) return undefined;
  return statSync(local).isDirectory() ? join(local, source.file) : local;
}

async function readTarball(source) {
  const local = localTarball(source);
  if (local) return checkHash(readFileSync(local), source, local);
  const reasons = [];
  for (const mirror of aptMirrors()) {
    const url = `${mirror}${pool}${source.file}`;
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(120_000) });
      if (response.ok) return checkHash(Buffer.from(await response.arrayBuffer()), source, source.file);
      reasons.push(`HTTP ${response.status}`);
    } catch (error) {
      reasons.push(error.message);
    }
  }
  throw new Error(
    `MicroPython's source can't be had here${reasons.length ? ` (${reasons.join("; ")})` : ": no apt"}. ` +
      `Set SLOTSCOPE_MICROPYTHON_SOURCE to a local copy of ${source.file} from Debian's pool, or to its folder.`,
  );
}

/** Returns the unpacked source folder of a version, fetching it first if need be. Throws with what to do. */
export async function fetchSource(version = newestVersion) {
  const source = findSource(version);
  const folder = sourceFolder(version);
  if (existsSync(join(folder, ".complete"))) return folder;
  const bytes = await readTarball(source);
  mkdirSync(cacheFolder(), { recursive: true });
  const work = mkdtempSync(join(cacheFolder(), "unpack-"));
  try {
    const archive = join(work, source.file);
    writeFileSync(archive, bytes);
    const tree = join(work, "tree");
    mkdirSync(tree);
    const tar = spawnSync("tar", ["-xJf", archive, "-C", tree, "--strip-components=1"], { encoding: "utf8" });
    if (tar.status !== 0)
      throw new Error(`tar could not unpack ${source.file}: ${tar.stderr || tar.error?.message}`);
    writeFileSync(join(tree, ".complete"), `${source.sha256}\n`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(tree, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [version] = process.argv.slice(2).filter((word) => !word.startsWith("--"));
  try {
    process.stdout.write(`${await fetchSource(version)}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(process.argv.includes("--if-possible") ? 0 : 1);
  }
}
