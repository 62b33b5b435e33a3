import { existsSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../support/start-cli.js";

describe("slotscope firmware", () => {
  it("prints the folder of the C module", async () => {
    const { stdout, status } = await runCli(["firmware", "module-path"]);
    expect(status).toBe(0);
    expect(basename(stdout.trim())).toBe("module");
    expect(existsSync(stdout.trim())).toBe(true);
  });

  it("says what it takes when told anything else", async () => {
    const { stderr, status } = await runCli(["firmware", "modules"]);
    expect(status).toBe(2);
    expect(stderr).toContain("firmware takes one word: module-path.");
  });
});
