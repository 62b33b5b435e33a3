import { describe, expect, it } from "vitest";
import { commandTable } from "../../dist/commands/command-table.js";
import { runCli } from "../support/start-cli.js";

describe("The table of commands", () => {
  it.each(commandTable.map((entry) => [entry.name, entry] as const))(
    "loads %s by its name",
    async (name, entry) => {
      expect((await entry.load()).name).toBe(name);
    },
  );

  it("has a summary that fits a terminal's line for each", async () => {
    const { stdout } = await runCli(["--help"]);
    for (const { name, summary } of commandTable) {
      const line = stdout.split("\n").find((each) => each.startsWith(`  ${name} `));
      expect(line).toContain(summary);
      expect(line?.length).toBeLessThanOrEqual(80);
    }
  });

  it("gives the help of one command by either word", async () => {
    const { stdout } = await runCli(["help", "cp"]);
    expect(stdout).toContain("Usage: slotscope cp [OPTIONS] SOURCE... TARGET");
    expect(await runCli(["cp", "--help"])).toMatchObject({ status: 0, stdout });
  });
});
