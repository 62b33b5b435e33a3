import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applySync, prepareSync, rawReplRunner, readLocalTree, RemoteFiles } from "../../dist/files/index.js";
import { RawRepl, TransportError } from "../../dist/index.js";
import { createSerialTransport } from "../../dist/serial/index.js";
import { cutAfter } from "../support/cut-transport.js";
import { startBoard } from "../support/qemu-board.js";
import { pickNumber, seededRandom } from "../support/random.js";
import { changeTree, randomTree, type Tree, writeTree } from "../support/trees.js";
import { makeFolder, removeFolders } from "../support/unix-board.js";

let board: Awaited<ReturnType<typeof startBoard>>;
beforeAll(async () => {
  board = await startBoard();
});
afterAll(async () => {
  await board.unplug();
  removeFolders();
});

/** Connects to the board, which goes on running between connections; the cable is pulled after so many bytes. */
async function connect(bytes = Number.POSITIVE_INFINITY) {
  const transport = cutAfter(createSerialTransport({ path: board.path }), bytes);
  await transport.open();
  try {
    const repl = new RawRepl(transport);
    await repl.enter();
    return { transport, files: new RemoteFiles(rawReplRunner(repl)) };
  } catch (error) {
    await transport.close();
    throw error;
  }
}

/** Does something over a connection of its own. */
async function over<T>(use: (files: RemoteFiles) => Promise<T>, bytes?: number): Promise<T> {
  const { transport, files } = await connect(bytes);
  try {
    return await use(files);
  } finally {
    await transport.close();
  }
}

async function readTree(files: RemoteFiles): Promise<Map<string, string>> {
  const tree = new Map<string, string>();
  for (const { path, kind } of await files.tree("")) {
    if (kind === "folder" || path.startsWith(".slotscope/")) continue;
    tree.set(path, new TextDecoder().decode(await files.read(path)));
  }
  return tree;
}

describe("files of a microcontroller with a LittleFS", () => {
  it("arrive whole with every byte, and come back the same", async () => {
    const bytes = Uint8Array.from({ length: 50_000 }, (_, index) => (index * index) >> 3);
    await over(async (files) => {
      await files.write("file.bin", bytes.subarray(0, 10));
      await files.write("file.bin", bytes);
      expect(Buffer.compare(await files.read("file.bin"), bytes)).toBe(0);
      expect(await files.list("")).toEqual([{ path: "file.bin", kind: "file", size: 50_000 }]);
      await files.remove("file.bin");
    });
  });

  it("that are many go one and all, and are listed", async () => {
    const names = Array.from({ length: 150 }, (_, index) => `pkg/module_${index}.py`);
    await over(async (files) => {
      await files.mkdir("pkg");
      await files.writeAll(
        names.map((path) => ({ path, read: () => Promise.resolve(new TextEncoder().encode(`# ${path}\n`)) })),
      );
      const tree = await files.tree("", { hashSizes: new Set([22]) });
      expect(tree.length).toBe(151);
      await files.removeTree("pkg");
      expect(await files.list("")).toEqual([]);
    });
  });

  it("are old or new when the cable is pulled, and the next synchronisation does the rest", {
    timeout: 120_000,
  }, async () => {
    const here = makeFolder();
    const random = seededRandom(3);
    const sync = async (files: RemoteFiles): Promise<void> => {
      await applySync(files, await prepareSync(files, await readLocalTree(here)));
    };
    let last: Tree = randomTree(random, 8);
    writeTree(here, last);
    await over(sync);
    for (let round = 0; round < 5; round++) {
      const next = changeTree(random, last);
      writeTree(here, next);
      const end = await over(sync, 500 + pickNumber(random, 20_000)).catch((error: unknown) => error);
      expect(end === undefined || end instanceof TransportError).toBe(true);
      await over(async (files) => {
        const found = await readTree(files);
        for (const path of new Set([...found.keys(), ...last.keys(), ...next.keys()])) {
          expect([last.get(path), next.get(path)]).toContain(found.get(path));
        }
        await sync(files);
        expect(await readTree(files)).toEqual(next);
      });
      last = next;
    }
  });
});
