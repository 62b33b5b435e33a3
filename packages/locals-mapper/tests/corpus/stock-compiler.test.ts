import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { describe, expect, it } from "vitest";
import { stockCompilerOptions } from "../stock-compiler-options.js";
import { type CodeVerdict, judgeByMap, StockVerdicts } from "../support/stock-verdicts.js";
import { findSource, programsIn } from "./micropython-source.js";

const { folder, reason } = await findSource();

function countCode(code: CodeVerdict): number {
  return code.children.reduce((sum, child) => sum + countCode(child), 1);
}

describe.skipIf(reason !== "")("every Python file of MicroPython's source", () => {
  it("compiles to the stock compiler's bytecode, or fails with its error", { timeout: 300_000 }, async () => {
    const stock = new StockVerdicts();
    const counts = { files: 0, refused: 0, codeObjects: 0 };
    const differing: unknown[] = [];
    /** Files it says nothing about: it ran out of memory or of stack, or they are no UTF-8. */
    const notCompared: string[] = [];
    for (const path of programsIn(folder)) {
      const file = relative(folder, path);
      const bytes = readFileSync(path);
      const text = bytes.toString("utf8");
      if (!Buffer.from(text).equals(bytes)) {
        notCompared.push(`${file}: no UTF-8`);
        continue;
      }
      const real = await stock.judge(text, { file });
      if ("gaveUp" in real) {
        notCompared.push(`${file}: ${real.gaveUp}`);
        continue;
      }
      counts.files += 1;
      if ("error" in real) counts.refused += 1;
      else counts.codeObjects += countCode(real.code);
      const mapped = judgeByMap(text, { file }, stockCompilerOptions);
      if (JSON.stringify(mapped) !== JSON.stringify(real)) differing.push({ file, mapped, real });
    }
    process.stderr.write(
      `Compared ${counts.files} files: ${counts.codeObjects} code objects, ${counts.refused} errors. ` +
        `Not compared: ${notCompared.join("; ") || "none"}\n`,
    );
    expect(differing).toEqual([]);
    expect(counts.files).toBeGreaterThan(1700);
    expect(counts.codeObjects).toBeGreaterThan(6000);
    expect(counts.refused).toBeGreaterThan(50);
    expect(notCompared.length).toBeLessThan(10);
  });
});
