import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Transport } from "../../dist/index.js";
import { createProcessTransport } from "../../dist/process-transport.js";

/** A program that the suite's configuration has built, by the variable that names it. */
export function builtProgram(variable: "SLOTSCOPE_UNIX" | "SLOTSCOPE_WEBREPL"): string {
  const program = process.env[variable];
  if (program === undefined) throw new Error(`${variable} must name the program to test with`);
  return program;
}

/** A target of the unix port, in a folder of its own, that is not started yet. */
export interface UnixTarget {
  make(): Transport;
  putFile(name: string, text: string): Promise<void>;
}

/** Makes such targets, and removes their folders in the end. */
export function unixTargets() {
  const folders: string[] = [];
  return {
    prepare(): UnixTarget {
      const cwd = mkdtempSync(join(tmpdir(), "slotscope-"));
      folders.push(cwd);
      return {
        make: () => createProcessTransport({ executable: builtProgram("SLOTSCOPE_UNIX"), cwd }),
        putFile: (name, text) => writeFile(join(cwd, name), text),
      };
    },
    removeFolders(): void {
      for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
    },
  };
}
