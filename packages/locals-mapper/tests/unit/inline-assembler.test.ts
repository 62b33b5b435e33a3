import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { mapSource } from "../../src/index.js";
import { readTruth, type TruthError } from "../truth-files.js";

/** A program with one edit, and what mpy-cross 1.26.1 said of it. */
interface EditedProgram {
  readonly base: string;
  /** Where, in characters, how many are removed, and what is put there. */
  readonly at: number;
  readonly del: number;
  readonly ins: string;
  readonly error: TruthError | null;
}

const edited = readTruth<EditedProgram>("assembler-errors-1.26.1.jsonl");

function readProgram(name: string): string {
  return readFileSync(new URL(`../../../../fixtures/slots/assembler/${name}`, import.meta.url), "utf8");
}

function firstProblem(text: string, version: "1.25" | "1.26" | "1.27" = "1.26"): unknown {
  const [problem] = mapSource(text, { file: "main.py", options: { version } }).problems;
  if (problem === undefined) return null;
  return { line: problem.line, message: problem.message, type: problem.type };
}

describe("of an inline-assembler function", () => {
  it.each([...new Set(edited.map(({ base }) => base))])(
    "%s, with one edit, says what mpy-cross says",
    (base) => {
      const text = readProgram(base);
      const cases = edited.filter((each) => each.base === base);
      const said = cases.map(({ at, del, ins }) =>
        firstProblem(text.slice(0, at) + ins + text.slice(at + del)),
      );
      expect(said).toEqual(cases.map(({ error }) => error));
      expect(new Set(cases.map(({ error }) => error?.message)).size).toBeGreaterThan(20);
    },
  );

  it("goes on to the next instruction after a wrong one, and marks both", () => {
    const text = "@micropython.asm_thumb\ndef f():\n    mov(x, 1)\n    nop()\n    b(nowhere)\n";
    const { problems } = mapSource(text, { file: "main.py" });
    expect(problems.map(({ start, end, message }) => [text.slice(start, end).trim(), message])).toEqual([
      ["mov(x, 1)", "'mov' expects a register"],
      ["b(nowhere)", "label 'nowhere' not defined"],
    ]);
  });

  it("knows which version brought an assembler or an instruction", () => {
    const xtensa = "@micropython.asm_xtensa\ndef f(a2):\n    nop()\n";
    expect(firstProblem(xtensa, "1.25")).toMatchObject({ message: expect.stringContaining("unsupported") });
    expect(firstProblem(xtensa, "1.26")).toBeNull();
    const rv32 = "@micropython.asm_rv32\ndef f(a0):\n    nop()\n";
    expect(firstProblem(rv32, "1.26")).toMatchObject({ message: "unknown RV32 instruction 'nop'" });
    expect(firstProblem(rv32, "1.27")).toMatchObject({ message: "invalid RV32 instruction 'nop'" });
  });
});
