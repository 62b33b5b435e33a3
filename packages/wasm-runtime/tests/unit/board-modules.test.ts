import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeFolder, openTarget } from "../support/target.js";

describe("a module that only boards have", () => {
  it("is an ImportError that says so, each time", async () => {
    const { run } = await openTarget();
    const { output } = await run(
      "for i in range(2):\n    try: import machine\n    except ImportError as e: print(e)\nimport sys\nprint('machine' in sys.modules)",
    );
    expect(output).toBe(
      `${"no module named 'machine': it is a board's, and this MicroPython runs on a computer\n".repeat(2)}False\n`,
    );
  });

  it("is what the program has in its place, beside it or in its folder lib", async () => {
    const workspace = makeFolder();
    mkdirSync(join(workspace, "lib"));
    writeFileSync(join(workspace, "machine.py"), "name = 'beside'");
    writeFileSync(join(workspace, "lib/network.py"), "name = 'in lib'");
    const { run } = await openTarget({ workspace });
    const { output } = await run("import machine, network\nprint(machine.name, network.name)");
    expect(output).toBe("beside in lib\n");
  });
});
