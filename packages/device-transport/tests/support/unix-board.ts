import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rawReplRunner, type RawReplRunnerOptions, RemoteFiles } from "../../dist/files/index.js";
import { RawRepl, type Transport } from "../../dist/index.js";
import { createProcessTransport } from "../../dist/process-transport.js";

export const unixProgram = process.env["SLOTSCOPE_UNIX"] ?? "";

const made: string[] = [];

/** An empty folder that `removeFolders` removes. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "slotscope-files-"));
  made.push(folder);
  return folder;
}

/** Removes all folders that were made. */
export function removeFolders(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** The unix port as a board: its working folder holds the board's files. */
export async function openUnixBoard(
  folder: string,
  wrap: (transport: Transport) => Transport = (transport) => transport,
  options: RawReplRunnerOptions & { readonly heapSize?: number } = {},
) {
  const heap = options.heapSize === undefined ? {} : { heapSize: options.heapSize };
  const inner = createProcessTransport({ executable: unixProgram, cwd: folder, ...heap });
  const transport = wrap(inner);
  await transport.open();
  const repl = new RawRepl(transport);
  await repl.enter();
  const runner = rawReplRunner(repl, options);
  return { folder, transport, repl, runner, files: new RemoteFiles(runner), close: () => inner.close() };
}
