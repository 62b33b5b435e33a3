/** Lines, counted from 0, that can be folded under the first of them. */
export interface FoldableLines {
  readonly start: number;
  readonly end: number;
  readonly kind?: "comment" | "imports";
}

const stringStart = /[rRbBfFtTuU]{0,2}("""|'''|"|')/y;

/** The depth of a line that is blank, a comment's, or inside a string or brackets: it begins no statement. */
const noStatement = -1;

/**
 * Blocks by their indentation, runs of imports and of comments, and strings and brackets of several lines. A text with errors
 * folds by what its lines look like.
 */
export function foldableLines(text: string): FoldableLines[] {
  const { depths, comments, spans } = readLines(text);
  const lines = text.split(/\r\n|\n|\r/);
  const folds: FoldableLines[] = [...spans];
  const open: { readonly line: number; readonly depth: number; hasBody: boolean }[] = [];
  let lastLine = 0;
  const closeTo = (depth: number) => {
    while (open.length > 0 && (open.at(-1)?.depth ?? 0) >= depth) {
      const block = open.pop();
      if (block?.hasBody) folds.push({ start: block.line, end: lastLine });
    }
  };
  depths.forEach((depth, line) => {
    if (depth !== noStatement) {
      closeTo(depth);
      const around = open.at(-1);
      if (around !== undefined) around.hasBody = true;
      open.push({ line, depth, hasBody: false });
    }
    if (lines[line]?.trim() !== "" && !comments[line]) lastLine = line;
  });
  closeTo(0);
  folds.push(
    ...runs(lines.length, (line) => comments[line] === true, "comment"),
    ...runs(
      lines.length,
      (line) => depths[line] === 0 && /^(import|from)\s/.test(lines[line] ?? ""),
      "imports",
    ),
  );
  const seen = new Set<number>();
  return folds
    .sort((a, b) => a.start - b.start || b.end - a.end)
    .filter(({ start }) => !seen.has(start) && seen.add(start));
}

/** Runs of at least two lines that have something in common. */
function runs(count: number, has: (line: number) => boolean, kind: "comment" | "imports"): FoldableLines[] {
  const found: FoldableLines[] = [];
  for (let line = 0; line < count; line++) {
    const start = line;
    while (has(line) && has(line + 1)) line += 1;
    if (line > start) found.push({ start, end: line, kind });
  }
  return found;
}

/** Reads a text just well enough to tell statements from what is inside strings and brackets. */
function readLines(text: string): {
  depths: number[];
  comments: boolean[];
  spans: FoldableLines[];
} {
  const depths: number[] = [];
  const comments: boolean[] = [];
  const spans: FoldableLines[] = [];
  const brackets: number[] = [];
  let line = 0;
  let at = 0;
  const beginLine = (isStatement: boolean) => {
    const indent = /[ \t]*/y;
    indent.lastIndex = at;
    const width = indent.exec(text)?.[0].replaceAll("\t", "        ").length ?? 0;
    const next = text[indent.lastIndex] ?? "\n";
    comments[line] = isStatement && next === "#";
    depths[line] = isStatement && !/[\n\r#]/.test(next) ? width : noStatement;
  };
  const endLine = (isStatement: boolean) => {
    at += text.startsWith("\r\n", at) ? 2 : 1;
    line += 1;
    beginLine(isStatement);
  };
  beginLine(true);
  while (at < text.length) {
    const character = text[at] ?? "";
    stringStart.lastIndex = at;
    if (character === "\n" || character === "\r") endLine(brackets.length === 0);
    else if (character === "\\" && /[\n\r]/.test(text[at + 1] ?? "")) {
      at += 1;
      endLine(false);
    } else if (character === "#") {
      while (at < text.length && !/[\n\r]/.test(text[at] ?? "")) at += 1;
    } else if (/[([{]/.test(character)) {
      brackets.push(line);
      at += 1;
    } else if (/[)\]}]/.test(character)) {
      const start = brackets.pop();
      // The line of the closing bracket stays in sight.
      if (start !== undefined && line - 1 > start) spans.push({ start, end: line - 1 });
      at += 1;
    } else if (/\w/.test(character) && /\w/.test(text[at - 1] ?? "")) at += 1;
    else {
      const quote = stringStart.exec(text)?.[1];
      if (quote === undefined) {
        at += 1;
        continue;
      }
      at = stringStart.lastIndex;
      const start = line;
      while (at < text.length && !text.startsWith(quote, at)) {
        if (text[at] === "\\" && !/[\n\r]/.test(text[at + 1] ?? "")) at += 2;
        else if (/[\n\r]/.test(text[at] ?? "")) {
          if (quote.length === 1 && text[at - 1] !== "\\") break;
          endLine(false);
        } else at += 1;
      }
      if (text.startsWith(quote, at)) at += quote.length;
      if (line > start) spans.push({ start, end: line });
    }
  }
  return { depths, comments, spans };
}
