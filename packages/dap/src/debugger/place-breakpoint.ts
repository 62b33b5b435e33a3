import type { BreakpointSpec } from "@slotscope/device-transport";
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
  if ("reason" in nearest) return refuse(nearest.reason);
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
  if (condition === undefined && log === undefined) {
    return hits === undefined ? {} : { hits: parseHitCondition(hits) };
  }
  const names = namesForScope(scopes[0], source.debugMap);
  const logParts = log === undefined ? undefined : parseLogMessage(log);
  for (const part of logParts?.parts ?? []) compileExpression(part, names, options);
  return {
    ...(condition === undefined ? {} : { condition: compileExpression(condition, names, options).code }),
    ...(hits === undefined ? {} : { hits: parseHitCondition(hits) }),
    ...(logParts ? { log: compileExpression(logParts.expression, names, options).code } : {}),
  };
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text;
}
