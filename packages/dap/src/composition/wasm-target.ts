import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { findProfile } from "@slotscope/firmware-profiles";
import { createWasmTransport, wasmAdvice } from "@slotscope/wasm-runtime";
import { DebuggerError } from "../debugger/errors.js";
import type { DebugTarget, LaunchOptions, PathMap } from "../debugger/types.js";

/** The firmware that npm's package holds: its compiler decides about slots and lines. */
const profile = findProfile("webassembly-pyscript-1.29.0-6");

/** MicroPython in a worker thread of this process; a folder of this computer is its file system. */
export const wasmTarget: DebugTarget = {
  name: "wasm",
  compilerOptions: profile.compiler,
  async open(options) {
    const workspace = workspaceOf(options);
    if (!isFolder(workspace)) {
      throw new DebuggerError(
        "badLaunch",
        `There is no folder ${workspace}, or it can't be read. Check \`cwd\`.`,
      );
    }
    const transport = makeTransport(options, workspace);
    await transport.open();
    return { transport, paths: folderPaths(workspace), advice: wasmAdvice };
  },
};

/** The folder that the target sees as its root. */
function workspaceOf({ program, cwd }: LaunchOptions): string {
  return resolve(cwd ?? dirname(resolve(program)));
}

function makeTransport({ heapSize, env }: LaunchOptions, workspace: string) {
  try {
    return createWasmTransport({
      workspace,
      ...(heapSize === undefined ? {} : { heapSize }),
      ...(env === undefined ? {} : { env }),
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DebuggerError("badLaunch", `The program can't be started: ${reason}.`, { cause });
  }
}

/**
 * Names of the files of a folder that is mounted as a target's root. Code objects carry the path that the module was
 * found by: from the current folder, or from the root.
 */
function folderPaths(folder: string): PathMap {
  const root = realPath(folder);
  const toHost = (targetPath: string): string | undefined => {
    const inside = targetPath.replace(/^(?:\.?\/)+/, "");
    const path = join(folder, ...inside.split("/"));
    // Frozen modules are named like files of the root.
    return existsSync(path) ? path : undefined;
  };
  return {
    toTarget(path) {
      const inside = relative(root, realPath(path));
      if (inside === "" || isAbsolute(inside) || inside.split(sep)[0] === "..") return [];
      const name = inside.split(sep).join("/");
      return [name, `/${name}`];
    },
    toHost,
    userPrefixes: userPrefixes(folder),
    origin(targetPath) {
      if (toHost(targetPath) === undefined) return "firmware";
      return /^\.?\/*lib\//.test(targetPath) ? "library" : "user";
    },
  };
}

/**
 * Beginnings of the names of a folder's own modules: all but those in `lib`, where packages are installed. Frozen
 * modules have names of the same form, so the folder has to be read to tell them apart.
 */
function userPrefixes(folder: string): string[] {
  const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith(".") || entry.name === "lib") return [];
    if (entry.name.endsWith(".py")) return [entry.name];
    return entry.isDirectory() ? [`${entry.name}/`] : [];
  });
  return names.flatMap((name) => [name, `/${name}`]);
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
