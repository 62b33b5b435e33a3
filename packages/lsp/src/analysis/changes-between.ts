/** A stretch of a text, in UTF-16 offsets, and what takes its place. */
export interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The change that makes one text of another: whole lines, from the first that differs to the last. None if they are equal.
 * Whatever an editor holds outside of it (cursors, folds, marks) stays.
 */
export function changesBetween(before: string, after: string): Change[] {
  if (before === after) return [];
  const old = linesOf(before);
  const now = linesOf(after);
  let same = 0;
  while (same < old.length && same < now.length && old[same] === now[same]) same += 1;
  let tail = 0;
  while (
    tail < old.length - same &&
    tail < now.length - same &&
    old[old.length - 1 - tail] === now[now.length - 1 - tail]
  ) {
    tail += 1;
  }
  const start = lengthOf(old.slice(0, same));
  return [
    {
      start,
      end: before.length - lengthOf(old.slice(old.length - tail)),
      text: now.slice(same, now.length - tail).join(""),
    },
  ];
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length, 0);
}

/** The lines of a text, each with its line break. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
