import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Outcome, outcomeOf, programsFolder, runCli, startCli } from "../support/start-cli.js";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slotscope-run-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function write(text: string): Promise<string> {
  const file = join(folder, "own.py");
  await writeFile(file, text);
  return file;
}

/** Starts a program of the test's own, and waits until it has written `ready`. */
async function startReady(text: string) {
  const child = startCli(["run", await write(text)]);
  const outcome = outcomeOf(child);
  let seen = "";
  /** Resolves when the program has written this, now or before. */
  const written = (wanted: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!seen.includes(wanted)) return;
        child.stdout.off("data", look);
        resolve();
      };
      child.stdout.on("data", look);
      child.on("close", () => reject(new Error(`ended before it wrote ${wanted}`)));
      look();
    });
  child.stdout.on("data", (chunk: Buffer) => {
    seen += chunk.toString();
  });
  await written("ready");
  return { child, outcome, written };
}

const output = (name: string) => readFile(join(programsFolder, "output", `${name}.txt`), "utf8");

describe("slotscope run", () => {
  it.each(["app_asyncio", "pid", "protocol", "recursion", "scheduler", "tricky_names"])(
    "runs %s.py with the output that is recorded",
    async (name) => {
      const expected: Outcome = { stdout: await output(name), stderr: "", status: 0, signal: null };
      expect(await runCli(["run", `${name}.py`], { cwd: programsFolder })).toEqual(expected);
    },
  );

  it("runs a program of several modules, which writes a file and reads it", async () => {
    const outcome = await runCli(["run", join("station", "main.py")], { cwd: programsFolder });
    expect(outcome).toMatchObject({ stdout: await output("station"), stderr: "", status: 0 });
  });

  it("gives a program its input", async () => {
    const input = await readFile(join(programsFolder, "input", "quiz.txt"), "utf8");
    const outcome = await runCli(["run", "quiz.py"], { cwd: programsFolder, input });
    expect(outcome).toMatchObject({ stdout: await output("quiz"), stderr: "", status: 0 });
  });

  it("ends with status 1 and the traceback on standard error after an uncaught exception", async () => {
    const { stdout, stderr, status } = await runCli(["run", "crash.py"], { cwd: programsFolder });
    expect(stdout + stderr).toBe(await output("crash"));
    expect(stderr).toMatch(
      /^Traceback \(most recent call last\):\n {2}File "crash\.py", line \d+, in <module>\n/,
    );
    expect(status).toBe(1);
  });

  it("passes arguments on as they are, and ends with the program's status", async () => {
    const file = await write("import sys\nprint(sys.argv)\nsys.exit(int(sys.argv[2]))\n");
    const outcome = await runCli(["run", file, "--help", "3", "-v", "größe"]);
    expect(outcome).toMatchObject({
      stdout: "['own.py', '--help', '3', '-v', 'größe']\n",
      stderr: "",
      status: 3,
    });
    expect((await runCli(["run", file, "x", "-1"])).status).toBe(255);
  });

  it("prints the message that sys.exit is given to standard error", async () => {
    const outcome = await runCli(["run", await write("import sys\nsys.exit('no sensor')\n")]);
    expect(outcome).toMatchObject({ stdout: "", stderr: "no sensor\n", status: 1 });
  });

  it("sees the folder that it is given, and the variables", async () => {
    const program = "import os\nprint(sorted(os.listdir()), hasattr(os, 'getenv') and os.getenv('MODE'))\n";
    await writeFile(join(folder, "listing.py"), program);
    const inner = await mkdtemp(join(folder, "inner-"));
    await writeFile(join(inner, "listing.py"), program);
    const own = await runCli(["run", join(inner, "listing.py"), "ignored"]);
    expect(own.stdout).toBe("['listing.py'] False\n");
    const given = await runCli(["run", "--folder", folder, "--env", "MODE=a=b", join(inner, "listing.py")]);
    expect(given.stdout).toMatch(/^\['inner-.*', .*'listing\.py'.*\] a=b\n$/);
  });

  it("streams input and output while the program runs", async () => {
    const { child, outcome, written } = await startReady(
      "print('ready')\nwhile True:\n    print('got', input())\n",
    );
    for (const word of ["one", "two"]) {
      child.stdin.write(`${word}\n`);
      await written(`got ${word}`);
    }
    child.stdin.end();
    const { stdout, stderr, status } = await outcome;
    expect(stdout).toBe("ready\ngot one\ngot two\n");
    expect(stderr).toMatch(/EOFError/);
    expect(status).toBe(1);
  });

  it("passes bytes through unchanged", async () => {
    const program = "import sys\nsys.stdout.buffer.write(bytes(range(256)))\n";
    const child = startCli(["run", await write(program)]);
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    await outcomeOf(child);
    expect(Buffer.concat(chunks)).toEqual(Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)));
  });

  it.skipIf(process.platform === "win32")(
    "raises KeyboardInterrupt in the program at ctrl-C (no such signal on Windows)",
    async () => {
      const { child, outcome } = await startReady(
        "import time\nprint('ready')\ntry:\n    while True:\n        time.sleep(1)\nfinally:\n    print('cleaned up')\n",
      );
      child.kill("SIGINT");
      const { stdout, stderr, status } = await outcome;
      expect(stdout).toBe("ready\ncleaned up\n");
      expect(stderr).toMatch(/KeyboardInterrupt:/);
      expect(status).toBe(130);
    },
  );

  it.skipIf(process.platform === "win32")(
    "ends a program that ignores it at the second ctrl-C (no such signal on Windows)",
    async () => {
      const program =
        "print('ready')\nwhile True:\n    try:\n        sum(range(10**9))\n    except KeyboardInterrupt:\n        pass\n";
      const { child, outcome } = await startReady(program);
      child.kill("SIGINT");
      child.kill("SIGINT");
      // Two signals that come at once are one to the system: the last word is a later one.
      const again = setInterval(() => child.kill("SIGINT"), 50);
      const { status } = await outcome;
      clearInterval(again);
      expect(status).toBe(130);
    },
  );

  it("says what is wrong where a program can't be run", async () => {
    const missing = await runCli(["run", "missing.py"], { cwd: folder });
    expect(missing).toMatchObject({
      status: 1,
      stderr: "slotscope run: missing.py: no such file or folder\n",
    });
    const isFolder = await runCli(["run", "."], { cwd: folder });
    expect(isFolder).toMatchObject({
      status: 1,
      stderr: "slotscope run: . is a folder. Name the program in it.\n",
    });
    const outside = await runCli(["run", "--folder", programsFolder, await write("")]);
    expect(outside.stderr).toMatch(/own\.py is not in .*, which is all that the program can see\.\n$/);
    expect((await runCli(["run"])).status).toBe(2);
    expect((await runCli(["run", "--heap", "1", await write("")])).status).toBe(2);
    expect((await runCli(["run", "--env", "X", await write("")])).stderr).toContain(
      "--env X: write NAME=VALUE.",
    );
  });
});
