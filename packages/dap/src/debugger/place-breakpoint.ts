import type { BreakpointSpec, FrameCode } from "@slotscope/device-transport";
import { type CompilerOptions, nearestStoppableLine, type ScopeMap } from "@slotscope/locals-mapper";
import { DebuggerError } from "./errors.js";
import { compileExpression } from "./frame-code.js";
import { namesForScope } from "./frame-names.js";
import { parseHitCondition } from "./hit-condition.js";
import { parseLogMessage } from "./log-message.js";
import type { MappedSource } from "./source-registry.js";
import type { BreakpointRequest } from "./types.js";

/** Where a breakpoint stands and on what terms it stops. */
export interface Placement {
  readonly line: number;
  readonly verified: boolean;
  readonly message?: string;
  readonly terms?: Pick<BreakpointSpec, "condition" | "hits" | "log">;
}

/** What placing depends on besides the source. */
export interface PlacingContext {
  readonly options: CompilerOptions;
  /** Why the target can't reach the file at all. */
  readonly unreachable?: string | undefined;
  /** The text that the running program loaded, where that is known and is another. */
  readonly loadedOther?: boolean;
}

/** Moves a request to a line that the target can stop at, and compiles its terms for the code of that line. */
export function placeBreakpoint(
  request: BreakpointRequest,
  source: MappedSource | undefined,
  context: PlacingContext,
): Placement {
  const refuse = (message: string): Placement => ({ line: request.line, verified: false, message });
  if (!source) return refuse("There is no such file, or it can't be read.");
  if (context.unreachable !== undefined) return refuse(context.unreachable);
  const problem = source.problems[0];
  if (problem) {
    return refuse(`The file doesn't compile: line ${problem.line}: ${problem.type}: ${problem.message}.`);
  }
  if (context.loadedOther === true) {
    return refuse("The file was changed after the program loaded it. Restart the program to stop here.");
  }
  const nearest = nearestStoppableLine(source.debugMap, request.line);
  if ("reason" in nearest) return refuse(`${nearest.reason.replace(/^line /, "Line ")}.`);
  try {
    const terms = compileTerms(request, source, nearest.scopes, context.options);
    return { line: nearest.line, verified: true, terms };
  } catch (error) {
    if (error instanceof DebuggerError)
      return { line: nearest.line, verified: false, message: error.message };
    throw error;
  }
}

function compileTerms(
  request: BreakpointRequest,
  source: MappedSource,
  scopes: readonly ScopeMap[],
  options: CompilerOptions,
): NonNullable<Placement["terms"]> {
  const condition = nonEmpty(request.condition);
  const hits = nonEmpty(request.hitCondition);
  const log = nonEmpty(request.logMessage);
  const compile = (text: string): FrameCode => {
    const { code } = compileExpression(text, namesForScope(scopes[0], source.debugMap), options);
    checkOneMeaning(code, scopes);
    return code;
  };
  const logParts = log === undefined ? undefined : parseLogMessage(log);
  for (const part of logParts?.parts ?? []) compile(part);
  return {
    ...(condition === undefined ? {} : { condition: compile(condition) }),
    ...(hits === undefined ? {} : { hits: parseHitCondition(hits) }),
    ...(logParts ? { log: compile(logParts.expression) } : {}),
  };
}

/**
 * The locals that the code reads must be the same in every function that the target could meet the line in, since
 * it evaluates the code in whichever it meets. A comprehension is run as part of the line around it, where the target
 * doesn't look again.
 */
function checkOneMeaning({ slots, names, writes = [] }: FrameCode, scopes: readonly ScopeMap[]): void {
  const [first, ...rest] = scopes;
  if (!first || slots.length + writes.length === 0) return;
  for (const other of rest) {
    if (/comp$|^genexpr$/.test(other.kind) && scopes.some(({ index }) => index === other.parent)) continue;
    const same =
      slots.every((slot, at) => other.slots[slot]?.name === names[at]) &&
      writes.every((slot) => other.slots[slot]?.name === first.slots[slot]?.name);
    if (same) continue;
    throw new DebuggerError(
      "expressionInvalid",
      `This line belongs to ${first.name} and to ${other.name}, whose locals differ, so it can't be told whose are meant. Put ${other.name} on a line of its own, or use globals only.`,
    );
  }
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text;
}
