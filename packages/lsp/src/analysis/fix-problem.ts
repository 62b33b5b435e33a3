import type { DebugMap, Problem } from "@slotscope/locals-mapper";
import type { Fix } from "./finding.js";

/** A change that makes a text compile which has this problem, where there is one that keeps its meaning or nearly so. */
export function fixProblem(problem: Problem, debugMap: DebugMap): Fix | undefined {
  return (
    withoutPositionalOnly(problem, debugMap) ??
    withoutExceptStar(problem, debugMap) ??
    inAsync(problem, debugMap)
  );
}

/** `def f(a, /, b)`: MicroPython has no positional-only parameters; without the mark the call is the same. */
function withoutPositionalOnly({ message, start }: Problem, { text }: DebugMap): Fix | undefined {
  if (message !== "invalid syntax" || text[start] !== "/") return undefined;
  const before = /,\s*$/.exec(text.slice(0, start));
  const after = /^\/\s*(,\s*|(?=\)))/.exec(text.slice(start));
  if (before === null || after === null) return undefined;
  // A comma behind it goes with it; else the one before it does.
  const isLast = after[1] === "";
  const from = isLast ? before.index : start;
  return {
    title: "Remove the mark of positional-only parameters",
    edits: [{ start: from, end: start + after[0].length, text: "" }],
  };
}

/** `except* E:`: MicroPython has no groups of exceptions. */
function withoutExceptStar({ message, start }: Problem, { text }: DebugMap): Fix | undefined {
  if (message !== "invalid syntax" || text[start] !== "*") return undefined;
  if (!/(^|\s)except\s*$/.test(text.slice(0, start))) return undefined;
  const spaces = /^\*\s*/.exec(text.slice(start))?.[0].length ?? 1;
  const hasSpace = /\s$/.test(text.slice(0, start));
  return {
    title: "Catch single exceptions: except",
    edits: [{ start, end: start + spaces, text: hasSpace ? "" : " " }],
  };
}

/** `async for` and `async with` in a plain function. */
function inAsync({ message, scope }: Problem, { scopes, text }: DebugMap): Fix | undefined {
  if (message !== "async for/with outside async function" || scope === undefined) return undefined;
  const found = scopes.find(({ path, kind }) => path === scope && kind === "function");
  if (found === undefined || !text.startsWith("def", found.start)) return undefined;
  return {
    title: `Make ${found.name} async`,
    edits: [{ start: found.start, end: found.start, text: "async " }],
  };
}
