import { type CompilerOptions, type DebugMap, mapSource, type ScopeMap } from "../../src/index.js";
import { StockMicroPython } from "./literate/stock-micropython.js";

/** How a text is compiled. */
export interface Compilation {
  readonly file: string;
  readonly mode?: "exec" | "eval" | "single";
  readonly optimisation?: 0 | 1 | 2 | 3;
}

/** What there is to compare of a code object. */
export interface CodeVerdict {
  readonly name: string;
  /** Line of the 'call' event: the line the compiler stood on when it made the function; 0 for the module. */
  readonly definitionLine: number;
  /** Prelude and code in hexadecimal, as the firmware keeps them. */
  readonly functionData: string;
  /** `co_code` and `co_lnotab` in hexadecimal, and `co_lines()`. */
  readonly code: string;
  readonly lineInfo: string;
  readonly lineTable: string;
  /** Those made in it, in the order of its table of raw code. */
  readonly children: readonly CodeVerdict[];
}

/** Code, or the error: type, message and line (-1 without a traceback). */
export type Verdict = { readonly code: CodeVerdict } | { readonly error: string };

/** A verdict, or why the interpreter came to none about the text itself. */
export type StockVerdict = Verdict | { readonly gaveUp: string };

const program = `
import binascii, io, json, micropython, sys

def _walk(code):
    _codes.append(code)
    return [
        id(code),
        code.co_name,
        str(code),
        binascii.hexlify(code.co_code).decode(),
        binascii.hexlify(code.co_lnotab).decode(),
        [list(each) for each in code.co_lines()],
        [_walk(each) for each in code.co_consts if type(each) is type(code)],
    ]

# Code objects of children are made when asked for: they are kept, since their addresses are read afterwards.
_codes = []

def _compile(source, file, mode, level):
    micropython.opt_level(level)
    try:
        code = compile(source, file, mode)
    except BaseException as error:
        micropython.opt_level(0)
        trace = io.StringIO()
        sys.print_exception(error, trace)
        return json.dumps([None, type(error).__name__, str(error), trace.getvalue()])
    micropython.opt_level(0)
    return json.dumps([_walk(code)])
`;

type Description = [
  id: number,
  name: string,
  print: string,
  code: string,
  lineInfo: string,
  lineTable: [number, number, number][],
  children: Description[],
];
type Answer = [Description] | [null, type: string, message: string, trace: string];

/** The heap a text is compiled in, in bytes: enough for all of MicroPython's own programs. */
const heapSize = 8 << 20;

/**
 * The real compiler as a judge of texts. Each is compiled, not run, in an interpreter that has seen no other: what was
 * interned before would change the code.
 */
export class StockVerdicts {
  #micropython: StockMicroPython | null = null;

  /** Gives the compiler's verdict. */
  async judge(text: string, { file, mode = "exec", optimisation = 0 }: Compilation): Promise<StockVerdict> {
    this.#micropython ??= await this.#start();
    const micropython = this.#micropython;
    if (!micropython.restore()) {
      this.#micropython = null;
      return this.judge(text, { file, mode, optimisation });
    }
    try {
      const answer = micropython.call("_compile", text, file, mode, optimisation);
      return readAnswer(micropython, JSON.parse(String(answer)) as Answer, file);
    } catch (error) {
      // A trap leaves the instance in a state that memory alone doesn't tell.
      this.#micropython = null;
      return { gaveUp: error instanceof Error ? error.message : String(error) };
    }
  }

  async #start(): Promise<StockMicroPython> {
    const micropython = await StockMicroPython.start(heapSize);
    micropython.run(program);
    micropython.keep(["_compile"]);
    return micropython;
  }
}

function readAnswer(micropython: StockMicroPython, answer: Answer, file: string): StockVerdict {
  if (answer[0] !== null) return { code: readCode(micropython, answer[0]) };
  const [, type, message, trace] = answer;
  if (type === "MemoryError" || message === "maximum recursion depth exceeded") {
    return { gaveUp: `${type}: ${message}` };
  }
  const opening = `File "${file}", line `;
  const at = trace.lastIndexOf(opening);
  const line = at < 0 ? -1 : Number.parseInt(trace.slice(at + opening.length), 10);
  return { error: describeError(type, message, line) };
}

/**
 * Layouts of the 32-bit settrace build: mp_obj_code_t is type, context, raw code; mp_raw_code_t has the bytes of the
 * function in the second word and their length in the fourth.
 */
function readCode(micropython: StockMicroPython, description: Description): CodeVerdict {
  const [id, name, print, code, lineInfo, lineTable, children] = description;
  const rawCode = micropython.word(id + 8);
  const bytes = micropython.bytes(micropython.word(rawCode + 4), micropython.word(rawCode + 12));
  return {
    name,
    definitionLine: Number(/, line (\d+)>$/.exec(print)?.[1] ?? -1),
    functionData: Buffer.from(bytes).toString("hex"),
    code,
    lineInfo,
    lineTable: lineTable.join(" "),
    children: children.map((child) => readCode(micropython, child)),
  };
}

/** What the mapper says of a text, in the form of the real compiler's verdicts. */
export function judgeByMap(text: string, compilation: Compilation, options: CompilerOptions): Verdict {
  const { file, mode = "exec", optimisation = 0 } = compilation;
  const { debugMap, problems } = mapSource(text, { file, options: { ...options, mode, optimisation } });
  return verdictOf(debugMap, problems);
}

/** A map in the form of the real compiler's verdicts. */
export function verdictOf(
  debugMap: DebugMap,
  problems: readonly { readonly type: string; readonly message: string; readonly line: number }[],
): Verdict {
  const [problem] = problems;
  if (problem !== undefined) return { error: describeError(problem.type, problem.message, problem.line) };
  const [module] = debugMap.scopes;
  if (module === undefined) throw new Error("a map without a module");
  const children = new Map<number, ScopeMap[]>();
  for (const scope of debugMap.scopes) {
    const siblings = children.get(scope.parent);
    if (siblings === undefined) children.set(scope.parent, [scope]);
    else siblings.push(scope);
  }
  return { code: describeScope(module, children) };
}

function describeScope(scope: ScopeMap, children: ReadonlyMap<number, readonly ScopeMap[]>): CodeVerdict {
  const bytecode = scope.bytecode();
  if (bytecode === null) throw new Error(`${scope.path} has no bytecode`);
  const made = [...(children.get(scope.index) ?? [])].sort((a, b) => a.rawCodeIndex - b.rawCodeIndex);
  return {
    name: scope.name,
    definitionLine: scope.defLine,
    functionData: Buffer.from(bytecode.functionData).toString("hex"),
    code: Buffer.from(bytecode.code).toString("hex"),
    lineInfo: Buffer.from(bytecode.lineInfo).toString("hex"),
    lineTable: bytecode.lineTable.join(" "),
    children: made.map((child) => describeScope(child, children)),
  };
}

function describeError(type: string, message: string, line: number): string {
  return `${type}: ${message}, line ${line}`;
}
