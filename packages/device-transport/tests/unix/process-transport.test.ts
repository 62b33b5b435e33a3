import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { RawRepl } from "../../dist/index.js";
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
      vanish: "__import__('os').system('kill -9 $PPID')",
    };
  },
  { has: { files: true, vanishing: true, hardReset: true }, interruptsRunningCode: true },
);

describe("a child process", () => {
  it("takes a line feed for the end of a line, as a pipe has it", async () => {
    const transport = createProcessTransport({ executable });
    await transport.open();
    const repl = new RawRepl(transport);
    await repl.enter();
    let heard = "";
    const { error } = await repl.exec("print('begun')\nprint(input(), input())", {
      onOutput: (bytes) => {
        const had = heard;
        heard += new TextDecoder().decode(bytes);
        if (heard.includes("begun") && !had.includes("begun")) {
          void transport.write(new TextEncoder().encode("one\r\ntwo\n"));
        }
      },
    });
    expect([error, heard.includes("one two")]).toEqual(["", true]);
    await transport.close();
  });

  it.each([
    ["is not there", "/nowhere/micropython", "disconnected"],
    ["is no MicroPython", "/bin/false", "protocol"],
    ["may not be run", import.meta.filename, "denied"],
  ])("that %s is told", async (_, path, kind) => {
    await expect(createProcessTransport({ executable: path }).open()).rejects.toMatchObject({ kind });
  });
});
