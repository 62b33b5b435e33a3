import type { DebugMap, ScopeMap } from "./debug-map.js";

/** Where a breakpoint asked for on a line can be, or why there is no such place. */
export type StoppableLine =
  | { readonly line: number; readonly scopes: readonly ScopeMap[] }
  | { readonly reason: string };

/**
 * Lines of a scope at which a trace function can stop, rising. None in native, viper and inline-assembler functions,
 * which are not traced, nor in functions that never come to be.
 */
export function stoppableLines(scope: ScopeMap): readonly number[] {
  return scope.emit === "bytecode" && scope.unreachable !== true ? scope.lines : [];
}

/**
 * Lines of a scope on which a whole loop runs without a line event each time round, rising. A breakpoint there needs
 * more than line events to hit every time: the opcode offset going backwards, or a break by instruction.
 */
export function loopLines(scope: ScopeMap): number[] {
  const loops = scope.bytecode()?.loops ?? [];
  return [...new Set(loops.filter((loop) => !loop.refires).map((loop) => loop.line))].sort((a, b) => a - b);
}

/**
 * The line to stop at for a breakpoint asked for on `line` (from 1): the line itself if any scope's code is on it, else
 * the next one in the innermost scope around the line, else the next one of the file.
 */
export function nearestStoppableLine(debugMap: DebugMap, line: number): StoppableLine {
  const exact = scopesStoppingAt(debugMap, line);
  if (exact.length > 0) return { line, scopes: exact };

  const lines = new LineIndex(debugMap.text);
  const around = innermostScope(debugMap, lines, line);
  if (around.emit !== "bytecode") {
    return { reason: `${around.name} is ${describeEmitter(around)} code, which can't be stopped in` };
  }
  if (around.unreachable === true)
    return { reason: `${around.name} is never made: the code for it can't be reached` };

  const next = firstFrom(stoppableLines(around), line) ?? firstFrom(allStoppableLines(debugMap), line);
  if (next !== undefined) return { line: next, scopes: scopesStoppingAt(debugMap, next) };
  return { reason: `${describeLine(lines, line)}, and no code follows it` };
}

function scopesStoppingAt(debugMap: DebugMap, line: number): ScopeMap[] {
  return debugMap.scopes.filter((scope) => stoppableLines(scope).includes(line));
}

function allStoppableLines(debugMap: DebugMap): number[] {
  const lines = new Set<number>();
  for (const scope of debugMap.scopes) for (const line of stoppableLines(scope)) lines.add(line);
  return [...lines].sort((a, b) => a - b);
}

function firstFrom(lines: readonly number[], from: number): number | undefined {
  return lines.find((line) => line >= from);
}

/** The smallest scope whose text has a part on the line; the module if none other has. */
function innermostScope(debugMap: DebugMap, lines: LineIndex, line: number): ScopeMap {
  let innermost = debugMap.scopes[0] as ScopeMap;
  for (const scope of debugMap.scopes) {
    if (scope.parent < 0) continue;
    const holds =
      lines.lineOf(scope.start) <= line && line <= lines.lineOf(Math.max(scope.start, scope.end - 1));
    if (holds && scope.end - scope.start < innermost.end - innermost.start) innermost = scope;
  }
  return innermost;
}

function describeEmitter(scope: ScopeMap): string {
  return scope.emit === "asm" ? "inline-assembler" : scope.emit;
}

function describeLine(lines: LineIndex, line: number): string {
  const text = lines.textOf(line);
  if (text === null) return `line ${line} is past the end of the file`;
  if (text === "") return `line ${line} is blank`;
  if (text.startsWith("#")) return `line ${line} is a comment`;
  if (/^pass\b/.test(text)) return `\`pass\` on line ${line} makes no code`;
  if (/^(global|nonlocal)\b/.test(text)) return `the declaration on line ${line} makes no code`;
  return `line ${line} makes no code`;
}

/** Lines of a text by offset, counted as MicroPython does: after "\n", "\r\n" and "\r". */
class LineIndex {
  readonly #text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.#text = text;
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c === 10 || (c === 13 && text.charCodeAt(i + 1) !== 10)) this.#starts.push(i + 1);
    }
  }

  /** The line, from 1, that holds an offset. */
  lineOf(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** A line's text without blanks around it; null past the last line. */
  textOf(line: number): string | null {
    const start = this.#starts[line - 1];
    if (start === undefined) return null;
    return this.#text.slice(start, this.#starts[line] ?? this.#text.length).trim();
  }
}
