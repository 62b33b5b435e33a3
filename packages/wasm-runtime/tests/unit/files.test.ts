import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeFolder, openTarget } from "../support/target.js";

describe("the workspace", () => {
  it("is the root and the current folder, and modules are imported from it", async () => {
    const workspace = makeFolder();
    writeFileSync(join(workspace, "sensors.py"), "def read():\n    raise OSError('unplugged')\n");
    mkdirSync(join(workspace, "pkg"));
    writeFileSync(join(workspace, "pkg", "__init__.py"), "from .part import value\n");
    writeFileSync(join(workspace, "pkg", "part.py"), "value = 'é€😀'\n");
    mkdirSync(join(workspace, "lib"));
    writeFileSync(join(workspace, "lib", "installed.py"), "name = __name__\n");
    const { run } = await openTarget({ workspace });
    const { output, error } = await run(
      [
        "import os, pkg, installed",
        "print(os.getcwd(), sorted(os.listdir()), sorted(os.listdir('/')) == sorted(os.listdir()))",
        "print(pkg.value, installed.name)",
        "import sensors",
        "sensors.read()",
      ].join("\n"),
    );
    expect(output).toBe("/ ['lib', 'pkg', 'sensors.py'] True\né€😀 installed\n");
    expect(error).toContain('  File "sensors.py", line 2, in read\nOSError: unplugged');
  });

  it("is read and written by open, in text and bytes, with seek, append and truncation", async () => {
    const workspace = makeFolder();
    const { run } = await openTarget({ workspace });
    const { output, error } = await run(
      [
        "with open('a.txt', 'w') as f: f.write('one\\ntwo\\n')",
        "with open('/a.txt', 'a') as f: f.write('three\\n')",
        "print(open('a.txt').read().split(), [l for l in open('./a.txt')])",
        "with open('b.bin', 'wb') as f:",
        "    for i in range(256): f.write(bytes([i]) * 300)",
        "f = open('b.bin', 'rb')",
        "print(f.seek(300), f.read(2), f.tell(), f.seek(-1, 2), f.read(), f.seek(0), f.seek(10, 1))",
        "f.close()",
        "f = open('b.bin', 'r+b'); f.seek(1); f.write(b'XY'); f.seek(0); print(f.read(4)); f.close()",
        "with open('a.txt', 'w') as f: f.write('x')",
        "import os",
        "print(os.stat('a.txt')[6], os.stat('b.bin')[6], os.stat('a.txt')[0] == 0x8000 | 0o644)",
      ].join("\n"),
    );
    expect(error).toBe("");
    expect(output.split("\n")).toEqual([
      "['one', 'two', 'three'] ['one\\n', 'two\\n', 'three\\n']",
      "300 b'\\x01\\x01' 302 76799 b'\\xff' 0 10",
      "b'\\x00XY\\x00'",
      "1 76800 True",
      "",
    ]);
    expect(readFileSync(join(workspace, "a.txt"), "utf8")).toBe("x");
    expect(readFileSync(join(workspace, "b.bin")).length).toBe(76800);
  });

  it("can be rearranged: mkdir, rename, remove, rmdir, chdir, ilistdir", async () => {
    const workspace = makeFolder();
    const { run } = await openTarget({ workspace });
    const { output, error } = await run(
      [
        "import os",
        "os.mkdir('d'); os.mkdir('d/e')",
        "open('d/x', 'w').close(); open('y', 'w').close()",
        "os.rename('d/x', 'd/e/z'); os.rename('y', 'd/e/z')",
        "os.chdir('d'); print(os.getcwd(), os.listdir(), os.listdir('..'))",
        "print(sorted(os.ilistdir('/d')) == [(n, t, i) for n, t, i in sorted(os.ilistdir('.'))])",
        "print([(n, t) for n, t, *_ in os.ilistdir('/')])",
        "os.remove('e/z'); os.rmdir('e'); os.chdir('/'); os.rename('d', 'f')",
        "print(os.listdir(), os.statvfs('/')[0] > 0)",
      ].join("\n"),
    );
    expect(error).toBe("");
    expect(output).toBe("/d ['e'] ['d']\nTrue\n[('d', 16384)]\n['f'] True\n");
    expect(readdirSync(workspace)).toEqual(["f"]);
  });

  it("reports errors with MicroPython's numbers", async () => {
    const workspace = makeFolder();
    const { run } = await openTarget({ workspace });
    const { output } = await run(
      [
        "import os, errno",
        "def number(f, *a):",
        "    try: f(*a)",
        "    except OSError as e: return errno.errorcode.get(e.errno, e.errno)",
        "os.mkdir('d'); open('d/f', 'w').close()",
        "print(number(open, 'nope'), number(os.mkdir, 'd'), number(os.listdir, 'nope'), number(os.remove, 'nope'))",
        "print(number(os.remove, 'd'), number(os.rmdir, 'd'), number(open, 'd', 'w'), number(os.chdir, 'd/f'))",
        "print(number(os.stat, 'd/f/g'), number(open, 'no/such', 'w'), number(os.rename, 'nope', 'x'))",
        "f = open('d/f'); f2 = open('d/f', 'w'); print(number(f.write, 'x'), number(f2.read))",
      ].join("\n"),
    );
    expect(output).toBe("ENOENT EEXIST ENOENT ENOENT\nEISDIR 39 EISDIR 20\n20 ENOENT ENOENT\nEBADF EBADF\n");
  });

  it("shows at once what other programs do to it", async () => {
    const workspace = makeFolder();
    const { run } = await openTarget({ workspace });
    await run("import os");
    writeFileSync(join(workspace, "thing"), "file");
    expect((await run("print(os.listdir(), os.stat('thing')[6])")).output).toBe("['thing'] 4\n");
    execFileSync("rm", [join(workspace, "thing")]);
    mkdirSync(join(workspace, "thing"));
    expect((await run("print(os.listdir('thing'), os.stat('thing')[0] == 0o40755)")).output).toBe(
      "[] True\n",
    );
  });

  it("may be read-only", async () => {
    const workspace = makeFolder();
    writeFileSync(join(workspace, "data"), "kept");
    mkdirSync(join(workspace, "folder"));
    const { run } = await openTarget({ workspace, readOnly: true });
    const { output } = await run(
      [
        "import os",
        "def refused(f, *a):",
        "    try: f(*a)",
        "    except OSError as e: return e.errno",
        "    return 'done'",
        "print(open('data').read(), os.listdir())",
        "print([refused(open, n, m) for n in ('data', 'new') for m in ('w', 'a', 'r+')])",
        "print(refused(os.mkdir, 'x'), refused(os.remove, 'data'), refused(os.rmdir, 'folder'), refused(os.rename, 'data', 'x'))",
      ].join("\n"),
    );
    expect(output.split("\n")[0]).toBe("kept ['data', 'folder']");
    expect(output.split("\n")[1]).toBe("[30, 30, 30, 30, 30, 2]");
    expect(output.split("\n")[2]).toBe("30 30 30 30");
    expect(readFileSync(join(workspace, "data"), "utf8")).toBe("kept");
    expect(readdirSync(workspace).sort()).toEqual(["data", "folder"]);
  });

  it("follows links that stay inside and no others", async () => {
    const workspace = makeFolder();
    const outside = makeFolder();
    writeFileSync(join(outside, "secret"), "secret");
    mkdirSync(join(workspace, "real"));
    writeFileSync(join(workspace, "real", "file"), "inside");
    symlinkSync("real", join(workspace, "good"));
    symlinkSync(join(workspace, "real", "file"), join(workspace, "goodfile"));
    symlinkSync(outside, join(workspace, "out"));
    symlinkSync(join(outside, "secret"), join(workspace, "outfile"));
    symlinkSync(join(outside, "created"), join(workspace, "dangling"));
    symlinkSync("loop", join(workspace, "loop"));
    symlinkSync("../../../../../../etc", join(workspace, "relative"));
    const { run } = await openTarget({ workspace });
    const { output, error } = await run(
      [
        "import os",
        "def number(f, *a):",
        "    try: return f(*a)",
        "    except OSError as e: return e.errno",
        "print(open('good/file').read(), open('goodfile').read(), sorted(os.listdir()))",
        "for name in ('out', 'outfile', 'out/secret', 'dangling', 'loop', 'relative', 'relative/passwd', 'good/../../../etc/passwd'):",
        "    print(name, number(os.stat, name), number(open, name), number(open, name, 'w'), number(os.listdir, name))",
        "print(number(os.rename, 'good/file', 'out/file'), number(os.mkdir, 'out/x'), number(os.remove, 'out/secret'))",
        "print(number(os.remove, 'outfile'), number(os.rename, 'outfile', 'x'), number(os.rename, 'real', 'out'))",
      ].join("\n"),
    );
    expect(error).toBe("");
    expect(output).toContain("inside inside ['good', 'goodfile', 'real']\n");
    for (const line of output.split("\n").slice(1, 9)) {
      const [name, ...numbers] = line.split(" ");
      expect([name, numbers.every((number) => /^(2|13|17|20|40)$/.test(number))]).toEqual([name, true]);
    }
    expect(output).toContain("13 13 13\n13 13 20\n");
    expect(readFileSync(join(outside, "secret"), "utf8")).toBe("secret");
    expect(readdirSync(outside)).toEqual(["secret"]);
  });

  it("has no way to the files of the computer", async () => {
    const workspace = makeFolder();
    const { run } = await openTarget({ workspace });
    const names = [
      "/etc/passwd",
      "../../../../etc/passwd",
      "/../etc/passwd",
      "/proc/self/environ",
      "/dev/null",
    ];
    const { output } = await run(
      [
        "import os, vfs",
        "for fs in (None, os.VfsPosix('/'), os.VfsPosix('..'), os.VfsPosix('/proc')):",
        "    if fs: vfs.mount(fs, '/m')",
        `    for name in ${JSON.stringify(names)}:`,
        "        for path in (name, '/m' + name):",
        "            try: print('REACHED', open(path).read(1))",
        "            except OSError: pass",
        "    if fs: vfs.umount('/m')",
        "print(os.listdir('/'))",
      ].join("\n"),
    );
    expect(output).toBe("[]\n");
  });

  it("does not show or serve what is neither a file nor a folder", async () => {
    const workspace = makeFolder();
    execFileSync("mkfifo", [join(workspace, "pipe")]);
    const { run } = await openTarget({ workspace });
    const { output } = await run(
      "import os\nprint(os.listdir())\ntry: open('pipe')\nexcept OSError as e: print('refused')",
    );
    expect(output).toBe("[]\nrefused\n");
  });

  it("hides a file of the name of our own folder, which no listing shows", async () => {
    const workspace = makeFolder();
    mkdirSync(join(workspace, ".slotscope"));
    writeFileSync(join(workspace, ".slotscope", "mine"), "");
    const { run } = await openTarget({ workspace });
    expect((await run("import os\nprint(os.listdir(), os.listdir('/.slotscope'))")).output).toBe(
      "[] ['absent', 'lib', 'modules']\n",
    );
    expect(existsSync(join(workspace, ".slotscope", "lib"))).toBe(false);
  });
});

describe("without a workspace", () => {
  it("the file system is in memory, empty, and gone with a reset", async () => {
    const { run, transport, repl } = await openTarget();
    const { output } = await run(
      "import os\nprint(os.listdir('/'), os.getcwd())\nopen('x', 'w').close()\nprint(os.listdir())",
    );
    expect(output).toBe("[] /\n['x']\n");
    await transport.hardReset();
    await repl.enter();
    expect((await run("import os\nprint(os.listdir())")).output).toBe("[]\n");
  });
});
