import { beforeAll, describe, expect, it } from "vitest";
import { encodeLineTable, lineNumberTable, lineRanges } from "../../src/line-table.js";
import { stockCompilerOptions } from "../stock-compiler-options.js";
import { judgeByMap, type StockVerdict, StockVerdicts, type Verdict } from "../support/stock-verdicts.js";
import { readSnippet, snippetTruth } from "../truth-files.js";

const stock = new StockVerdicts();
const file = "main.py";

async function bothVerdicts(text: string): Promise<{ real: StockVerdict; mapped: Verdict }> {
  const mapped = judgeByMap(text, { file }, stockCompilerOptions);
  return { real: await stock.judge(text, { file }), mapped };
}

describe("bytecode and line tables", () => {
  it.each(snippetTruth)("are the real compiler's, byte for byte, for $path", async ({ path }) => {
    const { real, mapped } = await bothVerdicts(readSnippet(path));
    expect(mapped).toEqual(real);
  });

  it.each([
    ["jumps just short and just long", jumpsOfAllLengths()],
    ["line steps of all sizes", lineStepsOfAllSizes()],
    ["more names, constants and locals than a byte counts", manyNames()],
    ["small ints of every length", smallInts()],
    ["a loop so long that the jump back is long", `while a:\n${" b = c.d(e)\n".repeat(40)}`],
    ["breaks out of nested loops and handlers", breaksOutOfHandlers()],
    ["twins that only differ in their line", "a = [lambda: 1, lambda: 1,\n lambda: 1]\n"],
    ["code after a return", "def f():\n  return 1\n  for x in y:\n    print(x)\n    def g(): return x\n"],
  ])("are the real compiler's for %s", async (_, text) => {
    const { real, mapped } = await bothVerdicts(text);
    expect(real).toHaveProperty("code");
    expect(mapped).toEqual(real);
  });
});

describe("a line table", () => {
  const offsets = [0, 3, 40, 40, 100, 100, 101, 2000];
  const lines = [2, 3, 4, 20, 21, 3000, 3001, 90_000];
  let table: Uint8Array;

  beforeAll(() => {
    table = encodeLineTable(offsets, lines);
  });

  it("is read back as it was written", () => {
    const ranges = lineRanges(table, 2010);
    const withBytes = ranges.filter(([start, end]) => end > start);
    expect(withBytes).toEqual([
      [0, 3, 2],
      [3, 40, 3],
      [40, 100, 20],
      [100, 101, 3000],
      [101, 2000, 3001],
      [2000, 2010, 90_000],
    ]);
  });

  it("gives steps of offset and line modulo 256", () => {
    const pairs = [3, 1, 37, 17, 60, 2980 & 0xff, 1, 1, 1899 & 0xff, 86_999 & 0xff];
    expect([...lineNumberTable(table, 10, 2010)]).toEqual(pairs);
  });
});

/** `if` and `while` over bodies whose code grows past the reach of a short jump, one byte or so at a time. */
function jumpsOfAllLengths(): string {
  let text = "";
  for (let n = 8; n < 36; n++) {
    text += `def f${n}(a):\n if a:\n  ${"a;".repeat(n)}a\n else:\n  ${"1+a;".repeat(n)}a\n`;
    text += `def g${n}(a):\n while a:\n  ${"a;".repeat(n)}a\n  if a: continue\n  ${"-a;".repeat(n)}a\n`;
    text += `def h${n}(a):\n try:\n  for i in a:\n   x = a and ${"-".repeat(n * 2)}a\n except a:\n  ${"a;".repeat(2 * n)}a\n`;
  }
  return text;
}

function lineStepsOfAllSizes(): string {
  let text = "";
  for (const gap of [1, 2, 3, 4, 5, 6, 7, 8, 100, 255, 256, 700]) {
    text += `f(1)\n${"#\n".repeat(gap)}${"a.b.c.d;".repeat(gap % 20)}a.b\n`;
  }
  return `${text}${"#\n".repeat(5000)}g()\n`;
}

function manyNames(): string {
  const numbers = Array.from({ length: 300 }, (_, i) => i);
  const locals = numbers.map((i) => ` v${i} = ${i}.5\n`).join("");
  const closed = numbers.map((i) => `v${i}`).join(" + ");
  return `def f():\n${locals} del v299\n return ${closed}\ndef g(a, b, c):\n${locals} return lambda: v1 + v200 + a\n`;
}

function smallInts(): string {
  const values = [0, 15, 16, 47, 48, 63, 64, 127, 128, 8191, 8192, 1 << 20, (1 << 30) - 1, 1 << 30];
  return values.flatMap((value) => [`a = ${value}\n`, `a = -${value}\n`, `a = -${value} - 1\n`]).join("");
}

function breaksOutOfHandlers(): string {
  return `def f(a):
 for x in a:
  try:
   with a as b, b as c:
    while a:
     if b: break
     try: continue
     finally: print(1)
    if c: break
    if x: continue
    return a if b else c
  except (A, B) as e:
   break
  except C: pass
  else: continue
  finally:
   for i in range(x, 3, -1):
    if i: break
    continue
   else: print(i)
async def g(a):
 async with a as b, b:
  async for x in b:
   if x: break
   continue
  else: return 1
 return await a
`;
}
