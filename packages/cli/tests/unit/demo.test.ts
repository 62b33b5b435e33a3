import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { outcomeOf } from "../support/start-cli.js";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

describe("the demo", () => {
  it("prints what the README shows", async () => {
    const child = spawn(process.execPath, ["scripts/demo.mjs"], { cwd: root });
    child.stdin.end();
    const { stdout, stderr, status } = await outcomeOf(child);
    const readme = await readFile(new URL("../../../../README.md", import.meta.url), "utf8");
    const [, shown] = /<!-- demo -->\s*```text\n(.*?)```\s*<!-- \/demo -->/s.exec(readme) ?? [];
    expect(stdout).toBe(shown);
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  });
});
