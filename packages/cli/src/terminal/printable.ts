import { displayWidth } from "./columns.js";

// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text on one line that can't steer the terminal: control characters and those that turn the writing direction are
 * shown as escapes.
 */
export function printable(text: string): string {
  return text.replace(controls, (char) => {
    const code = char.charCodeAt(0);
    if (char === "\n") return "\\n";
    if (char === "\t") return "\\t";
    if (char === "\r") return "\\r";
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** The same, tabs kept as blanks up to the next multiple of 8 columns: for lines of source. */
export function printableSource(line: string): string {
  let column = 0;
  let out = "";
  for (const char of line) {
    if (char === "\t") {
      const blanks = 8 - (column % 8);
      out += " ".repeat(blanks);
      column += blanks;
    } else {
      const shown = printable(char);
      out += shown;
      column += displayWidth(shown);
    }
  }
  return out;
}

/** Text cut to a number of columns, with `…` for what was left out. */
export function truncate(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let out = "";
  let width = 0;
  for (const char of text) {
    width += displayWidth(char);
    if (width > columns - 1) break;
    out += char;
  }
  return `${out}…`;
}
