import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { mapSource, type ScopeMap } from "../../src/index.js";
import { describeScopes, expectedScopes, readTruth, type TruthFile } from "../truth-files.js";
import { findSource, programsIn } from "./micropython-source.js";

const { folder, reason } = await findSource();

const sample = readTruth<TruthFile>("slots-tests-sample-1.26.1.jsonl");
const compiled = sample.filter((truth) => truth.error === null);

function readProgram(truth: TruthFile): string {
  return readFileSync(join(folder, truth.path), "utf8");
}

/** What is wrong with a scope's numbers, whatever the program: nothing, or a sentence each. */
function findFlaws(scope: ScopeMap, lineCount: number): string[] {
  const flaws: string[] = [];
  const numbers = scope.ids.flatMap((id) => (id.slot === null ? [] : [id.slot])).sort((a, b) => a - b);
  if (numbers.some((number, index) => number !== index)) flaws.push(`slots are ${numbers.join(" ")}`);
  if (scope.lines.some((line) => line < 1 || line > lineCount)) flaws.push("a line lies outside the text");
  const bytecode = scope.emit === "bytecode" ? scope.bytecode() : null;
  if (scope.emit === "bytecode" && (bytecode === null || bytecode.code.length === 0)) {
    flaws.push("there is no bytecode");
  }
  return flaws.map((flaw) => `${scope.path}: ${flaw}`);
}

describe.skipIf(reason !== "")("a sample of MicroPython's own programs", () => {
  it("is the text the truth was made from", () => {
    const hashes = sample.map((truth) =>
      createHash("sha1")
        .update(readFileSync(join(folder, truth.path)))
        .digest("hex"),
    );
    expect(hashes).toEqual(sample.map((truth) => truth.sha1));
    expect(sample).toHaveLength(200);
  });

  it.each(compiled)("has the compiler's own scopes, slots and lines: $path", (truth) => {
    const text = readProgram(truth);
    const { debugMap, problems } = mapSource(text, { file: truth.path });
    expect(problems).toEqual([]);
    expect(describeScopes(debugMap.scopes)).toEqual(expectedScopes(truth.scopes));
    expect(debugMap.scopes.map((scope) => scope.lines)).toEqual(
      truth.scopes.map((scope) => scope.lines ?? []),
    );
    const traced = mapSource(text, { file: truth.path, options: { settrace: true } });
    expect(traced.debugMap.scopes.map((scope) => scope.lines)).toEqual(
      truth.scopes.map((scope) => scope.lines_st ?? scope.lines ?? []),
    );
  });

  it.each(sample.filter((truth) => truth.error !== null))("fails as in the compiler: $path", (truth) => {
    const [problem] = mapSource(readProgram(truth), { file: truth.path }).problems;
    expect(problem).toMatchObject({
      line: truth.error?.line,
      message: truth.error?.message,
      type: truth.error?.type,
    });
  });
});

describe.skipIf(reason !== "")("all of MicroPython's own programs", () => {
  const programs = reason === "" ? programsIn(folder) : [];

  it("map to numbers that make sense", () => {
    const flaws: string[] = [];
    let scopes = 0;
    for (const path of programs) {
      const text = readFileSync(path, "utf8");
      // Newlines in an f-string's braces count twice, so there can be more lines than newlines.
      const lineCount = text.split("\n").length + (text.match(/f"""|f'''/g)?.length ?? 0) * 10;
      const { debugMap } = mapSource(text, { file: relative(folder, path) });
      scopes += debugMap.scopes.length;
      for (const scope of debugMap.scopes) {
        flaws.push(...findFlaws(scope, lineCount).map((flaw) => `${relative(folder, path)}: ${flaw}`));
      }
    }
    expect(flaws).toEqual([]);
    expect(programs.length).toBeGreaterThan(1700);
    expect(scopes).toBeGreaterThan(6000);
  });

  it("can be cut off anywhere", { timeout: 120_000 }, () => {
    let maps = 0;
    for (const path of programs) {
      const text = readFileSync(path, "utf8");
      for (let part = 1; part < 8; part++) {
        const { debugMap } = mapSource(text.slice(0, Math.floor((text.length * part) / 8)), { file: path });
        maps += debugMap.scopes.length > 0 ? 1 : 0;
      }
    }
    expect(maps).toBe(programs.length * 7);
  });
});
