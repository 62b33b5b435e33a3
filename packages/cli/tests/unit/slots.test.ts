import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { outcomeOf, programsFolder, runCli, startCli } from "../support/start-cli.js";

const truth = fileURLToPath(new URL("../../../../fixtures/slots/truth/", import.meta.url));
const snippets = join(truth, "snippets");

interface Line {
  readonly path: string;
  readonly error: unknown;
}

function parseLines<T = Line>(text: string): T[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slotscope-slots-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe("slotscope slots --json", () => {
  it("says of every snippet, in every field, what MicroPython's own compiler says", async () => {
    const names = (await readdir(snippets)).sort();
    const { stdout, status } = await runCli(["slots", "--json", ...names], { cwd: snippets });
    const expected = parseLines(await readFile(join(truth, "slots-snippets-1.26.1.jsonl"), "utf8"));
    expect(expected.length).toBe(56);
    expect(parseLines(stdout)).toEqual(expected);
    expect(status).toBe(0);
  });

  it("gives the same for a folder, for a list on standard input and for a list in a file", async () => {
    const list = (await readdir(snippets)).sort().join("\n");
    await writeFile(join(folder, "list.txt"), `${list}\r\n\n`);
    const direct = await runCli(["slots", "--json", "."], { cwd: snippets });
    const piped = await runCli(["slots", "--json", "-"], { cwd: snippets, input: list });
    const filed = await runCli(["slots", "--json", "--files-from", join(folder, "list.txt")], {
      cwd: snippets,
    });
    expect(parseLines(direct.stdout).length).toBe(56);
    expect(piped.stdout).toBe(direct.stdout);
    expect(filed.stdout).toBe(direct.stdout);
  });

  it("looks into folders, but not into hidden ones and those of packages", async () => {
    for (const path of ["tree/b", "tree/.git", "tree/node_modules/x", "tree/__pycache__"]) {
      await mkdir(join(folder, path), { recursive: true });
      await writeFile(join(folder, path, "m.py"), "x = 1\n");
    }
    await writeFile(join(folder, "tree", "a.py"), "def f(a): pass\n");
    await writeFile(join(folder, "tree", "c.txt"), "no program");
    const { stdout } = await runCli(["slots", "--json", "tree"], { cwd: folder });
    expect(parseLines(stdout).map(({ path }) => path.replaceAll("\\", "/"))).toEqual([
      "tree/a.py",
      "tree/b/m.py",
    ]);
  });

  it("goes on after a file that can't be read, and fails in the end", async () => {
    const { stdout, stderr, status } = await runCli(["slots", "--json", "missing.py", "01_params_basic.py"], {
      cwd: snippets,
    });
    expect(parseLines(stdout).map(({ path }) => path)).toEqual(["01_params_basic.py"]);
    expect(stderr).toBe("missing.py: no such file or folder\n");
    expect(status).toBe(1);
  });

  it("follows the compiler's options", async () => {
    await writeFile(join(folder, "call.py"), "f(k=1, *a)\n");
    await writeFile(join(folder, "text.py"), 'x = f"{y}"\n');
    const error = async (file: string, ...options: string[]) => {
      const { stdout } = await runCli(["slots", "--json", ...options, file], { cwd: folder });
      return parseLines(stdout)[0]?.error;
    };
    expect(await error("call.py", "--language", "1.26")).toBeNull();
    expect(await error("call.py", "--language", "1.29")).toMatchObject({ type: "SyntaxError" });
    expect(await error("call.py", "--profile", "webassembly-pyscript-1.29.0-6")).toMatchObject({ line: 1 });
    expect(await error("text.py", "--level", "extra")).toBeNull();
    expect(await error("text.py", "--level", "basic")).toMatchObject({ message: "invalid syntax" });
  });

  it("ends quietly when its reader has seen enough", async () => {
    const child = startCli(["slots", "--json", snippets, snippets, snippets, snippets]);
    child.stdin.end();
    child.stdout.once("data", () => child.stdout.destroy());
    const { stderr, status } = await outcomeOf(child);
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });
});

describe("slotscope slots", () => {
  it("prints a table of names and slots a scope", async () => {
    const { stdout, status } = await runCli(["slots", "pid.py"], { cwd: programsFolder });
    expect(stdout).toContain(
      [
        "make_pid.step  line 14, function, 15 slots",
        "   0  kp         captured from outside",
        "   1  ki         captured from outside",
        "   2  kd         captured from outside",
        "   3  setpoint   captured from outside",
      ].join("\n"),
    );
    expect(stdout).not.toContain("\u001b");
    expect(status).toBe(0);
  });

  it("reports what doesn't compile with MicroPython's message, and fails", async () => {
    const { stdout, stderr, status } = await runCli(
      ["slots", "41_global_after_use_error.py", "18_lambda.py"],
      {
        cwd: snippets,
      },
    );
    expect(stderr).toBe("41_global_after_use_error.py:3: SyntaxError: identifier redefined as global\n");
    expect(stdout).toMatch(/^18_lambda\.py\n/);
    expect(status).toBe(1);
  });

  it("uses colours only where it is told to", async () => {
    const coloured = await runCli(["slots", "18_lambda.py"], { cwd: snippets, env: { FORCE_COLOR: "1" } });
    expect(coloured.stdout).toContain("\u001b[36m");
    const both = await runCli(["slots", "18_lambda.py"], {
      cwd: snippets,
      env: { FORCE_COLOR: "1", NO_COLOR: "1" },
    });
    expect(both.stdout).not.toContain("\u001b");
  });

  it.each([
    [[], "slots needs at least one FILE."],
    [["--opt", "4", "x.py"], "--opt 4: not one of 0, 1, 2, 3."],
    [["--language", "1.2", "x.py"], "--language 1.2: not one of 1.20,"],
    [["--profile", "nope", "x.py"], 'There is no firmware profile "nope"'],
  ])("%j is a wrong command line", async (words, message) => {
    const { stderr, status } = await runCli(["slots", ...words]);
    expect(stderr).toContain(`slotscope slots: ${message}`);
    expect(stderr).toContain("`slotscope slots --help` tells more.");
    expect(status).toBe(2);
  });
});

describe("slotscope", () => {
  it("lists its commands", async () => {
    const { stdout, status } = await runCli(["--help"]);
    expect(stdout).toMatch(/^ {2}slots {2,}show which slot/m);
    expect(status).toBe(0);
  });

  it("tells its version", async () => {
    const { stdout, status } = await runCli(["--version"]);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(status).toBe(0);
  });

  it("suggests the command that was meant", async () => {
    const { stderr, status } = await runCli(["slot"]);
    expect(stderr).toBe(
      "slotscope: unknown command slot. Did you mean slots?\n`slotscope --help` lists the commands.\n",
    );
    expect(status).toBe(2);
  });

  it("without a command shows its help and fails", async () => {
    const { stderr, stdout, status } = await runCli([]);
    expect(stderr).toContain("Usage: slotscope COMMAND");
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });
});
