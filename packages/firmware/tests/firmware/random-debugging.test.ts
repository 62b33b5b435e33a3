import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { buildFirmware, fetchSource, targets } from "../support/targets.js";

const harness = fileURLToPath(new URL("../support/debug-at-random.py", import.meta.url));
const seeds = [3, 4, 5, 6, 7];

/** Programs whose output is about memory, or about the trace function that they set. */
const odd = /settrace|meminfo|extreme_exc/;

/** What a sanitizer or an assertion writes before it ends the process. */
const report = /Sanitizer|runtime error|Assertion/;

interface Ran {
  readonly status: number | string | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs a program with a seed; a program that never ends is ended after a minute. */
function run(executable: string, cwd: string, file: string, seed: number): Promise<Ran> {
  const child = spawn(executable, [harness, file, `${seed}`], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 60_000,
    env: { ...process.env, ASAN_OPTIONS: "detect_leaks=0:detect_stack_use_after_return=0" },
  });
  let [output, errors] = ["", ""];
  child.stdout.on("data", (bytes: Buffer) => (output += bytes.toString("latin1")));
  child.stderr.on("data", (bytes: Buffer) => (errors += bytes.toString("latin1")));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ status: signal ?? code, output, errors }));
  });
}

describe("a program that is debugged at random, under sanitizers", () => {
  it("prints what it prints undebugged, and nothing is reported", async () => {
    const { program } = await buildFirmware(targets.unix, { variant: "slotscope", sanitize: true });
    const suite = join(await fetchSource(), "tests");
    const files = ["basics", "micropython", "stress"].flatMap((folder) =>
      readdirSync(join(suite, folder))
        .filter((name) => name.endsWith(".py") && !odd.test(name))
        .map((name) => join(suite, folder, name)),
    );
    const problems: string[] = [];
    let stops = 0;
    const check = async (file: string): Promise<void> => {
      const plain = await run(program, suite, file, 0);
      for (const seed of seeds) {
        const debugged = await run(program, suite, file, seed);
        stops += Number(/stops: (\d+)/.exec(debugged.errors)?.[1] ?? 0);
        const isSame = debugged.output === plain.output && debugged.status === plain.status;
        if (!isSame || report.test(debugged.errors))
          problems.push(`${file} ${seed}: ${debugged.status}: ${debugged.errors.slice(-500)}`);
      }
    };
    const waiting = [...files];
    const work = async (): Promise<void> => {
      for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) await check(file);
    };
    await Promise.all([work(), work()]);
    expect(problems).toEqual([]);
    expect(files.length).toBeGreaterThan(600);
    expect(stops).toBeGreaterThan(50_000);
  });
});
