import { findProfile } from "@slotscope/firmware-profiles";
import { createWasmTransport, wasmAdvice } from "@slotscope/wasm-runtime";
import { DebuggerError } from "../debugger/errors.js";
import type { DebugTarget, LaunchOptions } from "../debugger/types.js";
import { folderPaths, openWorkspace } from "./workspace.js";

/** The firmware that npm's package holds: its compiler decides about slots and lines. */
const profile = findProfile("webassembly-pyscript-1.29.0-6");

/** MicroPython in a worker thread of this process; a folder of this computer is its file system. */
export const wasmTarget: DebugTarget = {
  compilerOptions: profile.compiler,
  async open(options) {
    const workspace = openWorkspace(options);
    const transport = makeTransport(options, workspace);
    await transport.open();
    return {
      name: "wasm",
      compilerOptions: profile.compiler,
      transport,
      paths: folderPaths(workspace, "/"),
      advice: wasmAdvice,
    };
  },
};

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
