import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readProfile } from "../support/read-profile.js";
import { runCli } from "../support/start-cli.js";

const folder = mkdtempSync(join(tmpdir(), "slotscope-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** npm's build, whichever of ours is there. */
const env = { SLOTSCOPE_WASM_BUILD: "stock" };
const profile = readProfile("webassembly-pyscript-1.29.0-6");

describe("slotscope probe", () => {
  it("tells what npm's WebAssembly build can do, and how to get more", async () => {
    const { stdout, stderr, status } = await runCli(["probe", "--wasm"], { env });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expect(stdout).toMatch(/^ {2}firmware +MicroPython 1\.29\.0, pyscript$/m);
    expect(stdout).toMatch(/^ {2}debugging +yes, by sys\.settrace and memory$/m);
    expect(stdout).toContain("slotscope firmware module-path");
  });

  it("writes a profile named after its file, which for npm's build is the one that comes with Slotscope", async () => {
    const file = join(folder, "new", "webassembly-pyscript-1.29.0-6.json");
    const { stdout, status } = await runCli(["probe", "--wasm", "--json", "--write", file], { env });
    expect(status).toBe(0);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(profile);
    expect(JSON.parse(stdout)).toEqual({ profile, device: null });
  });

  it("refuses a name that no profile can have, before it asks anything", async () => {
    const { stderr, status } = await runCli(["probe", "--wasm", "--write", "My Board.json"], { env });
    expect(status).toBe(2);
    expect(stderr).toContain("lower-case letters, digits, dots and dashes");
  });

  it("says why a profile can't be written", async () => {
    writeFileSync(join(folder, "taken"), "");
    const { stderr, status } = await runCli(["probe", "--wasm", "--write", join(folder, "taken", "a.json")], {
      env,
    });
    expect(status).toBe(1);
    expect(stderr).toContain("can't be written:");
  });

  it("asks one target only", async () => {
    const { stderr, status } = await runCli(["probe", "--wasm", "--port", "a0"]);
    expect(status).toBe(2);
    expect(stderr).toContain("--port and --wasm exclude each other.");
  });

  it("tells that a program is no MicroPython", async () => {
    const { stderr, status } = await runCli(["probe", "--micropython", "/nowhere/micropython"]);
    expect(status).toBe(1);
    expect(stderr).toContain("/nowhere/micropython");
  });
});
