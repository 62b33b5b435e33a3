import type { DebugMap, ScopeMap } from "../../../src/index.js";
import { pairScopes } from "./slot-evidence.js";
import { compileWith, isCompileError, type Optimisation } from "./stock-compiler.js";
import { StockMicroPython } from "./stock-micropython.js";

export interface TraceEvent {
  readonly scope: ScopeMap;
  readonly event: "call" | "line" | "return" | "exception";
  readonly line: number;
}

/** What the slots of one frame held when the program came to a line, by slot number. */
export interface FrameMemory {
  readonly scope: ScopeMap;
  readonly line: number;
  /** `repr()` of the values; `cell: ...` for what a cell holds; `unbound` and `cell: empty` for none. */
  readonly values: readonly string[];
}

export interface Trace {
  readonly events: readonly TraceEvent[];
  readonly memories: readonly FrameMemory[];
  /** How the program ended: empty, or type and message of the exception. */
  readonly error: string;
}

const runProgram = `
import slotscope_trace, sys
def _trace(frame, event, argument):
    slotscope_trace.tick(id(frame), id(frame.f_code), event, frame.f_lineno)
    return _trace
_error = ""
sys.settrace(_trace)
try:
    exec(_code, {"__name__": "__main__"})
except BaseException as error:
    _error = "%s: %s" % (type(error).__name__, error)
sys.settrace(None)
`;

/** Events after which a run is given up: examples are small, so one that goes on for longer loops forever. */
const mostEvents = 5000;

/**
 * Runs a text under `sys.settrace` in the real MicroPython and writes down every event. When the program first comes to
 * one of the lines to look at, the slots of that frame are read out of memory: slot n is word `n_state - 1 - n` of the
 * state array, as the frame's own n_state has it.
 */
export async function traceProgram(
  source: string,
  debugMap: DebugMap,
  linesToLookAt: readonly number[],
  optimisation: Optimisation,
): Promise<Trace> {
  const micropython = await StockMicroPython.start();
  const module = compileWith(micropython, source, optimisation);
  if (isCompileError(module)) throw new Error(`does not compile: ${module.message} (line ${module.line})`);
  const scopes = new Map(pairScopes(debugMap, module).map(([scope, compiled]) => [compiled?.rawCode, scope]));

  const events: TraceEvent[] = [];
  const memories: FrameMemory[] = [];
  const open = new Set(linesToLookAt);
  micropython.offer("slotscope_trace", {
    tick(frame: number, code: number, event: TraceEvent["event"], line: number) {
      if (events.length > mostEvents) throw new Error("runs for too long");
      const scope = scopes.get(micropython.word(code + 8));
      if (scope === undefined) return;
      events.push({ scope, event, line });
      if (event === "line" && open.delete(line)) {
        memories.push({ scope, line, values: readSlots(micropython, frame, scope) });
      }
    },
  });
  micropython.run(runProgram);
  return { events, memories, error: micropython.text("_error") };
}

/**
 * Layouts of the 32-bit settrace build without stackless (py/profile.h, py/bc.h): a frame holds its code state in its
 * second word; a code state holds n_state in a half word at 12, its frame at 24 and the state array from 28 on; a cell
 * holds its value in its second word.
 */
function readSlots(micropython: StockMicroPython, frame: number, scope: ScopeMap): string[] {
  const codeState = micropython.word(frame + 4);
  if (micropython.word(codeState + 24) !== frame) throw new Error("not the layout of this build");
  const stateSize = micropython.half(codeState + 12);
  return scope.slots.map((slot, n) => {
    const word = micropython.word(codeState + 28 + 4 * (stateSize - 1 - n));
    if (slot?.isCell) {
      const value = micropython.word(word + 4);
      return value === 0 ? "cell: empty" : `cell: ${describe(micropython, value)}`;
    }
    return word === 0 ? "unbound" : describe(micropython, word);
  });
}

/** `repr()` without addresses. */
function describe(micropython: StockMicroPython, word: number): string {
  return micropython
    .repr(word)
    .replace(/<closure <function (\S+) at .*>.*>$/s, "<closure $1>")
    .replace(/ (?:object )?'?(\w*)'? ?at 0x[0-9a-f]+/g, (_, name: string) => (name === "" ? "" : ` ${name}`))
    .replace(/ [0-9a-f]{4,}>/g, ">");
}
