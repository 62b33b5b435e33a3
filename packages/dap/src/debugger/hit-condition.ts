import type { BreakpointSpec } from "@slotscope/device-transport";
import { DebuggerError } from "./errors.js";

/**
 * Reads a hit condition: `5` and `== 5` stop at the fifth hit only, `>= 5`, `> 5`, `<= 5`, `< 5` as they read,
 * `% 3` at every third. Throws `hitConditionInvalid` for anything else, and for counts below 1.
 */
export function parseHitCondition(text: string): NonNullable<BreakpointSpec["hits"]> {
  const match = /^\s*(==|=|>=|<=|>|<|%)?\s*(\d{1,9})\s*$/.exec(text);
  const count = Number(match?.[2]);
  if (!match || !(count >= 1)) {
    throw new DebuggerError(
      "hitConditionInvalid",
      `\`${text.trim()}\` is no hit count. Write \`5\` for the fifth hit, \`>= 5\` from the fifth on, or \`% 5\` for every fifth.`,
    );
  }
  const operator = match[1] === undefined || match[1] === "=" ? "==" : match[1];
  return [operator as NonNullable<BreakpointSpec["hits"]>[0], count];
}
