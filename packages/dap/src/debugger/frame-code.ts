import type { FrameCode } from "@slotscope/device-transport";
import { type CompilerOptions, mapSource, type ParseMode, type ScopeMap } from "@slotscope/locals-mapper";
import { DebuggerError } from "./errors.js";

/** The names that code of the user's finds in a frame. */
export interface FrameNames {
  /** Named slots; `bound` is undefined where it can't be known yet, as for a condition. */
  readonly slots: ReadonlyMap<string, { readonly slot: number; readonly bound: boolean | undefined }>;
  /** Names that stand for something the target can't give here, with the reason. */
  readonly hidden: ReadonlyMap<string, string>;
}

export interface CompiledText {
  readonly code: FrameCode;
  /** Names that the text makes globals of the module, since the frame has no such local. */
  readonly newGlobals: readonly string[];
  /** The text is a statement: its result is None. */
  readonly isStatement: boolean;
}

/**
 * Makes of an expression a function over the frame's slots. The locals that it names become parameters, those that
 * it binds (`:=`) are given back to be written; any other name it binds becomes a global of the frame's module.
 * Throws `expressionInvalid` with the compiler's message, or `unnamedFrame` for a name that can't be read here.
 */
export function compileExpression(text: string, names: FrameNames, options: CompilerOptions): CompiledText {
  const body = text.trim();
  if (body === "") throw new DebuggerError("expressionInvalid", "There is no expression to evaluate.");
  checkCompiles(body, "eval", options);
  return compile({ lines: "", result: `(${body}\n )` }, names, options);
}

/** The same for statements, which may also be an expression: then its value is the result. */
export function compileStatement(text: string, names: FrameNames, options: CompilerOptions): CompiledText {
  const trimmed = text.trim();
  if (trimmed === "") throw new DebuggerError("expressionInvalid", "There is nothing to run.");
  if (problemOf(trimmed, "eval", options) === undefined) return compileExpression(trimmed, names, options);
  const statements = dedent(text.trimEnd());
  checkCompiles(`${statements}\n`, "exec", options);
  return compile({ lines: indentStatements(statements), result: undefined }, names, options);
}

/** `target = text`, giving the value. The target is any text that can stand left of `=`. */
export function compileAssignment(
  target: string,
  text: string,
  names: FrameNames,
  options: CompilerOptions,
): CompiledText {
  const body = text.trim();
  checkCompiles(body, "eval", options);
  const left = target.trim();
  if (left === "" || problemOf(left, "eval", options) !== undefined) {
    throw new DebuggerError("notAssignable", `\`${target}\` can't be assigned to: it is no expression.`);
  }
  const problem = problemOf(`${left} = 0\n`, "exec", options);
  if (problem !== undefined) {
    throw new DebuggerError("notAssignable", `\`${left}\` can't be assigned to: ${problem}.`);
  }
  const lines = ` ${valueName} = (${body}\n )\n ${left} = ${valueName}\n`;
  return compile({ lines, result: valueName }, names, options);
}

/** Holds the value of an assignment between its evaluation and its store. */
const valueName = "_slotscope_value";

function compile(
  body: { lines: string; result: string | undefined },
  names: FrameNames,
  options: CompilerOptions,
): CompiledText {
  const probe = `def _():\n${body.lines}${body.result === undefined ? "" : ` return ${body.result}\n`}`;
  const { used, stored } = namesOf(probe, options);
  for (const name of [...used, ...stored]) {
    const reason = names.hidden.get(name);
    if (reason !== undefined) throw new DebuggerError("unnamedFrame", reason);
  }
  const parameters: string[] = [];
  const writes: string[] = [];
  const newGlobals: string[] = [];
  for (const name of used) if (names.slots.has(name)) parameters.push(name);
  for (const name of stored) {
    if (name === valueName) continue;
    const place = names.slots.get(name);
    if (!place) {
      newGlobals.push(name);
      continue;
    }
    writes.push(name);
    // A local without a value can be bound by the text itself, so it is not asked for; if it is read before that,
    // MicroPython says so as in any function.
    if (place.bound ?? readsBefore(probe, name)) parameters.push(name);
  }
  if (/^\s*del\b/m.test(body.lines) && writes.length > 0) {
    throw new DebuggerError(
      "notAssignable",
      "A local can't be deleted from outside its function. Assign None to it instead.",
    );
  }
  const globals = newGlobals.length > 0 ? ` global ${newGlobals.join(", ")}\n` : "";
  const result = body.result ?? "None";
  const returned = writes.length > 0 ? `(${result}, ${writes.join(", ")})` : result;
  const slotOf = (name: string) => names.slots.get(name)?.slot ?? -1;
  return {
    code: {
      source: `def _(${parameters.join(", ")}):\n${globals}${body.lines} return ${returned}\n`,
      slots: parameters.map(slotOf),
      names: parameters,
      ...(writes.length > 0 ? { writes: writes.map(slotOf) } : {}),
    },
    newGlobals,
    isStatement: body.result === undefined,
  };
}

/** The name occurs elsewhere than where `:=` or `=` binds it. */
function readsBefore(text: string, name: string): boolean {
  const word = name.replace(/[^\w\u0080-\uffff]/g, "");
  const all = text.match(new RegExp(`(?<![\\w.])${word}(?!\\w)`, "g"))?.length ?? 0;
  const bound = text.match(new RegExp(`(?<![\\w.])${word}\\s*(?::=|=(?!=))`, "g"))?.length ?? 0;
  return all > bound;
}

/** Names that a function's text takes from outside itself, and names that it binds in itself. */
function namesOf(text: string, options: CompilerOptions): { used: Set<string>; stored: Set<string> } {
  const { debugMap } = mapSource(text, { file: "<console>", options: { ...options, mode: "exec" } });
  const used = new Set<string>();
  const stored = new Set<string>();
  const [, outer, ...inner] = debugMap.scopes;
  if (!outer) return { used, stored };
  collectGlobals(outer, used);
  for (const scope of inner) collectGlobals(scope, used);
  for (const id of outer.ids) if (id.kind === "local" || id.kind === "cell") stored.add(id.name);
  return { used, stored };
}

function collectGlobals(scope: ScopeMap, into: Set<string>): void {
  for (const id of scope.ids) {
    if (id.kind === "explicit-global" || id.kind === "implicit-global") into.add(id.name);
  }
}

function checkCompiles(text: string, mode: ParseMode, options: CompilerOptions): void {
  const problem = problemOf(text, mode, options);
  if (problem !== undefined) {
    throw new DebuggerError("expressionInvalid", `\`${shorten(text)}\` doesn't compile: ${problem}.`);
  }
}

function problemOf(text: string, mode: ParseMode, options: CompilerOptions): string | undefined {
  const { problems } = mapSource(text, { file: "<console>", options: { ...options, mode } });
  const first = problems[0];
  if (!first) return undefined;
  const line = text.trimEnd().includes("\n") ? ` in line ${first.line}` : "";
  return `${first.type}: ${first.message}${line}`;
}

function shorten(text: string): string {
  const line = text.trim().split("\n", 1)[0] ?? "";
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}

/** Drops leading blank lines, and the first line's indentation from every line that has it. */
function dedent(text: string): string {
  const body = text.replace(/^(?:[ \t]*\r?\n)+/, "");
  const margin = /^[ \t]*/.exec(body)?.[0] ?? "";
  return body
    .split("\n")
    .map((line) => (line.startsWith(margin) ? line.slice(margin.length) : line))
    .join("\n");
}

/** Puts statements one column in; what lies inside a triple-quoted string keeps its text. */
function indentStatements(text: string): string {
  let out = "";
  let quote: string | undefined;
  for (const line of text.split(/\r\n|\r|\n/)) {
    out += quote === undefined ? ` ${line}\n` : `${line}\n`;
    quote = quoteAfter(line, quote);
  }
  return out;
}

/** The triple quote that is open at the end of the line, given the one open at its start. */
function quoteAfter(line: string, open: string | undefined): string | undefined {
  let quote = open;
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    if (quote !== undefined) {
      if (char === "\\") at++;
      else if (line.startsWith(quote, at)) {
        at += quote.length - 1;
        quote = undefined;
      }
    } else if (char === "#") {
      return undefined;
    } else if (char === "'" || char === '"') {
      quote = line.startsWith(char.repeat(3), at) ? char.repeat(3) : char;
      at += quote.length - 1;
    }
  }
  // A single quote that is still open belongs to a line that goes on after a backslash.
  return quote !== undefined && (quote.length === 3 || line.endsWith("\\")) ? quote : undefined;
}
