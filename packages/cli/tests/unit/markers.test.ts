import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { programsFolder, runCli } from "../support/start-cli.js";

/** Marked lines of the files of a program, each as `file:line`. */
function markedPlaces(folder: string, isPart: (file: string) => boolean): string[] {
  const places: string[] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".py") && isPart(name))) {
    const lines = readFileSync(join(folder, file), "utf8").split("\n");
    const names = new Set<string>();
    lines.forEach((line, index) => {
      const name = /# @(\w+)$/.exec(line)?.[1];
      if (name === undefined) return;
      if (names.has(name)) throw new Error(`${file} has two markers @${name}`);
      names.add(name);
      places.push(`${file}:${index + 1}`);
    });
  }
  return places;
}

const programs = readdirSync(programsFolder).filter((name) => name.endsWith(".py"));
const cases = [
  ...programs.map((name) => [name, (file: string) => file === name] as const),
  ["station/main.py", () => true] as const,
];

describe("the fixture programs", () => {
  it.each(cases)("stop at each of their markers: %s", async (name, isPart) => {
    const folder = dirname(join(programsFolder, name));
    const program = basename(name);
    const places = markedPlaces(folder, isPart);
    expect(places.length).toBeGreaterThan(4);
    const input = [...places.map((place) => `tbreak ${place}`), ...places.map(() => "continue"), "continue"];
    const stdin = program === "quiz.py" ? ["--stdin", join(folder, "input", "quiz.txt")] : [];
    const { stdout } = await runCli(["debug", ...stdin, program], { cwd: folder, input: input.join("\n") });
    const reached = [...stdout.matchAll(/^Breakpoint (\d+): .* at (\S+)$/gm)].map(([, , place]) => place);
    expect(reached.sort()).toEqual(places.sort());
  });
});
