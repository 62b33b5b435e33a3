import { DebuggerError } from "./errors.js";

/**
 * Turns a log message into the text of one MicroPython expression that gives the line to log. `{expression}` is
 * put in as `str` shows it, `{{` and `}}` stand for braces (Debug Adapter Protocol, SourceBreakpoint.logMessage).
 * Also returns the expressions alone, so that each can be checked by itself. Throws `expressionInvalid` where a
 * brace has no partner or nothing stands between two.
 */
export function parseLogMessage(message: string): { expression: string; parts: readonly string[] } {
  const parts: string[] = [];
  let format = "";
  let at = 0;
  while (at < message.length) {
    const char = message.charAt(at);
    if ((char === "{" || char === "}") && message.charAt(at + 1) === char) {
      format += char + char;
      at += 2;
    } else if (char === "{") {
      const end = closingBrace(message, at);
      const part = message.slice(at + 1, end).trim();
      if (end < 0 || part === "") {
        throw new DebuggerError(
          "expressionInvalid",
          end < 0
            ? `The log message has a \`{\` without its \`}\`: \`${message.slice(at)}\`. Write \`{{\` for a brace as such.`
            : "The log message has nothing between `{` and `}`. Write `{{}}` for braces as such.",
        );
      }
      parts.push(part);
      format += "{}";
      at = end + 1;
    } else if (char === "}") {
      throw new DebuggerError(
        "expressionInvalid",
        "The log message has a `}` without its `{`. Write `}}` for a brace as such.",
      );
    } else {
      format += char;
      at += 1;
    }
  }
  const literal = quotePython(format);
  return { expression: `${literal}.format(${parts.map((part) => `(${part}\n)`).join(", ")})`, parts };
}

/** The partner of the brace at `open`, past brackets and string literals within; -1 if there is none. */
function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "'" || char === '"') {
      const end = stringEnd(text, at);
      if (end < 0) return -1;
      at = end;
    } else if ("{[(".includes(char)) {
      depth++;
    } else if ("}])".includes(char)) {
      depth--;
      if (depth === 0) return char === "}" ? at : -1;
    }
  }
  return -1;
}

function stringEnd(text: string, open: number): number {
  const quote = text.charAt(open);
  for (let at = open + 1; at < text.length; at++) {
    if (text.charAt(at) === "\\") at++;
    else if (text.charAt(at) === quote) return at;
  }
  return -1;
}

/** A string literal of MicroPython's that stands for `text`, in ASCII only. */
export function quotePython(text: string): string {
  let quoted = '"';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (char === '"' || char === "\\") quoted += `\\${char}`;
    else if (code >= 0x20 && code < 0x7f) quoted += char;
    else if (code < 0x100) quoted += `\\x${code.toString(16).padStart(2, "0")}`;
    else if (code < 0x10000) quoted += `\\u${code.toString(16).padStart(4, "0")}`;
    else quoted += `\\U${code.toString(16).padStart(8, "0")}`;
  }
  return `${quoted}"`;
}
