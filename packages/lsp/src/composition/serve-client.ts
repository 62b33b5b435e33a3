import { readFileSync } from "node:fs";
import { createConnection } from "../protocol/library.js";
import { serve } from "../handlers/serve.js";
import type { Services } from "../handlers/services.js";
import { isModuleBeside, readUri } from "./files.js";
import { type PythonProcess, startPythonProcess } from "./python-process.js";
import { PythonServer } from "./python-server.js";
import { PythonSettingsMaker } from "./python-settings.js";
import { WasmRuff } from "./ruff.js";
import { hasStubs } from "./stub-folders.js";

/**
 * Serves the client on standard input and output.
 *
 * @param loading a process of basedpyright that was started beforehand
 */
export function serveClient(loading: PythonProcess): Promise<never> {
  const settings = new PythonSettingsMaker();
  // However this ends, except by SIGKILL, where basedpyright sees its input end.
  process.on("exit", () => {
    settings.close();
    loading.kill("SIGKILL");
  });
  let first: PythonProcess | undefined = loading;
  const services: Services = {
    readText: readUri,
    isModuleOfMicroPython: hasStubs,
    isModuleBeside,
    startPython: (hooks) =>
      new PythonServer(hooks, () => {
        const child = first ?? startPythonProcess();
        first = undefined;
        return child;
      }),
    discardPython: () => void loading.kill("SIGKILL"),
    pythonSettings: (folder, profile, user) => settings.make(folder, profile, user),
    ruff: new WasmRuff(),
    setTimer(milliseconds, callback) {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
  };
  // The connection ends the process when its input ends.
  const connection = createConnection(process.stdin, process.stdout);
  serve(connection, services, readVersion());
  // A client that dies may leave its own end of the pipe broken.
  for (const stream of [process.stdin, process.stdout]) stream.on("error", () => process.exit(1));
  connection.listen();
  return new Promise(() => undefined);
}

function readVersion(): string {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
