import { printableSource } from "../terminal/printable.js";
import type { Style } from "../terminal/style.js";

export interface WindowMarks {
  /** Line that the frame is at. */
  readonly current: number | undefined;
  readonly breakpoints: ReadonlySet<number>;
}

/** Lines of a file, between two inclusive, with numbers, an arrow at the current one and `*` at breakpoints. */
export function describeLines(
  lines: readonly string[],
  first: number,
  last: number,
  marks: WindowMarks,
  style: Style,
): string[] {
  const from = Math.max(1, first);
  const to = Math.min(lines.length, last);
  const width = String(to).length;
  const shown: string[] = [];
  for (let line = from; line <= to; line++) {
    const text = printableSource(lines[line - 1] ?? "");
    const isCurrent = line === marks.current;
    const mark = `${isCurrent ? "->" : "  "}${marks.breakpoints.has(line) ? "*" : " "}`;
    const row = `${mark} ${String(line).padStart(width)}  ${text}`.trimEnd();
    shown.push(isCurrent ? style.bold(row) : row);
  }
  return shown;
}

/** The lines of a text as MicroPython counts them; a line break at the end begins no further line. */
export function splitLines(text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
