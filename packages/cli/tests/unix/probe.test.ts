import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readProfile } from "../support/read-profile.js";
import { runCli } from "../support/start-cli.js";

const executable = process.env["SLOTSCOPE_UNIX"] ?? "";
const name = process.env["SLOTSCOPE_UNIX_TIER"] === "native" ? "unix-slotscope" : "unix-settrace";

const folder = mkdtempSync(join(tmpdir(), "slotscope-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("slotscope probe of the unix port", () => {
  it("gives the profile that comes with Slotscope", async () => {
    const file = join(folder, `${name}-1.26.1.json`);
    const { stdout, stderr, status } = await runCli([
      "probe",
      "--micropython",
      executable,
      "--write",
      file,
      "--json",
    ]);
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expect(JSON.parse(stdout)).toEqual({ profile: readProfile(`${name}-1.26.1`), device: null });
  });

  it("as a board tells its memory and files too, and leaves none behind", async () => {
    writeFileSync(join(folder, "main.py"), "raise SystemExit\n");
    const port = `process:${executable},${folder}`;
    const { stdout, status } = await runCli(["probe", "--port", port, "--json"]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      profile: { id: "unix-standard-1.26.1", version: "1.26.1" },
      device: { fileSystem: "writable", heapBytes: expect.any(Number) as number },
    });
    const { stdout: files } = await runCli(["ls", "--port", port]);
    expect(files).not.toContain("slotscope-probe");
  });
});
