import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FileError, RemoteFiles } from "../../dist/files/index.js";
import { AgentError, type CodeRunner } from "../../dist/index.js";
import { makeFolder, openUnixBoard, removeFolders } from "../support/unix-board.js";

const encoder = new TextEncoder();
const bytesOf = (count: number, step = 7): Uint8Array =>
  Uint8Array.from({ length: count }, (_, index) => (index * step + (index >> 8) * 31) & 0xff);

let board: Awaited<ReturnType<typeof openUnixBoard>>;
beforeEach(async () => {
  board = await openUnixBoard(makeFolder());
});
afterEach(() => board.close());
afterAll(removeFolders);

async function kindOf(promise: Promise<unknown>): Promise<string> {
  return await promise.then(
    () => "no error",
    (error: unknown) => (error as FileError).kind,
  );
}

describe("code run by the raw REPL", () => {
  it("gives the text that it assigns to result, and keeps its names for the next", async () => {
    expect(await board.runner.run("count = 41")).toBe("");
    expect(await board.runner.run("print('noise', end='')\nresult = str(count + 1)")).toBe("42");
    expect(await board.runner.run("pass")).toBe("");
  });

  it("leaves no name in __main__", async () => {
    await board.runner.run("mine = 1");
    await board.files.list("");
    expect(await board.repl.evaluate("print([n for n in dir() if n[:2] != '__'])")).toContain("[]");
  });

  it("is run in the order of the calls", async () => {
    await board.runner.run("seen = ''");
    const calls = ["a", "b", "c"].map((letter) => board.runner.run(`seen += '${letter}'; result = seen`));
    expect(await Promise.all(calls)).toEqual(["a", "ab", "abc"]);
  });

  it("takes every byte as data", async () => {
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const answer = await board.runner.runWithData("result = str(sum(data[0]) + len(data[1]))", [all, all]);
    expect(answer).toBe(String(255 * 128 + 256));
  });

  it("takes data as part of the code where the line loses input", async () => {
    let isGood = false;
    const lossy = await openUnixBoard(
      makeFolder(),
      (inner) => ({
        ...inner,
        write(bytes) {
          // Only data go in so large pieces.
          const isLost = !isGood && bytes.length > 1500;
          isGood ||= isLost;
          return inner.write(isLost ? bytes.subarray(7) : bytes);
        },
      }),
      { silenceMs: 500 },
    );
    try {
      const data = bytesOf(3000);
      expect(await lossy.runner.runWithData("result = str(sum(data[0]))", [data])).toBe(
        String(data.reduce((sum, byte) => sum + byte, 0)),
      );
      expect(isGood).toBe(true);
      expect(await lossy.runner.runWithData("result = str(len(data[0]))", [data])).toBe("3000");
    } finally {
      await lossy.close();
    }
  });

  it("that raises gives the exception's type, message and traceback", async () => {
    const error = await board.runner
      .run("def f():\n    raise ValueError('nö\\n')\nf()")
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(AgentError);
    const { kind, exception } = error as AgentError;
    expect(kind).toBe("device-exception");
    expect(exception?.slice(0, 2)).toEqual(["ValueError", "nö\n"]);
    expect(exception?.[2]).toContain("in f\n");
    expect(await board.runner.run("result = 'on'")).toBe("on");
  });

  it("that does not compile gives a SyntaxError", async () => {
    const error = await board.runner.run("x = = 1").catch((e: unknown) => e);
    expect((error as AgentError).exception?.[0]).toBe("SyntaxError");
  });

  it("finds a new namespace where the board was reset", async () => {
    await board.runner.run("kept = 1");
    await board.transport.hardReset?.();
    await board.repl.enter();
    expect(await board.runner.run("result = str('kept' in globals())")).toBe("False");
  });
});

/** Each way in which data reach the board. */
const ways: readonly (readonly [string, (runner: typeof board.runner) => CodeRunner])[] = [
  ["as they are", (runner) => runner],
  ["as text", (runner) => ({ run: (code) => runner.run(code) })],
];

describe.each(ways)("files whose bytes go %s", (_, wrap) => {
  let files: RemoteFiles;
  beforeEach(() => {
    files = new RemoteFiles(wrap(board.runner));
  });

  it.each([
    ["no byte", new Uint8Array(0)],
    ["every byte", bytesOf(256, 1)],
    ["more bytes than go at once", bytesOf(100_001)],
    ["bytes that compress well", encoder.encode("print('hello')\n".repeat(9000))],
  ])("arrive whole with %s", async (_, bytes) => {
    await files.write("file.bin", bytes);
    expect(Buffer.compare(readFileSync(join(board.folder, "file.bin")), bytes)).toBe(0);
    expect(Buffer.compare(await files.read("file.bin"), bytes)).toBe(0);
    expect(readdirSync(board.folder)).toEqual(["file.bin"]);
  });

  it("are replaced", async () => {
    await files.write("a.py", encoder.encode("old"));
    await files.write("a.py", encoder.encode("new"));
    expect(readFileSync(join(board.folder, "a.py"), "utf8")).toBe("new");
  });

  it("are listed, folders first", async () => {
    await files.mkdir("lib/deep", { parents: true });
    await files.write("lib/b.py", bytesOf(3));
    await files.write("lib/a é'\\.py", bytesOf(2));
    expect(await files.list("lib")).toEqual([
      { path: "deep", kind: "folder", size: 0 },
      { path: "a é'\\.py", kind: "file", size: 2 },
      { path: "b.py", kind: "file", size: 3 },
    ]);
    expect((await files.tree("")).map(({ path }) => path)).toEqual([
      "lib",
      "lib/deep",
      "lib/a é'\\.py",
      "lib/b.py",
    ]);
  });

  it("are told by their size, and hashed where that is asked", async () => {
    await files.write("a", bytesOf(3));
    expect(await files.stat("a")).toMatchObject({ kind: "file", size: 3 });
    expect(await files.find("b")).toBeUndefined();
    const [entry] = await files.tree("", { hashSizes: new Set([3]) });
    expect(entry?.hash).toBe(await files.digest(bytesOf(3)));
  });

  it("are removed, renamed, and removed with their folder", async () => {
    await files.mkdir("lib/deep/er", { parents: true });
    await files.writeAll(
      Array.from({ length: 130 }, (_, index) => ({
        path: `lib/deep/m${index}.py`,
        read: () => Promise.resolve(bytesOf(index)),
      })),
    );
    expect(readdirSync(join(board.folder, "lib/deep")).length).toBe(131);
    await files.rename("lib/deep/m1.py", "lib/first.py");
    await files.remove("lib/deep/m2.py");
    expect(await kindOf(files.removeFolder("lib/deep"))).toBe("not-empty");
    await files.removeTree("lib/deep");
    expect(readdirSync(join(board.folder, "lib"))).toEqual(["first.py"]);
    expect(readFileSync(join(board.folder, "lib/first.py")).length).toBe(1);
  });

  it("tell what is wrong, with the path", async () => {
    mkdirSync(join(board.folder, "lib"));
    writeFileSync(join(board.folder, "main.py"), "");
    const wrong = [
      files.read("none.py"),
      files.read("lib"),
      files.write("lib", bytesOf(5)),
      files.write("none/a.py", bytesOf(5)),
      files.write("main.py/a.py", bytesOf(5)),
      files.write(`${"n".repeat(300)}.py`, bytesOf(5)),
      files.remove("none.py"),
      files.remove("lib"),
      files.rename("lib", "main.py"),
      files.mkdir("lib"),
      files.mkdir("main.py/deep", { parents: true }),
      files.list("none"),
    ];
    expect(await Promise.all(wrong.map(kindOf))).toEqual([
      "not-found",
      "is-folder",
      "is-folder",
      "not-found",
      "not-folder",
      "bad-name",
      "not-found",
      "is-folder",
      "exists",
      "exists",
      "not-folder",
      "not-found",
    ]);
    await expect(files.read("lib/none.py")).rejects.toThrow("lib/none.py: there is no such file");
    expect(readdirSync(board.folder).sort()).toEqual(["lib", "main.py"]);
  });
});

/** A MicroPython that lacks modules: importing them fails from now on. */
async function hide(...modules: string[]): Promise<void> {
  const code = [
    "import builtins",
    "def _hide(real):",
    "    def get(name, *more):",
    `        if name in ${JSON.stringify(modules)}:`,
    "            raise ImportError(name)",
    "        return real(name, *more)",
    "    return get",
    "builtins.__import__ = _hide(__import__)",
  ];
  await board.repl.evaluate(`exec(${JSON.stringify(code.join("\n"))}, {})`);
}

describe("files of a board that has", () => {
  it.each([
    ["no deflate", ["deflate"], /^.{16}$/],
    ["no hashlib", ["hashlib"], /^[0-9a-f]{8}$/],
    ["no binascii", ["binascii"], /^[0-9a-f]{24}$/],
    ["none of them", ["deflate", "hashlib", "binascii"], /^[0-9a-f]{8}$/],
  ])("%s arrive whole", async (_, modules, hash) => {
    await hide(...modules);
    const bytes = bytesOf(20_000);
    await board.files.write("a.bin", bytes);
    await board.files.write("b.txt", encoder.encode("text ".repeat(500)));
    expect(Buffer.compare(readFileSync(join(board.folder, "a.bin")), bytes)).toBe(0);
    expect(Buffer.compare(await board.files.read("a.bin"), bytes)).toBe(0);
    const [entry] = await board.files.tree("", { hashSizes: new Set([20_000]) });
    expect(entry?.hash).toBe(await board.files.digest(bytes));
    expect(entry?.hash).toMatch(hash);
  });

  it("a rename that replaces nothing, as FAT's, are replaced", async () => {
    const code = [
      "import os, sys",
      "class Os:",
      "    def __getattr__(self, name):",
      "        return getattr(os, name)",
      "    def rename(self, old, new):",
      "        if new in os.listdir():",
      "            raise OSError(17)",
      "        os.rename(old, new)",
      "sys.modules['os'] = Os()",
    ];
    await board.repl.evaluate(`exec(${JSON.stringify(code.join("\n"))}, {})`);
    await board.files.write("a.py", encoder.encode("old"));
    await board.files.write("a.py", encoder.encode("new"));
    expect(readdirSync(board.folder)).toEqual(["a.py"]);
    expect(readFileSync(join(board.folder, "a.py"), "utf8")).toBe("new");
  });
});

describe("files of a board with little memory", () => {
  // Of 64-bit words: half as much would do on a microcontroller.
  it.each(ways)("arrive whole, their bytes sent %s", async (_, wrap) => {
    const small = await openUnixBoard(makeFolder(), (inner) => inner, { heapSize: 90 * 1024 });
    try {
      const files = new RemoteFiles(wrap(small.runner));
      const bytes = bytesOf(30_000);
      await files.write("a.bin", bytes);
      expect(Buffer.compare(await files.read("a.bin"), bytes)).toBe(0);
      await files.writeAll(
        Array.from({ length: 80 }, (_, index) => ({
          path: `module_${index}.py`,
          read: () => Promise.resolve(encoder.encode(`x = ${index}\n`.repeat(30))),
        })),
      );
      expect((await files.tree("")).length).toBe(81);
    } finally {
      await small.close();
    }
  });
});

describe("what a cut has left", () => {
  it("takes its place if it is complete, whatever is done next", async () => {
    for (const name of ["listed", "read", "told", "removed", "written"]) {
      mkdirSync(join(board.folder, name));
      writeFileSync(join(board.folder, name, "a.py.slotscope-full"), "whole");
    }
    expect(await board.files.list("listed")).toMatchObject([{ path: "a.py", size: 5 }]);
    expect(new TextDecoder().decode(await board.files.read("read/a.py"))).toBe("whole");
    expect(await board.files.stat("told/a.py")).toMatchObject({ size: 5 });
    await board.files.remove("removed/a.py");
    expect(readdirSync(join(board.folder, "removed"))).toEqual([]);
    await board.files.write("written/a.py", encoder.encode("newer"));
    expect(readdirSync(join(board.folder, "written"))).toEqual(["a.py"]);
    expect(readFileSync(join(board.folder, "written/a.py"), "utf8")).toBe("newer");
  });

  it("is not shown, and overwritten, if it is not", async () => {
    writeFileSync(join(board.folder, "a.py"), "old");
    writeFileSync(join(board.folder, "a.py.slotscope-part"), "ha");
    expect(await board.files.list("")).toMatchObject([{ path: "a.py" }]);
    await board.files.write("a.py", encoder.encode("new"));
    expect(readdirSync(board.folder)).toEqual(["a.py"]);
    writeFileSync(join(board.folder, "b.py.slotscope-part"), "ha");
    await board.files.tree("", { clean: true });
    expect(readdirSync(board.folder)).toEqual(["a.py"]);
  });
});
