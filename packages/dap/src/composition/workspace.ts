import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { DebuggerError } from "../debugger/errors.js";
import type { LaunchOptions, PathMap } from "../debugger/types.js";

/** The folder that the target sees as its own; throws `badLaunch` if it isn't there. */
export function openWorkspace({ program, cwd }: LaunchOptions): string {
  const workspace = resolve(cwd ?? dirname(resolve(program)));
  if (isFolder(workspace)) return workspace;
  throw new DebuggerError(
    "badLaunch",
    `There is no folder ${workspace}, or it can't be read. Check \`cwd\`.`,
  );
}

/**
 * Names of the files of a folder that is a target's current one. Code objects carry the path that the module was found
 * by: from the current folder, or in full, which then starts with `absolute`: `/` where the folder is mounted as the root.
 */
export function folderPaths(folder: string, absolute: string): PathMap {
  const root = realPath(folder);
  const toHost = (targetPath: string): string | undefined => {
    const inside = targetPath.startsWith(absolute)
      ? targetPath.slice(absolute.length)
      : targetPath.replace(/^(?:\.?\/)+/, "");
    const path = join(folder, ...inside.split("/"));
    // Frozen modules are named like files of the root.
    return existsSync(path) ? path : undefined;
  };
  return {
    toTarget(path) {
      const inside = relative(root, realPath(path));
      if (inside === "" || isAbsolute(inside) || inside.split(sep)[0] === "..") return [];
      const name = inside.split(sep).join("/");
      return [name, `${absolute}${name}`];
    },
    toHost,
    userPrefixes: userPrefixes(folder, absolute),
    origin(targetPath) {
      if (toHost(targetPath) === undefined) return "firmware";
      const inside = targetPath.startsWith(absolute) ? targetPath.slice(absolute.length) : targetPath;
      return /^\.?\/*lib\//.test(inside) ? "library" : "user";
    },
  };
}

/**
 * Beginnings of the names of a folder's own modules: all but those in `lib`, where packages are installed. Frozen
 * modules have names of the same form, so the folder has to be read to tell them apart.
 */
function userPrefixes(folder: string, absolute: string): string[] {
  const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith(".") || entry.name === "lib") return [];
    if (entry.name.endsWith(".py")) return [entry.name];
    return entry.isDirectory() ? [`${entry.name}/`] : [];
  });
  return names.flatMap((name) => [name, `${absolute}${name}`]);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
