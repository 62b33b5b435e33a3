import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Whether a command of that name stands on the PATH. */
function onPath(command) {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .some((folder) => existsSync(join(folder, command)) || existsSync(join(folder, `${command}.exe`)));
}

/** Whether pkg-config knows a library of that name, with the files to build against it. */
function knownToPkgConfig(library) {
  return spawnSync("pkg-config", ["--exists", library]).status === 0;
}

function debianAsRoot() {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  try {
    return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return false;
  }
}

/**
 * Makes sure that commands and libraries which targets need are there. On Debian or Ubuntu as root the missing ones
 * are installed from the distribution; elsewhere, or where that fails, throws with what to install.
 * `needs` is a list of `{ command, packages }` or `{ pkgConfig, packages }`: the command, or the library by its name
 * in pkg-config, to look for, and the Debian packages that bring it.
 */
export function ensurePackages(needs) {
  const missing = needs.filter(({ command, pkgConfig }) =>
    command ? !onPath(command) : !knownToPkgConfig(pkgConfig),
  );
  if (missing.length === 0) return;
  const commands = missing.map(({ command, pkgConfig }) => command ?? pkgConfig).join(", ");
  const packages = missing.flatMap((need) => need.packages);
  if (!debianAsRoot()) throw new Error(`needs ${commands}; on Debian: apt-get install ${packages.join(" ")}`);
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = () =>
    spawnSync("apt-get", ["install", "-y", "--no-install-recommends", ...packages], {
      encoding: "utf8",
      env: environment,
    });
  let result = install();
  if (result.status !== 0) {
    spawnSync("apt-get", ["update"], { encoding: "utf8", env: environment });
    result = install();
  }
  if (result.status !== 0)
    throw new Error(`could not install ${packages.join(" ")}: ${result.stderr.trim()}`);
}
