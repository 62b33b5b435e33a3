import { StockMicroPython } from "./stock-micropython.js";

/** What the real compiler made of one scope. */
export interface CompiledScope {
  readonly name: string;
  /** Line of the 'call' event: the line the compiler stood on when it made the function; 0 for the module. */
  readonly definitionLine: number;
  /** `co_code`. */
  readonly code: Uint8Array;
  /** Lines that own bytecode, from `co_lines()`, in order. */
  readonly lines: readonly number[];
  readonly stateSize: number;
  /** MP_SCOPE_FLAG_*, the four low ones (py/runtime0.h). */
  readonly flags: number;
  readonly positionalCount: number;
  readonly keywordOnlyCount: number;
  readonly defaultCount: number;
  /** Names of positional and keyword-only arguments by slot; `*` where the slot is no named argument. */
  readonly argumentNames: readonly string[];
  /** Slots that get a cell on entry. */
  readonly cellSlots: readonly number[];
  /** Address of its raw code: what identifies it in the instance that compiled it. */
  readonly rawCode: number;
  /** Scopes made in it, in the order of its table of raw code. */
  readonly children: readonly CompiledScope[];
}

export interface CompileError {
  readonly type: string;
  readonly message: string;
  /** Line of the traceback; -1 if there is none. */
  readonly line: number;
}

export type Optimisation = 0 | 1 | 2 | 3;

/** Name under which examples are compiled. */
const fileName = "example.py";

const compileProgram = `
import json, micropython, sys
_error = None
micropython.opt_level(_optimisation)
try:
    _code = compile(_source, "${fileName}", "exec")
except BaseException as error:
    import io
    _trace = io.StringIO()
    sys.print_exception(error, _trace)
    _error = [type(error).__name__, str(error), _trace.getvalue()]
micropython.opt_level(0)
# Code objects of children are made when asked for: they are kept, since their addresses are read afterwards.
_codes = []
def _describe(code):
    _codes.append(code)
    lines = []
    for start, end, line in code.co_lines():
        if end > start and line not in lines:
            lines.append(line)
    children = [_describe(child) for child in code.co_consts if type(child) is type(_code)]
    return [id(code), code.co_name, str(code), lines, children]
_answer = json.dumps([_error, None if _error else _describe(_code)])
`;

type Description = [id: number, name: string, print: string, lines: number[], children: Description[]];

/**
 * Compiles a text with the real compiler in the given instance, without running it. Afterwards `_code` is the code
 * object of the module in that instance. Names and slots come out the same whatever was compiled before; lines need
 * not, because a string that was seen before marks none.
 */
export function compileWith(
  micropython: StockMicroPython,
  source: string,
  optimisation: Optimisation = 0,
): CompiledScope | CompileError {
  micropython.set("_source", source);
  micropython.set("_optimisation", optimisation);
  micropython.run(compileProgram);
  const [error, tree] = JSON.parse(micropython.text("_answer")) as [
    [type: string, message: string, trace: string] | null,
    Description | null,
  ];
  if (error !== null) {
    const [type, message, trace] = error;
    const place = [...trace.matchAll(new RegExp(`File "${fileName}", line (\\d+)`, "g"))].at(-1);
    return { type, message, line: Number(place?.[1] ?? -1) };
  }
  if (tree === null) throw new Error("neither code nor an error");
  return readScope(micropython, tree);
}

export function isCompileError(result: CompiledScope | CompileError): result is CompileError {
  return "type" in result;
}

/**
 * Reads what Python can't see of a code object: the prelude of its bytecode (py/bc.h). Layouts of the 32-bit settrace
 * build: mp_obj_code_t is type, context, raw code; a context holds its qstr table in the third word; mp_raw_code_t has
 * the bytes of the function in the second word and their length in the fourth.
 */
function readScope(
  micropython: StockMicroPython,
  [id, name, print, lines, children]: Description,
): CompiledScope {
  const context = micropython.word(id + 4);
  const rawCode = micropython.word(id + 8);
  const bytes = micropython.bytes(micropython.word(rawCode + 4), micropython.word(rawCode + 12));
  let at = 0;
  const next = () => bytes[at++] ?? 0;

  let byte = next();
  let state = (byte >> 3) & 0xf;
  let flags = 0;
  let positionalCount = byte & 3;
  let keywordOnlyCount = 0;
  let defaultCount = 0;
  for (let n = 0; byte & 0x80; n++) {
    byte = next();
    state |= (byte & 0x30) << (2 * n);
    flags |= ((byte & 0x40) >> 6) << n;
    positionalCount |= (byte & 4) << n;
    keywordOnlyCount |= ((byte & 8) >> 3) << n;
    defaultCount |= (byte & 1) << n;
  }

  let infoLength = 0;
  let cellCount = 0;
  for (let n = 0; ; n++) {
    byte = next();
    cellCount |= (byte & 1) << n;
    infoLength |= ((byte & 0x7e) >> 1) << (6 * n);
    if (byte < 0x80) break;
  }

  const cellsAt = at + infoLength;
  const qstrTable = micropython.word(context + 8);
  const names: string[] = [];
  for (let i = 0; i <= positionalCount + keywordOnlyCount; i++) {
    let index = 0;
    do {
      byte = next();
      index = (index << 7) | (byte & 0x7f);
    } while (byte & 0x80);
    names.push(micropython.qstr(micropython.half(qstrTable + 2 * index)));
  }
  if (names[0] !== name) throw new Error(`prelude of ${name} says ${names[0] ?? "nothing"}`);

  return {
    name,
    definitionLine: Number(/, line (\d+)>$/.exec(print)?.[1] ?? -1),
    code: bytes.subarray(cellsAt + cellCount),
    lines: [...lines].sort((a, b) => a - b),
    stateSize: state + 1,
    flags,
    positionalCount,
    keywordOnlyCount,
    defaultCount,
    argumentNames: names.slice(1),
    cellSlots: [...bytes.subarray(cellsAt, cellsAt + cellCount)],
    rawCode,
    children: children.map((child) => readScope(micropython, child)),
  };
}
