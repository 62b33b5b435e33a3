import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import {
  type CompilerOptions,
  createMapper,
  type DebugMap,
  identifyCode,
  languageVersions,
  loopLines,
  mapSource,
  type MappedSource,
  nearestStoppableLine,
} from "../../src/index.js";
import { stockCompilerOptions } from "../stock-compiler-options.js";
import { fixturePrograms } from "../support/fixture-programs.js";
import { showMapped } from "../support/show-mapped.js";
import { editedText, stringPrograms } from "../support/source-edits.js";
import { type Compilation, StockVerdicts, verdictOf } from "../support/stock-verdicts.js";
import { withinTime } from "../support/time-limit.js";
import { seed, settings } from "./fuzz-settings.js";
import { mutatedProgram, programVersions } from "./source-mutations.js";

process.stderr.write(`Programs are made with seed ${seed}; SLOTSCOPE_FUZZ_SEED sets another.\n`);

const programs = fixturePrograms.map(({ text }) => text);
const anyText = fc.oneof(
  { weight: 5, arbitrary: mutatedProgram(programs) },
  { weight: 1, arbitrary: editedText(stringPrograms) },
);

/** Milliseconds within which a text of a few kilobytes is certainly mapped. */
const longest = 10_000;

function mapInTime(text: string, file: string, options: CompilerOptions): MappedSource {
  return withinTime(longest, () => {
    const mapped = mapSource(text, { file, options });
    for (const scope of mapped.debugMap.scopes) scope.bytecode();
    return mapped;
  });
}

/** What is wrong with a map's own numbers. */
function findFlaws({ debugMap, problems }: MappedSource): string[] {
  const flaws: string[] = [];
  const { text, scopes } = debugMap;
  for (const { start, end, message } of problems) {
    const marksNothing = start >= end && text.length > 0;
    if (start < 0 || end > text.length || marksNothing) flaws.push(`${message} marks ${start} to ${end}`);
  }
  for (const scope of scopes) {
    if (scope.start < 0 || scope.end < scope.start || scope.end > text.length) {
      flaws.push(`${scope.path} is at ${scope.start} to ${scope.end}`);
    }
    if (problems.length === 0 && scope.slots.some((slot, number) => slot?.slot !== number)) {
      flaws.push(`${scope.path} has slots without a name`);
    }
  }
  return flaws;
}

/** What is wrong with the places a program can be stopped at. */
function findStopFlaws(debugMap: DebugMap): string[] {
  const flaws: string[] = [];
  for (const scope of debugMap.scopes) {
    const strays = loopLines(scope).filter((line) => !scope.lines.includes(line));
    if (strays.length > 0) flaws.push(`${scope.path} loops on ${strays.join(" ")}, which it has no code on`);
  }
  for (let line = 1; line < 20; line += 6) {
    const place = nearestStoppableLine(debugMap, line);
    const answers = "scopes" in place ? place.scopes.length > 0 : place.reason !== "";
    if (!answers) flaws.push(`a breakpoint on line ${line} gets no answer`);
  }
  return flaws;
}

/** Scopes of a map whose own code is not recognised as theirs, or as that of a twin. */
function unrecognised(debugMap: DebugMap): string[] {
  return debugMap.scopes.flatMap((scope) => {
    const bytecode = scope.bytecode();
    if (bytecode === null) return [];
    const { code, lineInfo } = bytecode;
    const { name, argNames } = scope;
    const found = identifyCode({ name, firstLine: scope.lines[0] ?? 0, code, lineInfo, argNames }, debugMap);
    if (found.kind === "ambiguous") return found.scopes.includes(scope) ? [] : [scope.path];
    if (found.kind === "mismatch") return [`${scope.path}: ${found.reason}`];
    const alike = JSON.stringify(found.scope.slots) === JSON.stringify(scope.slots);
    return alike ? [] : [`${scope.path} is taken for ${found.scope.path}`];
  });
}

const anyCompilation: fc.Arbitrary<Compilation> = fc.record({
  file: fc.constant("main.py"),
  mode: fc.oneof(
    { weight: 18, arbitrary: fc.constant("exec" as const) },
    { weight: 1, arbitrary: fc.constant("single" as const) },
    { weight: 1, arbitrary: fc.constant("eval" as const) },
  ),
  optimisation: fc.oneof(
    { weight: 12, arbitrary: fc.constant(0 as const) },
    { weight: 1, arbitrary: fc.constantFrom(1 as const, 2 as const, 3 as const) },
  ),
});

const anyOptions: fc.Arbitrary<CompilerOptions> = fc.record({
  version: fc.constantFrom(...languageVersions),
  featureLevel: fc.constantFrom(...(["minimum", "core", "basic", "extra", "full", "everything"] as const)),
  mode: fc.constantFrom("exec" as const, "exec" as const, "single" as const, "eval" as const),
  optimisation: fc.constantFrom(0 as const, 1 as const, 3 as const),
  settrace: fc.boolean(),
  smallIntBits: fc.constantFrom(31 as const, 63 as const),
  crossCompiled: fc.boolean(),
  floatBits: fc.constantFrom(0 as const, 32 as const, 64 as const),
  errorReporting: fc.constantFrom("terse" as const, "normal" as const, "detailed" as const),
});

describe("a program changed at random", () => {
  const stock = new StockVerdicts();
  const counts = { compiled: 0, refused: 0 };
  /** Programs the stock compiler came to no verdict about, by reason. */
  const givenUp = new Map<string, number>();

  afterAll(() => {
    const reasons = [...givenUp].map(([reason, count]) => `; ${count} not compared: ${reason}`);
    process.stderr.write(
      `Compared ${counts.compiled} programs that compile and ${counts.refused} that don't${reasons.join("")}\n`,
    );
  });

  it("compiles to the stock compiler's own bytecode, or fails with its message, type and line", async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyCompilation, async (text, compilation) => {
        const real = await stock.judge(text, compilation);
        const { file, ...how } = compilation;
        const mapped = mapInTime(text, file, { ...stockCompilerOptions, ...how });
        expect(findFlaws(mapped)).toEqual([]);
        // Heap and C stack of the interpreter are limits of that build, and a trap in it is a fault of its own:
        // none tells what the text means.
        if ("gaveUp" in real) {
          givenUp.set(real.gaveUp, (givenUp.get(real.gaveUp) ?? 0) + 1);
          return;
        }
        counts["code" in real ? "compiled" : "refused"] += 1;
        expect(verdictOf(mapped.debugMap, mapped.problems)).toEqual(real);
      }),
      settings(5000),
    );
    const all = counts.compiled + counts.refused;
    expect(counts.compiled).toBeGreaterThan(all / 5);
    expect(counts.refused).toBeGreaterThan(all / 5);
    expect([...givenUp.values()].reduce((sum, count) => sum + count, 0)).toBeLessThan(all / 100);
  });

  it("maps for any firmware without an exception or an endless loop, to numbers that make sense", () => {
    fc.assert(
      fc.property(anyText, anyOptions, (text, options) => {
        const mapped = mapInTime(text, "main.py", options);
        expect(findFlaws(mapped)).toEqual([]);
        expect(findStopFlaws(mapped.debugMap)).toEqual([]);
      }),
      settings(3000),
    );
  });

  it("maps again, after it has become another, to what that maps to", () => {
    fc.assert(
      fc.property(programVersions(programs), anyOptions, (versions, options) => {
        const mapper = createMapper({ file: "main.py", options });
        for (const text of versions) {
          const mapped = withinTime(longest, () => mapper.replace(text));
          expect(showMapped(mapped)).toEqual(showMapped(mapSource(text, { file: "main.py", options })));
        }
      }),
      settings(600),
    );
  });

  it("is recognised by its code", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { debugMap, problems } = mapInTime(text, "main.py", stockCompilerOptions);
        fc.pre(problems.length === 0);
        expect(unrecognised(debugMap)).toEqual([]);
      }),
      settings(1200),
    );
  });
});
