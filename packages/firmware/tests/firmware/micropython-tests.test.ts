import { describe, expect, it } from "vitest";
import { compareWithStock, targets } from "../support/targets.js";

const { unix, qemu } = targets;

const builds = [
  { what: "unix", target: unix, options: {} },
  { what: "unix without the C stack", target: unix, options: { stackless: true } },
  { what: "unix with assertions and sanitizers", target: unix, options: { sanitize: true } },
  { what: "unix, MicroPython 1.25.0", target: unix, options: { version: "1.25.0" } },
  { what: "Cortex-M3 in QEMU", target: qemu, options: {} },
];

describe("MicroPython's own tests", () => {
  for (const { what, target, options } of builds) {
    it(`have the same results with and without the module: ${what}`, async () => {
      const { stock, differences } = await compareWithStock(target, options);
      expect(differences).toEqual([]);
      const passed = [...stock].filter(([, result]) => result === "pass").map(([test]) => test);
      expect(passed.length).toBeGreaterThan(700);
    });
  }

  // Over a serial line a test has no file of its own, and those of settrace print its name.
  it("of settrace pass on unix with the module", async () => {
    const { ours } = await compareWithStock(unix);
    const ofSettrace = [...ours].filter(([test]) => test.startsWith("misc/sys_settrace_"));
    expect(ofSettrace.map(([, result]) => result)).toEqual(["pass", "pass", "pass", "pass"]);
  });
});
