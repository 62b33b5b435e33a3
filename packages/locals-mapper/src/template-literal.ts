import { isBlankCode } from "./characters.js";
import type { SourceCursor } from "./source-cursor.js";
import { appendText, readExpression, type StringParts } from "./string-literal.js";
import { Token } from "./tree.js";

/** What MicroPython calls for a t-string. */
export const templateName = "__template__";

/**
 * Reads one t-string literal whose opening quote is the cursor's current unit (MicroPython from 1.28). A t-string is
 * read as `__template__((part, part, ...), value, "source", conversion, "format", ...)`: the parts are gathered as source
 * text in `parts`, what follows them in the cursor's pending text. Escapes are left for when that text is read.
 */
export function readTemplateLiteral(cursor: SourceCursor, parts: StringParts, raw: boolean): void {
  new TemplateReader(cursor, parts, raw).read();
}

class TemplateReader {
  private readonly quote: number;
  private readonly quoteText: string;
  private quotes = 1;
  /** Braces open in a format: 0 outside any, 1 in a format itself. */
  private formatDepth = 0;
  /** Length of `parts.value` where the current format begins. */
  private formatStart = 0;
  /** Whether the current format has fields of its own, so that it must be an f-string. */
  private nestedFormat = false;
  private formatSource = 0;

  constructor(
    private readonly cursor: SourceCursor,
    private readonly parts: StringParts,
    private readonly raw: boolean,
  ) {
    this.quote = cursor.current();
    this.quoteText = String.fromCharCode(this.quote);
  }

  read(): void {
    const { cursor, parts, quote } = this;
    cursor.advance();
    if (cursor.current() === quote && cursor.following() === quote) {
      cursor.advance();
      cursor.advance();
      this.quotes = 3;
    }
    if (cursor.pending === "") appendText(parts, `((${this.delimiter()}`);
    let closing = 0;
    while (closing < this.quotes) {
      const code = cursor.current();
      if (code < 0 || (this.quotes === 1 && code === 10)) break;
      if (code === quote) {
        closing += 1;
        appendText(parts, this.quoteText);
        cursor.advance();
      } else if (code === 10) {
        // A newline between closing quotes does not keep them from being counted as three.
        appendText(parts, "\\n");
        cursor.advance();
      } else {
        closing = 0;
        this.readUnit(code);
      }
    }
    if (this.formatDepth > 0) parts.kind = Token.MalformedFstring;
    else if (closing < this.quotes) parts.kind = Token.LonelyStringOpen;
  }

  private delimiter(): string {
    return this.quoteText.repeat(this.quotes);
  }

  private readUnit(code: number): void {
    const { cursor, parts } = this;
    if (code === 123 && this.formatDepth === 0) {
      this.readBrace();
      return;
    }
    if (code === 123) this.formatDepth += 1;
    if (code === 125) {
      this.readClosingBrace();
      return;
    }
    if (code === 92) {
      appendText(parts, "\\");
      cursor.advance();
      const escaped = this.raw ? 92 : cursor.current();
      if (escaped >= 0) appendText(parts, String.fromCharCode(escaped));
      if (!this.raw) cursor.advance();
      return;
    }
    appendText(parts, String.fromCharCode(code));
    cursor.advance();
  }

  private readClosingBrace(): void {
    const { cursor, parts } = this;
    if (this.formatDepth > 1) {
      this.formatDepth -= 1;
      this.nestedFormat = true;
      appendText(parts, "}");
      cursor.advance();
    } else if (this.formatDepth === 1) {
      this.endFormat();
      cursor.advance();
    } else if (cursor.following() === 125) {
      appendText(parts, "}");
      cursor.advance();
      cursor.advance();
    } else {
      parts.kind = Token.MalformedFstring;
      cursor.advance();
    }
  }

  /** Moves the format gathered at the end of the parts to the arguments. */
  private endFormat(): void {
    const { cursor, parts, quoteText } = this;
    const format = parts.value.slice(this.formatStart);
    parts.value = parts.value.slice(0, this.formatStart);
    const prefix = this.nestedFormat ? "f" : "";
    cursor.appendPending(`${prefix}${quoteText}`, this.formatSource);
    cursor.appendPending(format, this.formatSource);
    cursor.appendPending(`${quoteText},`, cursor.sourceOffset(cursor.pos));
    this.formatDepth = 0;
    this.nestedFormat = false;
  }

  /** Reads from a `{` outside formats: an escaped brace, or an expression with its conversion. */
  private readBrace(): void {
    const { cursor, parts, quoteText } = this;
    cursor.advance();
    if (cursor.current() === 123) {
      appendText(parts, "{");
      cursor.advance();
      return;
    }
    const source = cursor.sourceOffset(cursor.pos);
    let expression = readExpression(cursor, 28);
    const after = cursor.sourceOffset(cursor.pos);
    const debugged = expression.endsWith("=");
    if (debugged) {
      appendText(parts, expression);
      expression = expression.slice(0, -1);
    }
    expression = trimEnd(expression);
    if (expression === "") parts.kind = Token.MalformedFstring;
    const escaped = Array.from(expression, (unit) =>
      unit === quoteText || unit === "\\" ? `\\${unit}` : unit,
    );
    cursor.appendPending("(", source);
    cursor.appendPending(expression, source);
    cursor.appendPending(`),${quoteText}${escaped.join("")}${quoteText},`, after);
    let conversion = debugged && cursor.current() !== 58 ? "'r'" : "None";
    if (cursor.current() === 33) {
      cursor.advance();
      conversion = `${quoteText}${String.fromCharCode(cursor.current())}${quoteText}`;
      cursor.advance();
    }
    cursor.appendPending(`${conversion},`, after);
    appendText(parts, `${this.delimiter()},${this.delimiter()}`);
    if (cursor.current() === 58) cursor.advance();
    this.formatDepth = 1;
    this.formatStart = parts.value.length;
    this.formatSource = cursor.sourceOffset(cursor.pos);
  }
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isBlankCode(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
