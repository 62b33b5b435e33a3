import { startPythonProcess } from "./python-process.js";

/**
 * Serves one client on standard input and output, and ends the process when the client says so, closes its side, or dies:
 * with status 0 after a `shutdown`, else 1. Never returns.
 */
export async function serveStdio(): Promise<never> {
  // basedpyright takes the longest to load: it does so while we load the rest.
  const loading = startPythonProcess();
  const { serveClient } = await import("./serve-client.js");
  return await serveClient(loading);
}
