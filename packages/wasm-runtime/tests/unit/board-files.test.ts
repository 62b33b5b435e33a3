import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RawRepl } from "@slotscope/device-transport";
import {
  applySync,
  prepareSync,
  rawReplRunner,
  readLocalTree,
  RemoteFiles,
} from "@slotscope/device-transport/files";
import { describe, expect, it } from "vitest";
import { createWasmTransport } from "../../dist/index.js";
import { makeFolder } from "../support/target.js";

describe("files, as they are copied to boards,", () => {
  it("arrive whole, are synchronised and removed", async () => {
    const workspace = makeFolder();
    const here = makeFolder();
    const transport = createWasmTransport({ workspace });
    await transport.open();
    try {
      const repl = new RawRepl(transport);
      await repl.enter();
      const files = new RemoteFiles(rawReplRunner(repl));
      const bytes = Uint8Array.from({ length: 20_000 }, (_, index) => (index * index) >> 3);
      for (const content of [bytes.subarray(0, 10), bytes]) await files.write("file.bin", content);
      expect(Buffer.compare(readFileSync(join(workspace, "file.bin")), bytes)).toBe(0);
      expect(Buffer.compare(await files.read("file.bin"), bytes)).toBe(0);

      mkdirSync(join(here, "lib"));
      for (const path of ["main.py", "lib/é.py"]) writeFileSync(join(here, path), `# ${path}\n`);
      const sync = async () => await applySync(files, await prepareSync(files, await readLocalTree(here)));
      expect(await sync()).toMatchObject({ created: 2, kept: 0 });
      expect(await sync()).toMatchObject({ created: 0, kept: 2 });
      expect(readFileSync(join(workspace, "lib", "é.py"), "utf8")).toBe("# lib/é.py\n");
      await files.removeTree("lib");
      await files.remove("main.py");
      // The target's own folder, in which a synchronisation keeps what it remembers, is not listed here.
      expect((await files.list("")).map(({ path }) => path)).toEqual(["file.bin"]);
    } finally {
      await transport.close();
    }
  });
});
