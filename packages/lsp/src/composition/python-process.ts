import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export type PythonProcess = ChildProcessWithoutNullStreams;

/** Starts a process of basedpyright's server, which speaks LSP on its standard input and output. */
export function startPythonProcess(): PythonProcess {
  const require = createRequire(import.meta.url);
  return startServerProcess(
    join(dirname(require.resolve("basedpyright/package.json")), "langserver.index.js"),
  );
}

/** The same of a server that is run by Node from another file. */
export function startServerProcess(file: string): PythonProcess {
  const child = spawn(process.execPath, [file, "--stdio"], { stdio: ["pipe", "pipe", "pipe"] });
  // Who uses it looks whether it runs; one that nobody uses must not end us.
  child.on("error", () => undefined);
  return child;
}
