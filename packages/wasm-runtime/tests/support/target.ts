import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { RawRepl } from "@slotscope/device-transport";
import { createWasmTransport, type WasmOptions, type WasmTransport } from "../../dist/index.js";

const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A new empty folder that is removed after the test; its real path. */
export function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "slotscope-")));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Target {
  readonly transport: WasmTransport;
  readonly repl: RawRepl;
  /** Runs code and returns what it printed and the traceback if it raised. */
  readonly run: (code: string) => Promise<{ output: string; error: string }>;
}

/** A target in its raw REPL that is closed after the test. */
export async function openTarget(options: WasmOptions = {}): Promise<Target> {
  const transport = createWasmTransport(options);
  cleanups.push(() => transport.close());
  await transport.open();
  const repl = new RawRepl(transport);
  await repl.enter();
  return {
    transport,
    repl,
    async run(code) {
      const { output, error } = await repl.exec(code);
      return { output: new TextDecoder().decode(output), error };
    },
  };
}
