import { mapSource } from "@slotscope/locals-mapper";

/** First and last line of the innermost function or class around a line, decorators left out; else of the whole text. */
export function functionRange(text: string, line: number): { first: number; last: number } {
  const { debugMap } = mapSource(text, { file: "" });
  let best = { first: 1, last: countLines(text, text.length) };
  for (const scope of debugMap.scopes) {
    if (scope.kind !== "function" && scope.kind !== "class") continue;
    const first = countLines(text, scope.start);
    const last = countLines(text, scope.start + text.slice(scope.start, scope.end).trimEnd().length);
    const isInside = line >= first && line <= last;
    if (isInside && last - first <= best.last - best.first) best = { first, last };
  }
  return best;
}

/** Number of the line at an offset. */
function countLines(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
