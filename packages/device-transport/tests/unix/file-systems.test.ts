import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { applySync, type FileError, prepareSync, readLocalTree } from "../../dist/files/index.js";
import { TransportError } from "../../dist/index.js";
import { seededRandom } from "../support/random.js";
import { changeTree, randomTree, type Tree, writeTree } from "../support/trees.js";
import { makeFolder, openUnixBoard, removeFolders } from "../support/unix-board.js";

const blockSize = 512;
const blockCount = 512;
const root = "/disk";
/** Power cuts of one suite, spread over all writes of a synchronisation. */
const cuts = 40;

let here: string;
let board: string;
beforeEach(() => {
  here = makeFolder();
  board = makeFolder();
});
afterAll(removeFolders);

/** Mounts a file system of that kind on a disk that lies in a file, and loses power before its next `left`th write. */
function mountCode(kind: string, disk: string, left: number, isNew: boolean): string {
  const code = [
    "import os, vfs",
    "class Disk:",
    "    def __init__(self):",
    `        self.file = open('${disk}', 'r+b')`,
    `        self.left = ${left}`,
    "    def readblocks(self, block, buffer, offset=0):",
    `        self.file.seek(block * ${blockSize} + offset)`,
    "        self.file.readinto(buffer)",
    "    def writeblocks(self, block, buffer, offset=0):",
    "        if self.left == 0:",
    "            os.system('kill -9 $PPID')",
    "        self.left -= 1",
    `        self.file.seek(block * ${blockSize} + offset)`,
    "        self.file.write(buffer)",
    "    def ioctl(self, request, argument):",
    `        return {4: ${blockCount}, 5: ${blockSize}}.get(request, 0)`,
    "disk = Disk()",
    ...(isNew ? [`vfs.${kind}.mkfs(disk)`] : []),
    `vfs.mount(vfs.${kind}(disk), '${root}')`,
    "import sys",
    "sys.modules['.disk'] = disk",
  ];
  return `exec(${JSON.stringify(code.join("\n"))}, {})`;
}

async function openBoard(kind: string, disk: string, { left = -1, isNew = false } = {}) {
  const opened = await openUnixBoard(board);
  await opened.repl.evaluate(mountCode(kind, disk, left, isNew));
  const readTree = async (): Promise<Map<string, string>> => {
    const tree = new Map<string, string>();
    for (const { path, kind: what } of await opened.files.tree(root)) {
      if (what === "folder" || path.startsWith(".slotscope/")) continue;
      tree.set(path, new TextDecoder().decode(await opened.files.read(`${root}/${path}`)));
    }
    return tree;
  };
  const sync = async (): Promise<void> => {
    await applySync(opened.files, await prepareSync(opened.files, await readLocalTree(here), root));
  };
  const writesLeft = async (): Promise<number> =>
    Number(await opened.repl.evaluate("print(__import__('sys').modules['.disk'].left)"));
  return { ...opened, readTree, sync, writesLeft };
}

describe.each(["VfsLfs2", "VfsFat"])("a board with a %s", (kind) => {
  it("holds files, and says when it is full", async () => {
    const disk = join(board, "disk");
    writeFileSync(disk, new Uint8Array(blockSize * blockCount));
    const opened = await openBoard(kind, disk, { isNew: true });
    try {
      const { files } = opened;
      const bytes = Uint8Array.from({ length: 40_000 }, (_, index) => (index * index) >> 3);
      await files.mkdir(`${root}/a/b`, { parents: true });
      for (const content of [bytes.subarray(0, 100), bytes]) {
        await files.write(`${root}/a/b/file.bin`, content);
        expect(Buffer.compare(await files.read(`${root}/a/b/file.bin`), content)).toBe(0);
      }
      const error = await files
        .write(`${root}/big.bin`, new Uint8Array(blockSize * blockCount))
        .catch((reason: unknown) => reason);
      expect((error as FileError).kind).toBe("no-space");
      expect((await files.tree(root)).map(({ path }) => path)).toEqual(["a", "a/b", "a/b/file.bin"]);
      await expect(files.removeFolder(`${root}/a`)).rejects.toMatchObject({ kind: "not-empty" });
      await files.removeTree(`${root}/a`);
      expect(await files.list(root)).toEqual([]);
      expect((await files.space(root)).free).toBeGreaterThan(200_000);
    } finally {
      await opened.close();
    }
  });

  it("loses no file by a power cut before any write of a block", async () => {
    const random = seededRandom(7);
    const before = randomTree(random, 8);
    const next: Tree = changeTree(random, before);
    const original = join(board, "original");
    writeFileSync(original, new Uint8Array(blockSize * blockCount));
    writeTree(here, before);
    const first = await openBoard(kind, original, { isNew: true });
    await first.sync();
    await first.close();

    writeTree(here, next);
    const disk = join(board, "disk");
    copyFileSync(original, disk);
    const calm = await openBoard(kind, disk, { left: 1_000_000 });
    await calm.sync();
    const writes = 1_000_000 - (await calm.writesLeft());
    await calm.close();

    for (let cut = 0; cut < cuts; cut++) {
      copyFileSync(original, disk);
      const failing = await openBoard(kind, disk, { left: Math.floor((cut * writes) / cuts) });
      await expect(failing.sync()).rejects.toBeInstanceOf(TransportError);
      await failing.close();

      const healed = await openBoard(kind, disk);
      const found = await healed.readTree();
      const torn = [...new Set([...found.keys(), ...before.keys(), ...next.keys()])].filter(
        (path) => found.get(path) !== before.get(path) && found.get(path) !== next.get(path),
      );
      expect(torn).toEqual([]);
      await healed.sync();
      expect(await healed.readTree()).toEqual(next);
      await healed.close();
    }
  });
});
