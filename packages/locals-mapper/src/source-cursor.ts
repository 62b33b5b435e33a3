/**
 * Reads a source text unit by unit the way MicroPython's tokeniser reads bytes (py/lexer.c, 1.26.1): CR and CRLF are
 * newlines, the text ends in a newline, and the arguments lifted out of an f-string's braces are read, as
 * `.format(...)`, between the literal and what follows it.
 */
export class SourceCursor {
  /** The text being read: the source, or arguments of an f-string. Three NULs stand after its end. */
  text: string;
  /** Index in `text` of the current unit. */
  pos = 0;
  /** Length of `text` without the NULs. */
  limit: number;
  /** Line of the current unit, counted from 1. Newlines in an f-string's arguments are counted again. */
  line = 1;
  /** Arguments lifted out of f-strings, to be read when the next token is asked for. */
  pendingArguments = "";
  /** Whether `text` is arguments of an f-string. */
  injecting = false;
  /** Length of the caller's source text; offsets never lie beyond it. */
  readonly sourceLength: number;

  private savedText = "";
  private savedPos = 0;
  private savedLimit = 0;
  private argumentStarts: number[] = [];
  private argumentSources: number[] = [];

  constructor(source: string) {
    const last = source.charCodeAt(source.length - 1);
    const complete = last === 10 || last === 13 ? source : `${source}\n`;
    this.sourceLength = source.length;
    this.limit = complete.length;
    this.text = `${complete}\0\0\0`;
  }

  /** The current unit, with every kind of newline as 10; -1 at the end of the source. */
  current(): number {
    const code = this.text.charCodeAt(this.pos);
    if (code === 13) return 10;
    return code === 0 && this.pos >= this.limit ? -1 : code;
  }

  /** The unit after the current one, newlines as they are; 0 if there is none in this text. */
  following(): number {
    return this.text.charCodeAt(this.pos + 1);
  }

  /** Moves past the current unit (past both of a CRLF). */
  advance(): void {
    if (this.pos >= this.limit) return;
    const code = this.text.charCodeAt(this.pos);
    this.pos += 1;
    if (code === 10) {
      this.line += 1;
    } else if (code === 13) {
      this.line += 1;
      if (this.text.charCodeAt(this.pos) === 10) this.pos += 1;
    }
    if (this.pos >= this.limit && this.injecting) this.endInjection();
  }

  /** Notes that what is appended to the arguments next stands at `offset` in the source. */
  markArgument(offset: number): void {
    const length = this.injecting ? this.limit : this.pendingArguments.length;
    this.argumentStarts.push(length);
    this.argumentSources.push(offset);
  }

  /** Appends to the arguments that will be read, or, inside an f-string's arguments, are being read. */
  appendArguments(text: string): void {
    if (this.injecting) {
      this.text = `${this.text.slice(0, this.limit)}${text}\0\0\0`;
      this.limit += text.length;
    } else {
      this.pendingArguments += text;
    }
  }

  /** Starts reading the arguments gathered so far. */
  beginInjection(): void {
    const nul = this.pendingArguments.indexOf("\0");
    const text = nul < 0 ? this.pendingArguments : this.pendingArguments.slice(0, nul);
    this.pendingArguments = "";
    this.savedText = this.text;
    this.savedPos = this.pos;
    this.savedLimit = this.limit;
    this.text = `${text}\0\0\0`;
    this.pos = 0;
    this.limit = text.length;
    this.injecting = true;
  }

  /** Goes back to the source. */
  endInjection(): void {
    this.text = this.savedText;
    this.pos = this.savedPos;
    this.limit = this.savedLimit;
    this.savedText = "";
    this.injecting = false;
    this.argumentStarts.length = 0;
    this.argumentSources.length = 0;
  }

  /** Drops arguments that wait to be read or are being read. */
  dropArguments(): void {
    this.pendingArguments = "";
    if (this.injecting) this.endInjection();
    this.argumentStarts.length = 0;
    this.argumentSources.length = 0;
  }

  /** The source offset of a position in `text`. */
  sourceOffset(pos: number): number {
    if (!this.injecting) return pos < this.sourceLength ? pos : this.sourceLength;
    let index = this.argumentStarts.length - 1;
    while (index > 0 && this.argumentStarts[index]! > pos) index -= 1;
    const start = this.argumentStarts[index] ?? 0;
    const source = this.argumentSources[index] ?? 0;
    const next = this.argumentSources[index + 1];
    const offset = source + Math.max(0, pos - start);
    return Math.min(offset, next ?? offset, this.savedPos, this.sourceLength);
  }
}
