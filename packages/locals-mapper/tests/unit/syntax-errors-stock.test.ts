import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseSource } from "../../src/parser.js";
import { editedText, stringPrograms } from "../support/source-edits.js";
import { StockMicroPython } from "../support/literate/stock-micropython.js";
import { stockCompilerOptions } from "../stock-compiler-options.js";
import { readSnippet, snippetTruth } from "../truth-files.js";

const program = `
import io, sys
try:
    compile(_source, "main.py", "exec")
    _answer = "parses"
except Exception as error:
    trace = io.StringIO()
    sys.print_exception(error, trace)
    lines = [line for line in trace.getvalue().split("\\n") if 'File "main.py"' in line]
    place = lines[-1].split("line ")[1] if lines else "-1"
    # Only the compiler proper names the block it was in.
    _answer = "parses" if ", in " in place else "%s: %s, line %s" % (type(error).__name__, error, place)
`;

const micropython = await StockMicroPython.start();

/** What the stock compiler's parser says of a text. */
function stockVerdict(source: string): string {
  micropython.set("_source", source);
  micropython.run(program);
  return micropython.text("_answer");
}

function ourVerdict(source: string): string {
  const [problem] = parseSource(source, stockCompilerOptions).problems;
  return problem === undefined ? "parses" : `${problem.type}: ${problem.message}, line ${problem.line}`;
}

const texts = [...snippetTruth.map(({ path }) => readSnippet(path)), ...stringPrograms, ...stringPrograms];

describe("the stock compiler of MicroPython 1.29", () => {
  test("says the same of 1500 edited programs", () => {
    const verdicts = { parses: 0, fails: 0 };
    fc.assert(
      fc.property(editedText(texts), (source) => {
        const expected = stockVerdict(source);
        verdicts[expected === "parses" ? "parses" : "fails"] += 1;
        expect(ourVerdict(source)).toBe(expected);
      }),
      { numRuns: 1500, seed: 1 },
    );
    expect(verdicts.parses).toBeGreaterThan(100);
    expect(verdicts.fails).toBeGreaterThan(100);
  });
});
