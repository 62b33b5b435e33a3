import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { DebugSession } from "../support/debug-session.js";
import { targetName } from "../support/targets.js";

const folder = fileURLToPath(new URL("../../../../fixtures/programs/", import.meta.url));
const read = (name: string) => readFileSync(join(folder, name), "utf8");

/** A program of the fixtures, with the other files it needs and what it prints. */
function fixture(name: string) {
  const [first = "", second] = name.split("/");
  if (second === undefined)
    return {
      file: name,
      text: read(name),
      files: {},
      output: read(`output/${name.replace(/\.py$/, "")}.txt`),
    };
  const names = readdirSync(join(folder, first)).filter((file) => file.endsWith(".py") && file !== second);
  return {
    file: second,
    text: read(name),
    files: Object.fromEntries(names.map((file) => [file, read(join(first, file))])),
    output: read(`output/${first}.txt`),
  };
}

const programs = [
  "scheduler.py",
  "pid.py",
  "protocol.py",
  "app_asyncio.py",
  "recursion.py",
  "tricky_names.py",
  "station/main.py",
];

describe("a program that is stepped through", () => {
  it.each(programs)("does what it does undebugged: %s", { timeout: 60_000 }, async (name) => {
    const { file, text, files, output } = fixture(name);
    const session = await DebugSession.start(text, { file, files, stopOnEntry: true });
    let stop = await session.stop();
    // Enough to come round everywhere; every function met must be recognised by its bytecode.
    const hows = ["in", "in", "in", "next", "in", "in", "next", "out"] as const;
    for (let step = 0; step < 400; step++) {
      const how = hows[step % hows.length] ?? "in";
      const next = await session.step(how);
      if (!next) break;
      stop = next;
      expect(stop.frames.at(-1)?.name).toBe("<module>");
    }
    if (!session.isOver) await session.finish();
    expect(withoutChance(name, session.output)).toBe(withoutChance(name, output));
  });
});

/**
 * Tasks of asyncio wait by the clock, which runs on at stops: what they write keeps its lines, not their order. The numbers
 * of the board in QEMU have 32 bits: their last digits are others.
 */
function withoutChance(name: string, output: string): string {
  const text = targetName === "qemu" ? output.replaceAll(/\.\d+/g, "") : output;
  return name.startsWith("app_asyncio") ? text.split("\n").sort().join("\n") : text;
}
