import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { testTransport } from "../../../device-transport/tests/contract/transport.js";
import { createWasmTransport } from "../../dist/index.js";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

testTransport(
  "the WebAssembly transport",
  async () => {
    const workspace = mkdtempSync(join(tmpdir(), "slotscope-"));
    folders.push(workspace);
    const transport = createWasmTransport({ workspace });
    await transport.open();
    return {
      transport,
      putFile: (name, text) => writeFile(join(workspace, name), text),
      // Reading beyond the memory makes WebAssembly trap.
      vanish: "__import__('uctypes').bytearray_at(0, 1 << 31)[1 << 30]",
    };
  },
  { has: { files: true, vanishing: true, hardReset: true }, interruptsRunningCode: true },
);
