import { findProfile } from "@slotscope/firmware-profiles";
import { createWasmTransport, findWasmBuild, wasmAdvice, type WasmBuild } from "@slotscope/wasm-runtime";
import { DebuggerError } from "../debugger/errors.js";
import type { DebugTarget, LaunchOptions } from "../debugger/types.js";
import { folderPaths, openWorkspace } from "./workspace.js";

/** MicroPython in a worker thread of this process; a folder of this computer is its file system. */
export const wasmTarget: DebugTarget = {
  get compilerOptions() {
    return attempt(() => findCompiler(findWasmBuild()));
  },
  async open(options) {
    const workspace = openWorkspace(options);
    const transport = makeTransport(options, workspace);
    await transport.open();
    return {
      name: "wasm",
      compilerOptions: findCompiler(transport.build),
      transport,
      paths: folderPaths(workspace, "/"),
      advice: wasmAdvice(transport.build),
    };
  },
};

/**
 * The options of a build's compiler, which decides about slots and lines. A build that says nothing of itself is taken
 * for one like ours: what differs is noticed, since code is named only where it is the mapped one.
 */
function findCompiler({ kind, version }: WasmBuild) {
  const id =
    kind === "stock"
      ? "webassembly-pyscript-1.29.0-6"
      : `webassembly-slotscope-${kind === "other" ? "1.26.1" : version}`;
  return findProfile(id).compiler;
}

function makeTransport({ heapSize, env, build }: LaunchOptions, workspace: string) {
  return attempt(() =>
    createWasmTransport({
      workspace,
      ...(heapSize === undefined ? {} : { heapSize }),
      ...(env === undefined ? {} : { env }),
      ...(build === undefined ? {} : { build }),
    }),
  );
}

/** Runs what refuses the user's choices with an error, and tells it as one of the launch. */
function attempt<T>(action: () => T): T {
  try {
    return action();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DebuggerError("badLaunch", `The program can't be started: ${reason}.`, { cause });
  }
}
