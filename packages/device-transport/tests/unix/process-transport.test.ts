import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createProcessTransport } from "../../dist/process-transport.js";
import { testTransport } from "../contract/transport.js";

const executable = process.env["SLOTSCOPE_UNIX"];
if (executable === undefined) throw new Error("SLOTSCOPE_UNIX must name the unix port to test with");

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

testTransport(
  "a child process",
  async () => {
    const cwd = mkdtempSync(join(tmpdir(), "slotscope-"));
    folders.push(cwd);
    const transport = createProcessTransport({ executable, cwd });
    await transport.open();
    return {
      transport,
      putFile: (name, text) => writeFile(join(cwd, name), text),
      vanish: () => transport.write(new TextEncoder().encode("__import__('os').system('kill -9 $PPID')\r\n")),
    };
  },
  { has: { files: true, vanishing: true, hardReset: true }, interruptsRunningCode: true },
);

describe("a child process", () => {
  it.each([
    ["is not there", "/nowhere/micropython", "disconnected"],
    ["is no MicroPython", "/bin/false", "protocol"],
    ["may not be run", import.meta.filename, "denied"],
  ])("that %s is told", async (_, path, kind) => {
    await expect(createProcessTransport({ executable: path }).open()).rejects.toMatchObject({ kind });
  });
});
