import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DataRunner, rawReplRunner } from "../../dist/files/index.js";
import { RawRepl } from "../../dist/index.js";
import {
  type FirmwareFacts,
  firmwareQuestion,
  probeDevice,
  probeFirmware,
  readAnswer,
} from "../../dist/probe/index.js";
import { createProcessTransport } from "../../dist/process-transport.js";

const executable = process.env["SLOTSCOPE_UNIX"] ?? "";

/** All modules that `help("modules")` names, without those below a package. */
function modulesByHelp(): string[] {
  const { stdout } = spawnSync(executable, ["-c", "help('modules')"], { encoding: "utf8" });
  const names = stdout
    .split("\n")
    .filter((line) => !line.startsWith("Plus"))
    .flatMap((line) => line.trim().split(/\s+/));
  const own = ["", "__main__", "_slotscope"];
  return [...new Set(names.map((name) => name.split("/")[0] ?? ""))].filter((name) => !own.includes(name));
}

describe("the probe of the unix port", () => {
  const folder = mkdtempSync(join(tmpdir(), "slotscope-"));
  const transport = createProcessTransport({ executable, cwd: folder, heapSize: 64 << 10 });
  const repl = new RawRepl(transport);
  let runner: DataRunner;
  let facts: FirmwareFacts;
  let before: string;

  const state = () =>
    runner.run("import sys\nresult = repr((sys.path, sorted(sys.modules), sorted(globals())))");

  beforeAll(async () => {
    // Bears the name of a module that the probe looks for.
    writeFileSync(join(folder, "logging.py"), "open('ran', 'w').close()\n");
    await transport.open();
    await repl.enter();
    runner = rawReplRunner(repl);
    before = await state();
    facts = await probeFirmware(runner);
  });

  afterAll(async () => {
    await transport.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("fits a heap of 64 kB and finds what the firmware is", () => {
    expect(facts).toMatchObject({
      version: expect.stringMatching(/^1\.\d+\.\d+/) as string,
      port: "unix",
      variant: "standard",
      wordBits: 64,
      settrace: true,
      tiers: process.env["SLOTSCOPE_UNIX_TIER"] === "native" ? ["native"] : ["peek"],
      compiler: {
        featureLevel: "extra",
        smallIntBits: 63,
        floatBits: 64,
        features: { const: true, moduleConst: true, fstrings: true, docStrings: false, tstrings: false },
      },
    });
  });

  it("finds the modules that the firmware names, and no module of the user's", () => {
    expect(facts.modules).toEqual(modulesByHelp().sort());
  });

  it("finds interned strings, the longer ones of asyncio among them", () => {
    expect(facts.compiler.internedStrings).toEqual(
      expect.arrayContaining(["KeyboardInterrupt", "default_exception_handler"]),
    );
    expect(facts.compiler.internedStrings).not.toContain("gpio_matrix_out");
  });

  it("leaves the target as it was", async () => {
    expect(await state()).toBe(before);
    expect(
      await runner.run("import asyncio, os\nresult = str(hasattr(asyncio, 'run')) + str(os.listdir())"),
    ).toBe("True['logging.py']");
  });

  it("tells the state of the device", async () => {
    const device = await probeDevice(runner);
    expect(device.fileSystem).toBe("writable");
    expect(device.heapBytes).toBeGreaterThan(32 << 10);
    expect(device.freeHeapBytes).toBeLessThan(device.heapBytes ?? 0);
  });

  it("says the same by the program that asks everything at once", () => {
    const { stdout } = spawnSync(executable, ["-c", firmwareQuestion()], { encoding: "utf8" });
    expect(readAnswer(stdout)).toEqual(facts);
  });
});
