import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type AgentEnd, ResetWatch } from "../../dist/debugger/reset-watch.js";

const banner =
  'MPY: soft reboot\r\nMicroPython v1.26.1 on 2025-09-11; Pico with RP2040\r\nType "help()" for more information.\r\n>>> ';

describe("a reset of the target", () => {
  let seen: AgentEnd[] = [];
  let answers: boolean;
  let isWaiting: boolean;
  let asked = 0;
  let watch: ResetWatch;

  beforeEach(() => {
    vi.useFakeTimers();
    seen = [];
    asked = 0;
    answers = false;
    isWaiting = false;
    const run = {
      get isWaiting() {
        return isWaiting;
      },
      ping: () => {
        asked++;
        return answers ? Promise.resolve() : new Promise<void>(() => undefined);
      },
    };
    watch = new ResetWatch(run, (how) => {
      seen.push(how);
    });
  });

  afterEach(() => {
    watch.close();
    vi.useRealTimers();
  });

  it.each([
    ["a soft reset", "MPY: soft reboot\r\n"],
    ["the REPL's greeting", banner],
  ])("is noticed by %s, once the agent does not answer", async (_, text) => {
    for (const character of text) watch.output(character, false);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(seen).toEqual(["reset"]);
  });

  it.each([
    ["its end", 'done\n\u001eD]02ea4{"t":"ende\u0004\u0004>'],
    ["its end by an exception", "\u0004Traceback:\nKeyboardInterrupt: \n\u0004>"],
  ])("is told from a program whose end was lost, which %s shows", async (_, text) => {
    for (const character of text) watch.output(character, false);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(seen).toEqual(["ended"]);
  });

  it("is noticed by anything that a stopped program writes", async () => {
    watch.output("ets Jul 29 2019 12:21:46\r\n", true);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(seen).toEqual(["reset"]);
  });

  it("is none where the agent answers", async () => {
    answers = true;
    watch.output(banner, false);
    watch.output("stray", true);
    await vi.advanceTimersByTimeAsync(10_000);
    expect([asked, seen]).toEqual([1, []]);
  });

  it("is not suspected for what a running program prints", async () => {
    watch.output("MicroPython is fun\n", false);
    watch.output("one \u0004 of its own, \u0004 and another\n>>> ", false);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toBe(0);
  });

  it("is not suspected for what code prints that runs for the user", async () => {
    isWaiting = true;
    watch.output("evaluated\n", true);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toBe(0);
  });

  it("is not told after the end of the run", async () => {
    watch.output(banner, false);
    await vi.advanceTimersByTimeAsync(1000);
    watch.close();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(seen).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
