import { readFileSync } from "node:fs";
import { createConnection } from "vscode-languageserver/node";
import { serve } from "../handlers/serve.js";
import type { Services } from "../handlers/services.js";
import { isModuleBeside, readUri } from "./files.js";
import { PythonServer } from "./python-server.js";
import { PythonSettingsMaker } from "./python-settings.js";
import { WasmRuff } from "./ruff.js";
import { hasStubs } from "./stub-folders.js";

/**
 * Serves one client on standard input and output, and ends the process when the client says so, closes its side, or dies:
 * with status 0 after a `shutdown`, else 1. Never returns.
 */
export function serveStdio(): Promise<never> {
  const settings = new PythonSettingsMaker();
  process.on("exit", () => settings.close());
  const services: Services = {
    readText: readUri,
    isModuleOfMicroPython: hasStubs,
    isModuleBeside,
    startPython: (hooks) => new PythonServer(hooks),
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
