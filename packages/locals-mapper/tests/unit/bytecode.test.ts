import { beforeAll, describe, expect, it } from "vitest";
import { crc32, type DebugMap, mapSource, type ScopeMap } from "../../src/index.js";
import { encodeLineTable, lineNumberTable, lineRanges } from "../../src/line-table.js";
import { stockCompilerOptions } from "../stock-compiler-options.js";
import { StockMicroPython } from "../support/literate/stock-micropython.js";
import { readSnippet, snippetTruth } from "../truth-files.js";

/** What the real compiler tells of a code object, bytes in hexadecimal. */
interface StockCode {
  name: string;
  firstLine: number;
  code: string;
  lineInfo: string;
  lineTable: number[][];
  crc32: number;
  children: StockCode[];
}

type Outcome = { code: StockCode } | { error: [type: string, message: string, line: number] };

const program = `
import binascii, io, json, sys

def _describe(code):
    return {
        "name": code.co_name,
        "firstLine": code.co_firstlineno,
        "code": binascii.hexlify(code.co_code).decode(),
        "lineInfo": binascii.hexlify(code.co_lnotab).decode(),
        "lineTable": [list(each) for each in code.co_lines()],
        "crc32": binascii.crc32(code.co_code),
        "children": [_describe(child) for child in code.co_consts if child is not None],
    }

try:
    _answer = {"code": _describe(compile(_source, "main.py", "exec"))}
except Exception as error:
    trace = io.StringIO()
    sys.print_exception(error, trace)
    lines = [line for line in trace.getvalue().split("\\n") if 'File "main.py"' in line]
    line = int(lines[-1].split("line ")[1].split(",")[0]) if lines else -1
    _answer = {"error": [type(error).__name__, str(error), line]}
_answer = json.dumps(_answer)
`;

/** Compiles without running, in an interpreter that knows no names from texts before. */
async function compileWithStock(text: string): Promise<Outcome> {
  const micropython = await StockMicroPython.start();
  micropython.set("_source", text);
  micropython.run(program);
  return JSON.parse(micropython.text("_answer")) as Outcome;
}

/** A mapped scope and those in it, as the real compiler would tell of them. */
function describeCode(debugMap: DebugMap, scope: ScopeMap): StockCode {
  const bytecode = scope.bytecode();
  if (bytecode === null) throw new Error(`${scope.path} has no bytecode`);
  const children = debugMap.scopes.filter((each) => each.parent === scope.index);
  return {
    name: scope.name,
    firstLine: scope.lines[0] ?? 0,
    code: Buffer.from(bytecode.code).toString("hex"),
    lineInfo: Buffer.from(bytecode.lineInfo).toString("hex"),
    lineTable: bytecode.lineTable.map((range) => [...range]),
    crc32: crc32(bytecode.code),
    children: children
      .sort((a, b) => a.rawCodeIndex - b.rawCodeIndex)
      .map((each) => describeCode(debugMap, each)),
  };
}

function mapForStock(text: string): Outcome {
  const { debugMap, problems } = mapSource(text, { file: "main.py", options: stockCompilerOptions });
  const [module] = debugMap.scopes;
  const [error] = problems;
  if (error !== undefined) return { error: [error.type, error.message, error.line] };
  if (module === undefined) throw new Error("no module");
  return { code: describeCode(debugMap, module) };
}

describe("bytecode and line tables", () => {
  it.each(snippetTruth)("are the real compiler's, byte for byte, for $path", async ({ path }) => {
    const text = readSnippet(path);
    expect(mapForStock(text)).toEqual(await compileWithStock(text));
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
    const real = await compileWithStock(text);
    expect(real).toHaveProperty("code");
    expect(mapForStock(text)).toEqual(real);
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
