import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { applySync, prepareSync, readLocalTree } from "../../dist/files/index.js";
import { TransportError } from "../../dist/index.js";
import { cutAfter } from "../support/cut-transport.js";
import { pickNumber, seededRandom } from "../support/random.js";
import { changeTree, randomTree, readTree, type Tree, writeTree } from "../support/trees.js";
import { makeFolder, openUnixBoard, removeFolders } from "../support/unix-board.js";

type Board = Awaited<ReturnType<typeof openUnixBoard>>;

let here: string;
let board: Board;
beforeEach(async () => {
  here = makeFolder();
  board = await openUnixBoard(makeFolder());
});
afterEach(() => board.close());
afterAll(removeFolders);

async function sync(target: Board = board, root = "") {
  const prepared = await prepareSync(target.files, await readLocalTree(here), root);
  return await applySync(target.files, prepared);
}

const tree = (...paths: string[]): Tree => new Map(paths.map((path) => [path, `# ${path}\n`]));

describe("a synchronisation", () => {
  it("makes the board hold what the computer does, and then has nothing to do", async () => {
    writeTree(here, tree("main.py", "lib/a.py", "lib/deep/b.py"));
    mkdirSync(join(here, "empty"));
    expect(await sync()).toMatchObject({ created: 3, replaced: 0, removed: 0, kept: 0 });
    expect(readTree(board.folder)).toEqual(tree("main.py", "lib/a.py", "lib/deep/b.py"));
    expect(await board.files.find("empty")).toMatchObject({ kind: "folder" });
    expect(await sync()).toMatchObject({ created: 0, replaced: 0, removed: 0, kept: 3, bytes: 0 });
  });

  it("copies only what differs, also where the size does not", async () => {
    writeTree(here, tree("main.py", "lib/a.py"));
    await sync();
    writeFileSync(join(here, "main.py"), "# MAIN.py\n");
    expect(await sync()).toMatchObject({ created: 0, replaced: 1, kept: 1, bytes: 10 });
    expect(readFileSync(join(board.folder, "main.py"), "utf8")).toBe("# MAIN.py\n");
  });

  it("says what it will do before it does it", async () => {
    writeTree(here, tree("main.py", "lib/a.py"));
    await sync();
    writeTree(here, new Map([["main.py", "changed"], ...tree("new/b.py")]));
    const { plan } = await prepareSync(board.files, await readLocalTree(here));
    expect(plan).toEqual({
      steps: [
        { action: "make-folder", path: "new", size: 0 },
        { action: "replace", path: "main.py", size: 7 },
        { action: "create", path: "new/b.py", size: 11 },
        { action: "remove", path: "lib/a.py", size: 11 },
        { action: "remove-folder", path: "lib", size: 0 },
      ],
      bytes: 18,
      problems: [],
      strangers: [],
    });
    expect(readTree(board.folder)).toEqual(tree("main.py", "lib/a.py"));
  });

  it("removes what it put there, and nothing else", async () => {
    writeTree(board.folder, tree("boot.py", "lib/own.py", "logs/today.txt", "lib/same.py"));
    writeTree(here, tree("main.py", "lib/a.py", "lib/same.py", "pkg/b.py"));
    await sync();
    writeTree(here, tree("main.py"));
    expect(await sync()).toMatchObject({ removed: 2, kept: 1 });
    expect(readTree(board.folder)).toEqual(
      tree("boot.py", "lib/own.py", "lib/same.py", "logs/today.txt", "main.py"),
    );
  });

  it("leaves what was changed on the board since, and says so", async () => {
    writeTree(here, tree("main.py", "a.py"));
    await sync();
    writeFileSync(join(board.folder, "a.py"), "somebody's work");
    rmSync(join(here, "a.py"));
    const { plan } = await prepareSync(board.files, await readLocalTree(here));
    expect(plan.strangers).toEqual(["a.py"]);
    expect(await sync()).toMatchObject({ removed: 0 });
    expect(readFileSync(join(board.folder, "a.py"), "utf8")).toBe("somebody's work");
  });

  it("goes into a folder of the board", async () => {
    writeTree(here, tree("main.py", "lib/a.py"));
    await sync(board, "app/v1/");
    expect(readTree(join(board.folder, "app/v1"))).toEqual(tree("main.py", "lib/a.py"));
    rmSync(join(here, "lib"), { recursive: true });
    expect(await sync(board, "app/v1")).toMatchObject({ removed: 1, kept: 1 });
    expect(readTree(join(board.folder, "app/v1"))).toEqual(tree("main.py"));
  });

  it("puts a folder where it had put a file, and the other way round", async () => {
    writeTree(here, tree("thing", "other/x/y.py"));
    await sync();
    writeTree(here, tree("thing/a.py", "other"));
    await sync();
    expect(readTree(board.folder)).toEqual(tree("thing/a.py", "other"));
  });

  it("follows a name whose letter case has changed", async () => {
    writeTree(here, tree("Main.py", "keep.py"));
    await sync();
    writeTree(here, tree("main.py", "keep.py"));
    const { plan } = await prepareSync(board.files, await readLocalTree(here));
    expect(plan.steps[0]).toEqual({ action: "remove", path: "Main.py", size: 10 });
    await sync();
    expect(readTree(board.folder)).toEqual(tree("main.py", "keep.py"));
  });

  it("tells which changed modules the board has loaded", async () => {
    writeTree(here, new Map([...tree("main.py", "other.py"), ["pkg/mod.py", "x = 1\n"]]));
    await sync();
    await board.repl.evaluate("import sys\nsys.path[0] = ''\nimport pkg.mod");
    writeTree(here, new Map([...tree("main.py"), ["pkg/mod.py", "x = 2\n"]]));
    expect(await sync()).toMatchObject({ stale: ["pkg/mod.py"] });
  });

  it("leaves out what the default rules and .slotscopeignore name", async () => {
    const ignored = [
      ".git/config",
      ".venv/x.py",
      "__pycache__/a.pyc",
      "lib/b.pyc",
      "node_modules/x.js",
      ".env",
    ];
    writeTree(here, tree("main.py", "lib/a.py", "notes.md", "build/x.py", "keep/.env", ...ignored));
    writeFileSync(join(here, ".slotscopeignore"), "*.md\nbuild/\n!keep/.env\n");
    await sync();
    expect([...readTree(board.folder).keys()].sort()).toEqual(["keep/.env", "lib/a.py", "main.py"]);
  });

  it.skipIf(process.platform === "win32")(
    "follows links that stay in the folder, and no others",
    async () => {
      const outside = makeFolder();
      writeTree(outside, tree("secret.py"));
      writeTree(here, tree("main.py", "lib/a.py"));
      symlinkSync(join(outside, "secret.py"), join(here, "file.py"));
      symlinkSync(outside, join(here, "folder"));
      symlinkSync("nowhere", join(here, "broken"));
      symlinkSync("..", join(here, "lib", "round"));
      symlinkSync("main.py", join(here, "alias.py"));
      symlinkSync("lib", join(here, "more"));
      const local = await readLocalTree(here);
      expect(local.skipped).toEqual(["broken", "file.py", "folder", "lib/round", "more/round"]);
      await sync();
      expect(readTree(board.folder)).toEqual(
        new Map([...tree("main.py", "lib/a.py"), ["alias.py", "# main.py\n"], ["more/a.py", "# lib/a.py\n"]]),
      );
    },
  );

  it.skipIf(process.platform === "win32")("writes nothing where a name is none for a board", async () => {
    const names = [
      "con:fig.py",
      "back\\slash.py",
      "new\nline.py",
      "LIB/x.py",
      "dot.",
      `${"n".repeat(241)}.py`,
    ];
    writeTree(here, tree("main.py", "lib/x.py", ...names));
    const prepared = await prepareSync(board.files, await readLocalTree(here));
    expect(prepared.plan.problems.map(({ kind, path }) => `${kind} ${path}`).sort()).toEqual(
      [...names, "lib", "lib/x.py"]
        .filter((path) => !path.startsWith("LIB"))
        .map((path) => `bad-name ${path}`)
        .sort(),
    );
    await expect(applySync(board.files, prepared)).rejects.toMatchObject({
      name: "FileError",
      kind: "bad-name",
    });
    expect(readTree(board.folder).size).toBe(0);
  });

  it("writes nothing where a folder of the board stands in a file's place", async () => {
    writeTree(board.folder, tree("main.py/inner.py", "lib"));
    writeTree(here, tree("main.py", "lib/a.py", "other.py"));
    const { plan } = await prepareSync(board.files, await readLocalTree(here));
    expect(plan.problems.map(({ kind, path }) => `${kind} ${path}`).sort()).toEqual([
      "is-folder main.py",
      "not-folder lib",
    ]);
    await expect(sync()).rejects.toMatchObject({ name: "FileError" });
  });

  it("writes nothing where there is no space for it", async () => {
    writeTree(here, tree("main.py"));
    await board.files.list("");
    await board.runner.run("def room(path):\n    return '5 255'");
    await expect(sync()).rejects.toMatchObject({ kind: "no-space" });
    expect(readTree(board.folder).size).toBe(0);
  });

  it("keeps what it remembers small", async () => {
    writeTree(here, tree("main.py"));
    for (let round = 0; round < 120; round++) {
      writeFileSync(join(here, "main.py"), `round = ${round}`);
      await sync();
    }
    expect(readFileSync(join(board.folder, ".slotscope/synced.tsv")).length).toBeLessThan(5000);
    rmSync(join(here, "main.py"));
    expect(await sync()).toMatchObject({ removed: 1 });
  });
});

/**
 * Files that are neither old nor new. One that may be there or not may be missing; any other may only where the file
 * system can't replace files: its complete new version waits beside it.
 */
function findTorn(folder: string, before: Tree, next: Tree): string[] {
  const found = readTree(folder);
  return [...new Set([...before.keys(), ...next.keys()])].filter((path) => {
    const versions = [before.get(path), next.get(path)];
    const content = found.get(path) ?? found.get(`${path}.slotscope-full`);
    return !versions.includes(content);
  });
}

describe("a board that is unplugged at any byte", () => {
  it.each(Array.from({ length: 8 }, (_, seed) => seed))(
    "holds each file old or new, and the next synchronisation does the rest (seed %i)",
    async (seed) => {
      const random = seededRandom(seed);
      const own = new Map([["own.txt", "of the board"]]);
      writeTree(board.folder, own);
      const first = randomTree(random);
      writeTree(here, first);
      await sync();
      let last: Tree = first;
      for (let round = 0; round < 12; round++) {
        const before = readTree(board.folder);
        const next = changeTree(random, last);
        writeTree(here, next);
        const cut = await openUnixBoard(board.folder, (inner) =>
          cutAfter(inner, 1000 + pickNumber(random, 30_000)),
        );
        const error = await sync(cut).then(
          () => undefined,
          (reason: unknown) => reason as TransportError,
        );
        await cut.close();
        expect(["disconnected", undefined]).toContain(error?.kind);
        expect(findTorn(board.folder, before, new Map([...own, ...next]))).toEqual([]);
        await sync();
        expect(readTree(board.folder)).toEqual(new Map([...own, ...next]));
        last = next;
      }
    },
  );
});

/** Makes the target's `os` end the program, as a power cut does, before its next `count`th call that changes something. */
function failAfter(count: number, replaces: boolean): string {
  const code = [
    "import os, sys",
    "class Os:",
    `    left = ${count}`,
    "    def __getattr__(self, name):",
    "        real = getattr(os, name)",
    "        if name not in ('rename', 'remove', 'rmdir', 'mkdir'):",
    "            return real",
    "        def call(*paths):",
    "            self.left -= 1",
    "            if self.left < 0:",
    "                os.system('kill -9 $PPID')",
    "            if name == 'rename':",
    `                if ${replaces ? "False" : "True"}:`,
    "                    try:",
    "                        os.stat(paths[1])",
    "                    except OSError:",
    "                        return real(*paths)",
    "                    raise OSError(17)",
    "            return real(*paths)",
    "        return call",
    "sys.modules['os'] = Os()",
  ];
  return `exec(${JSON.stringify(code.join("\n"))}, {})`;
}

describe.each([
  ["replaces a file in one step", true],
  ["can't replace a file, as FAT", false],
])("a board whose file system %s", (_, replaces) => {
  it("loses no file by a power cut before any step", async () => {
    const random = seededRandom(replaces ? 1 : 2);
    const before = randomTree(random, 6);
    const next = changeTree(random, before);
    let isDone = false;
    for (let count = 0; !isDone; count++) {
      const folder = makeFolder();
      const calm = await openUnixBoard(folder);
      writeTree(here, before);
      await sync(calm);
      await calm.close();
      writeTree(here, next);
      const failing = await openUnixBoard(folder);
      await failing.repl.evaluate(failAfter(count, replaces));
      const error = await sync(failing).catch((reason: unknown) => reason as TransportError);
      await failing.close();
      isDone = !(error instanceof TransportError);
      expect(findTorn(folder, before, next)).toEqual([]);
      const healed = await openUnixBoard(folder);
      await sync(healed);
      await healed.close();
      expect(readTree(folder)).toEqual(next);
    }
  });
});
