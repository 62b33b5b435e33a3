// Brings MicroPython's source onto this machine: Debian's source package, pinned by hash, unpacked into
// the cache folder, never into this repository. Prints the folder. `--if-possible` exits 0 with a
// reason on standard error where it can't be had.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { cacheFolder } from "./cache-folder.mjs";

/** The pinned source: Debian's `micropython` 1.26.1+ds-1 (in sid's pool). */
export const source = {
  version: "1.26.1",
  file: "micropython_1.26.1+ds.orig.tar.xz",
  pool: "pool/main/m/micropython/",
  sha256: "f5ad2ec89d3e921f753d448955af98b6005655f84ba26087dde6ba0e8d062f34",
};

/** Where the unpacked tree stands once `fetchSource` has succeeded. */
export function sourceFolder() {
  return join(cacheFolder(), `micropython-${source.version}`);
}

/** Debian mirrors as this machine's own apt knows them, so that no host is written down here. */
function aptMirrors() {
  const result = spawnSync("apt-get", ["indextargets", "--format", "$(REPO_URI)"], { encoding: "utf8" });
  if (result.status !== 0) return [];
  return [...new Set(result.stdout.split("\n").filter((line) => /^https?:/.test(line)))].map((uri) =>
    uri.endsWith("/") ? uri : `${uri}/`,
  );
}

function checkHash(bytes, origin) {
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== source.sha256) {
    throw new Error(`${origin} has sha256 ${found}, not the pinned ${source.sha256}: not used`);
  }
  return bytes;
}

async function tarball() {
  const local = process.env.SLOTSCOPE_MICROPYTHON_SOURCE;
  if (local) return checkHash(readFileSync(local), local);
  const reasons = [];
  for (const mirror of aptMirrors()) {
    const url = `${mirror}${source.pool}${source.file}`;
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(120_000) });
      if (response.ok) return checkHash(Buffer.from(await response.arrayBuffer()), source.file);
      reasons.push(`HTTP ${response.status}`);
    } catch (error) {
      reasons.push(error.message);
    }
  }
  throw new Error(
    `MicroPython's source can't be had here${reasons.length ? ` (${reasons.join("; ")})` : ": no apt"}. ` +
      `Set SLOTSCOPE_MICROPYTHON_SOURCE to a local copy of ${source.file} from Debian's pool.`,
  );
}

/** Returns the unpacked source folder, fetching it first if need be. Throws with what to do. */
export async function fetchSource() {
  const folder = sourceFolder();
  if (existsSync(join(folder, ".complete"))) return folder;
  const bytes = await tarball();
  mkdirSync(cacheFolder(), { recursive: true });
  const work = mkdtempSync(join(cacheFolder(), "unpack-"));
  try {
    const archive = join(work, source.file);
    writeFileSync(archive, bytes);
    const tar = spawnSync("tar", ["-xJf", archive, "-C", work], { encoding: "utf8" });
    if (tar.status !== 0)
      throw new Error(`tar could not unpack ${source.file}: ${tar.stderr || tar.error?.message}`);
    const tree = join(work, `micropython-${source.version}`);
    writeFileSync(join(tree, ".complete"), `${source.sha256}\n`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(tree, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    process.stdout.write(`${await fetchSource()}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(process.argv.includes("--if-possible") ? 0 : 1);
  }
}
