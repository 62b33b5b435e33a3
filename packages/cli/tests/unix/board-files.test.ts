import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { noTerminalReason, TerminalDialogue } from "../support/pty.js";
import { runCli } from "../support/start-cli.js";

let base: string;
/** The folder in which the command runs. */
let here: string;
/** The files of the board: MicroPython's unix port. */
let board: string;
let port: string;
/** A hub of these tests' own. */
const hubFolder = mkdtempSync(join(tmpdir(), "slotscope-hub-"));
const env = { SLOTSCOPE_HUB: join(hubFolder, "hub.sock") };

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "slotscope-board-"));
  here = join(base, "here");
  board = join(base, "board");
  for (const folder of [here, board]) mkdirSync(folder);
  port = `process:${process.env["SLOTSCOPE_UNIX"]},${board}`;
});
afterEach(() => rmSync(base, { recursive: true }));
afterAll(async () => {
  await runCli(["hub", "--stop"], { env });
  rmSync(hubFolder, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(join(base, path, ".."), { recursive: true });
  writeFileSync(join(base, path), text);
}

const read = (path: string): string => readFileSync(join(base, path), "utf8");
const slotscope = (...words: string[]) => runCli([...words, "--port", port], { cwd: here, env });
const jsonLines = (text: string): unknown[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);

const silent = { status: 0, stdout: "", stderr: "" };

describe("slotscope cp", () => {
  it("copies files into the board's folder, or under another name", async () => {
    write("here/main.py", "print(1)\n");
    write("here/boot.py", "print(2)\n");
    expect(await slotscope("cp", "main.py", "boot.py", ":")).toMatchObject(silent);
    expect(await slotscope("cp", "main.py", ":other.py")).toMatchObject(silent);
    expect(readdirSync(board).sort()).toEqual(["boot.py", "main.py", "other.py"]);
    expect(read("board/other.py")).toBe("print(1)\n");
  });

  it("copies folders with -r, into a folder that is there or under a name of their own", async () => {
    write("here/lib/a.py", "a");
    write("here/lib/deep/b.py", "b");
    expect(await slotscope("cp", "-r", "lib", ":")).toMatchObject(silent);
    expect(await slotscope("cp", "-r", "lib", ":copy")).toMatchObject(silent);
    expect(await slotscope("cp", "-r", ".", ":all")).toMatchObject(silent);
    expect(read("board/lib/deep/b.py") + read("board/copy/a.py") + read("board/all/lib/a.py")).toBe("baa");
  });

  it("copies files and folders from the board", async () => {
    write("board/log.csv", "1,2\n");
    write("board/data/x/y.bin", "\u0000\u0001");
    write("board/.slotscope/synced.tsv", "");
    expect(await slotscope("cp", ":log.csv", ".")).toMatchObject(silent);
    expect(await slotscope("cp", "-r", ":", "backup")).toMatchObject(silent);
    expect(read("here/log.csv") + read("here/backup/data/x/y.bin")).toBe("1,2\n\u0000\u0001");
    expect(readdirSync(join(here, "backup")).sort()).toEqual(["data", "log.csv"]);
  });

  it("copies files within the board", async () => {
    write("board/main.py", "print(1)\n");
    expect(await slotscope("cp", ":main.py", ":old.py")).toMatchObject(silent);
    expect(read("board/old.py")).toBe("print(1)\n");
  });

  it("says what it copied as JSON", async () => {
    write("here/main.py", "print(1)\n");
    const { stdout } = await slotscope("cp", "--json", "main.py", ":");
    expect(jsonLines(stdout)).toEqual([{ from: "main.py", to: ":main.py", size: 9 }]);
  });

  it.each([
    [["cp", "main.py", "other.py"], 2, "write its paths with a colon"],
    [["cp", "main.py"], 2, "cp needs a SOURCE and a TARGET"],
    [["cp", "main.py", ":x", ":y"], 2, "all from this computer or all from the board"],
    [["cp", "none.py", ":"], 1, "none.py: no such file or folder"],
    [["cp", "lib", ":"], 1, "lib is a folder. With -r it is copied"],
    [["cp", "main.py", ":none/"], 1, "`slotscope mkdir :none/` makes it"],
    [["cp", ":none.py", "."], 1, "none.py: there is no such file or folder on the board"],
    [["cp", ":boot.py", "none/"], 1, "none/ is no folder of this computer"],
    [["cp", "main.py", ":none/main.py"], 1, "none/main.py: there is no such file or folder on the board"],
  ])("%s ends with status %i and says what is wrong", async (words, status, message) => {
    write("here/main.py", "");
    write("here/lib/a.py", "");
    write("board/boot.py", "");
    const outcome = await slotscope(...words);
    expect(outcome).toMatchObject({ status, stdout: "" });
    expect(outcome.stderr).toContain(message);
  });
});

describe("slotscope ls, cat, mkdir and rm", () => {
  it("list and print", async () => {
    write("board/main.py", "print(1)\n");
    write("board/lib/a.py", "a");
    expect((await slotscope("ls")).stdout).toBe("   lib/\n9  main.py\n");
    expect((await slotscope("ls", "-r", ":")).stdout).toBe("   lib/\n1  lib/a.py\n9  main.py\n");
    expect((await slotscope("ls", ":lib", "main.py")).stdout).toBe(":lib\n1  a.py\n\n:main.py\n9  main.py\n");
    expect(jsonLines((await slotscope("ls", "--json")).stdout)).toEqual([
      { path: "lib", kind: "folder", size: 0 },
      { path: "main.py", kind: "file", size: 9 },
    ]);
    expect((await slotscope("cat", ":main.py", "lib/a.py")).stdout).toBe("print(1)\na");
  });

  it("make and remove", async () => {
    write("board/main.py", "print(1)\n");
    write("board/lib/a.py", "a");
    expect(await slotscope("mkdir", ":new")).toMatchObject(silent);
    expect(await slotscope("mkdir", "--parents", ":x/y/z")).toMatchObject(silent);
    expect(await slotscope("rm", ":main.py", "lib/a.py")).toMatchObject(silent);
    expect(await slotscope("rm", "-r", ":x")).toMatchObject(silent);
    expect(readdirSync(board).sort()).toEqual(["lib", "new"]);
    expect(await slotscope("rm", "-r", ":")).toMatchObject(silent);
    expect(readdirSync(board)).toEqual([]);
  });

  it.each([
    [["ls", ":none"], 1, "none: there is no such file or folder on the board"],
    [["cat"], 2, "cat needs at least one PATH"],
    [["cat", ":lib"], 1, "lib: it is a folder on the board, not a file"],
    [["rm", ":lib"], 1, "lib is a folder. With -r it is removed"],
    [["mkdir", ":lib"], 1, "lib: it is there already"],
    [["mkdir", ":none/lib"], 1, "none/lib lies in a folder that is not there. With --parents"],
  ])("%s ends with status %i and says what is wrong", async (words, status, message) => {
    mkdirSync(join(board, "lib"));
    const outcome = await slotscope(...words);
    expect(outcome).toMatchObject({ status, stdout: "" });
    expect(outcome.stderr).toContain(message);
  });

  it("say that a board can't be opened", async () => {
    const outcome = await runCli(["ls", "--port", "process:/nowhere/micropython"], { env });
    expect(outcome).toMatchObject({ status: 1, stdout: "" });
    expect(outcome.stderr).toContain("/nowhere/micropython can't be run");
  });
});

describe("slotscope sync", () => {
  it("says what it would do, does it, and then has nothing to do", async () => {
    write("here/main.py", "print(1)\n");
    write("here/lib/a.py", "a");
    write("here/.env", "secret");
    write("board/own.txt", "");
    const changes = "+ lib/\n+ lib/a.py\n+ main.py\n";
    expect((await slotscope("sync", "--dry-run")).stdout).toBe(
      `${changes}2 files to be written (10 B), 0 to be removed, 0 unchanged\n`,
    );
    expect(readdirSync(board)).toEqual(["own.txt"]);
    expect(await slotscope("sync")).toMatchObject({
      ...silent,
      stdout: `${changes}2 files written (10 B), 0 removed, 0 unchanged\n`,
    });
    expect(read("board/main.py")).toBe("print(1)\n");
    rmSync(join(here, "lib"), { recursive: true });
    write("here/main.py", "print(2)\n");
    expect((await slotscope("sync")).stdout).toBe(
      "~ main.py\n- lib/a.py\n- lib/\n1 file written (9 B), 1 removed, 0 unchanged\n",
    );
    expect((await slotscope("sync")).stdout).toBe("0 files written (0 B), 0 removed, 1 unchanged\n");
    expect(readdirSync(board).sort()).toEqual([".slotscope", "main.py", "own.txt"]);
  });

  it("takes a folder of this computer and one of the board, and tells the plan as JSON", async () => {
    write("here/src/main.py", "print(1)\n");
    const { stdout } = await slotscope("sync", "--json", "src", ":app");
    expect(jsonLines(stdout)).toEqual([
      {
        steps: [{ action: "create", path: "main.py", size: 9 }],
        kept: 0,
        bytes: 9,
        strangers: [],
        done: true,
        stale: [],
      },
    ]);
    expect(read("board/app/main.py")).toBe("print(1)\n");
  });

  it("says what was changed on the board, and leaves it", async () => {
    write("here/a.py", "a");
    await slotscope("sync");
    write("board/a.py", "by hand");
    rmSync(join(here, "a.py"));
    const outcome = await slotscope("sync");
    expect(outcome.stderr).toContain("a.py was changed on the board since a sync put it there: it stays");
    expect(read("board/a.py")).toBe("by hand");
  });

  it("copies nothing where a name is none for boards", async () => {
    write("here/main.py", "");
    write(`here/${"n".repeat(250)}`, "");
    const outcome = await slotscope("sync");
    expect(outcome).toMatchObject({ status: 1, stdout: "" });
    expect(outcome.stderr).toContain("Nothing was copied:\n");
    expect(readdirSync(board)).toEqual([]);
  });

  it("refuses two folders, a folder that is not there, and a file", async () => {
    expect(await slotscope("sync", "a", "b")).toMatchObject({ status: 2 });
    expect(await slotscope("sync", "none")).toMatchObject({
      status: 1,
      stderr: "slotscope sync: none: no such file or folder.\n",
    });
    write("here/main.py", "");
    const outcome = await slotscope("sync", "main.py");
    expect(outcome).toMatchObject({ status: 1, stdout: "" });
    expect(outcome.stderr).toContain("main.py is a file, and sync takes a FOLDER");
  });

  it.skipIf(noTerminalReason())("shows on a terminal how far it is", async () => {
    write("here/big.bin", "x".repeat(50_000));
    const dialogue = new TerminalDialogue(["sync", "--port", port], here, env);
    await dialogue.read("1 file written");
    expect(await dialogue.ended).toBe(0);
    expect(dialogue.raw).toContain("100%  50.0 kB of 50.0 kB  big.bin");
  });
});
