import { describe, expect, it } from "vitest";
import { DebuggerError } from "../../src/debugger/errors.js";
import { nextPhase, requirePhase } from "../../src/debugger/phase.js";

describe("the phases of a session", () => {
  it("lead from launch to end", () => {
    const inputs = ["launch", "prepared", "run", "stop", "resume", "stop", "end", "launch"] as const;
    let phase = "idle" as NonNullable<ReturnType<typeof nextPhase>>;
    const met = inputs.map((input) => (phase = nextPhase(phase, input) ?? "idle"));
    expect(met).toEqual([
      "starting",
      "ready",
      "running",
      "stopped",
      "running",
      "stopped",
      "ended",
      "starting",
    ]);
  });

  it("can't be left by what doesn't happen in them", () => {
    expect(nextPhase("idle", "stop")).toBeUndefined();
    expect(nextPhase("running", "resume")).toBeUndefined();
    expect(nextPhase("ended", "end")).toBeUndefined();
  });

  it.each([
    ["idle", /Launch one first/],
    ["starting", /still starting/],
    ["ready", /has not begun/],
    ["running", /Pause it/],
    ["ended", /Restart it/],
  ] as const)("refuse a stop's requests while %s, saying what to do", (phase, reason) => {
    expect(() => requirePhase(phase, "stopped")).toThrow(reason);
    expect(() => requirePhase(phase, "stopped")).toThrow(DebuggerError);
  });
});
