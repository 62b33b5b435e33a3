import { byteLength, isBlankCode, isDigit, isNamePart, isNameStart, isNumberPart } from "./characters.js";
import { hashRange, internLength, NameTable } from "./name-table.js";
import type { ResolvedOptions } from "./options.js";
import { SourceCursor } from "./source-cursor.js";
import type { InterningLog } from "./interning-log.js";
import { type LiteralForm, readStringLiteral, type StringParts } from "./string-literal.js";
import { readTemplateLiteral, templateName } from "./template-literal.js";
import { Token } from "./tree.js";

const tabSize = 8;

/**
 * Splits a source text into MicroPython's tokens (py/lexer.c, 1.26.1), one at a time: the fields describe the current
 * token and `next` goes on to the following one. Nothing is read ahead, so what an error depends on is as in
 * MicroPython. `next` never throws; at the end of the text it yields `Token.End` for ever.
 */
export class Lexer extends SourceCursor {
  /** The `Token`, as a plain number: every call of `next` changes it, which the type checker can't see. */
  kind: number = Token.End;
  /** Line of the token; of a newline token the line it ends (before 1.22: the line of what follows). */
  tokenLine = 1;
  /** Source offset of the token's first unit. */
  start = 0;
  /** Source offset after the token's last unit. */
  end = 0;
  /** Source offset after the token before this one. */
  previousEnd = 0;
  /** For `Name` and keywords: the entry in `names`. */
  name = 0;
  /** For `Integer` tokens of at most 15 plain decimal digits: the value; else -1. */
  integer = -1;
  /** For `Integer` and `FloatOrImag`: the digits as MicroPython keeps them; empty if `integer` says it all. */
  digits = "";
  /** For `String` and `Bytes`: the text (raw bytes as U+DC80 to U+DCFF, see `bytesOf`). */
  stringValue = "";
  /** For `String`: whether MicroPython holds it as a qstr (short, or equal to one met before). */
  interned = false;
  /** Set once a `\N{...}` escape is met: MicroPython raises NotImplementedError right then. The user clears it. */
  namedEscape = false;

  readonly names: NameTable;
  /** Where to note what strings being interned rests on, or null. */
  private readonly log: InterningLog | null;
  /** Where the last newline token of the source stands; -1 if it was made of an f-string. */
  newlineStart = -1;
  /** `line` there. */
  newlineLine = 0;
  /** The column of what follows it. */
  newlineColumn = 0;
  /** Depth of open brackets; newlines are white space unless it is 0. */
  bracketLevel = 0;
  /** Indent tokens (positive) or dedent tokens (negative) still to be given. */
  private dents = 0;
  private readonly indents: number[] = [0];
  private mismatchColumn = 0;

  private readonly minorVersion: number;
  private readonly fstrings: boolean;
  private readonly tstrings: boolean;
  private readonly unicode: boolean;
  private readonly internedStrings: ReadonlySet<string>;

  constructor(source: string, options: ResolvedOptions, log: InterningLog | null = null) {
    // From 1.28 on a NUL is read as U+0001 (seen of 1.29), before as itself.
    super(options.minorVersion < 28 ? source : source.replaceAll("\0", "\u0001"));
    this.log = log;
    this.minorVersion = options.minorVersion;
    this.fstrings = options.features.fstrings;
    this.tstrings = options.features.tstrings;
    this.unicode = options.features.unicode;
    this.internedStrings = options.internedStrings;
    this.names = keywordTable(options);
  }

  /** Reads the first token, which must stand in the first column unless it is a newline. */
  begin(): void {
    this.next();
    if (this.kind === Token.Newline) return;
    const first = this.kind === Token.End ? this.pos : this.start;
    const column = this.columnOf(first);
    if (column === 0) return;
    // The token itself comes next, as in any indented block.
    this.dropInjections();
    this.bracketLevel = 0;
    this.indents.push(column);
    this.pos = first;
    this.line = this.tokenLine;
    this.kind = Token.Indent;
    this.start = first;
    this.end = first;
  }

  /** Goes on to the next token. */
  next(): void {
    this.previousEnd = this.end;
    if (this.log !== null) this.log.beginToken();
    if (this.pending !== "") this.beginArguments();
    if (this.dents !== 0) {
      this.giveDent();
      return;
    }
    let text = this.text;
    let pos = this.pos;
    let code = text.charCodeAt(pos);
    while (code === 32) code = text.charCodeAt(++pos);
    if (code < 33 || code === 35 || code === 92) {
      this.pos = pos;
      if (this.skipBlank()) {
        this.readNewline();
        return;
      }
      text = this.text;
      pos = this.pos;
      code = text.charCodeAt(pos);
    }
    this.tokenLine = this.line;
    this.start = this.injecting ? this.sourceOffset(pos) : pos;

    if (isNameStart(code)) {
      if (isStringPrefix(code) && this.startsString(pos)) {
        this.pos = pos;
        this.readStrings();
        return;
      }
      let hash = code;
      let end = pos + 1;
      code = text.charCodeAt(end);
      while (isNamePart(code)) {
        hash = (Math.imul(hash, 31) + code) | 0;
        code = text.charCodeAt(++end);
      }
      const name = this.names.intern(text, pos, end, hash);
      this.name = name;
      this.kind = this.names.tokens[name]!;
      if (this.log !== null && end - pos >= this.log.shortestName) this.log.addName(this.names.names[name]!);
      this.finish(end);
      return;
    }
    if (isDigit(code) || (code === 46 && isDigit(text.charCodeAt(pos + 1)))) {
      this.readNumber(pos, code);
      return;
    }
    if (code === 34 || code === 39) {
      this.pos = pos;
      this.readStrings();
      return;
    }
    this.readOperator(pos, code);
  }

  /** Sets the token's end and, at the end of an f-string's arguments, goes back to the source. */
  private finish(end: number): void {
    this.pos = end;
    if (!this.injecting) {
      this.end = end;
      return;
    }
    this.end = this.sourceOffset(end);
    if (end >= this.limit) this.endInjection();
  }

  /** Starts reading the arguments of an f-string that has just ended. */
  private beginArguments(): void {
    // From 1.28 on the source is taken to end in a newline after the call even where one was skipped.
    const atEnd = this.minorVersion >= 28 && this.current() < 0;
    this.appendPending(atEnd ? ")\n" : ")", this.end);
    this.beginInjection(this.end);
  }

  private giveDent(): void {
    this.tokenLine = this.line;
    this.start = this.sourceOffset(this.pos);
    this.end = this.start;
    if (this.dents < 0) {
      this.kind = Token.Dedent;
      this.dents += 1;
    } else {
      this.kind = Token.Indent;
      this.dents -= 1;
    }
  }

  /**
   * Skips white space, comments and continued lines. Stops at a newline that ends a statement, leaving the cursor
   * there, and says so.
   */
  private skipBlank(): boolean {
    const nested = this.bracketLevel !== 0;
    for (;;) {
      const code = this.text.charCodeAt(this.pos);
      if (code === 32 || code === 9 || code === 11 || code === 12) {
        this.pos += 1;
      } else if (code === 10 || code === 13) {
        if (!nested) return true;
        this.advance();
      } else if (code === 35) {
        this.skipComment();
      } else if (code === 92 && isNewline(this.text.charCodeAt(this.pos + 1))) {
        this.advance();
        this.advance();
      } else {
        return false;
      }
    }
  }

  private skipComment(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.pos);
      if (code === 10 || code === 13) return;
      if (code === 0 && this.pos >= this.limit) {
        if (!this.injecting) return;
        // A comment in an f-string's braces runs on into the source after the literal.
        this.endInjection();
      } else {
        this.pos += 1;
      }
    }
  }

  /** Reads a newline token at a physical newline, with all blank lines after it, and works out the indentation. */
  private readNewline(): void {
    this.kind = Token.Newline;
    this.tokenLine = this.line;
    this.start = this.sourceOffset(this.pos);
    this.end = Math.min(this.start + 1, this.sourceLength);
    this.newlineStart = this.injecting ? -1 : this.pos;
    this.newlineLine = this.line;
    const column = this.readIndentation();
    this.newlineColumn = column;
    if (this.minorVersion < 22) this.tokenLine = this.line;
    this.indentTo(column);
    if (this.pos >= this.limit && this.injecting) this.endInjection();
  }

  /** Skips blank lines up to the next token and returns the column that stands at. */
  private readIndentation(): number {
    let lineStart = this.pos;
    const text = this.text;
    let pos = this.pos;
    for (;;) {
      const code = text.charCodeAt(pos);
      if (code === 10) {
        this.line += 1;
        lineStart = ++pos;
      } else if (code === 32 || code === 9 || code === 11 || code === 12) {
        pos += 1;
      } else if (code === 13) {
        this.line += 1;
        pos += text.charCodeAt(pos + 1) === 10 ? 2 : 1;
        lineStart = pos;
      } else if (code === 35) {
        do pos += 1;
        while (!isNewline(text.charCodeAt(pos)) && pos < this.limit);
      } else if (code === 92 && isNewline(text.charCodeAt(pos + 1))) {
        pos += 1;
      } else {
        break;
      }
    }
    this.pos = pos;
    return columnBetween(text, lineStart, pos);
  }

  private indentTo(column: number): void {
    const indents = this.indents;
    const top = indents[indents.length - 1]!;
    if (column === top) return;
    if (column > top) {
      indents.push(column);
      this.dents += 1;
      return;
    }
    while (column < indents[indents.length - 1]!) {
      indents.pop();
      this.dents -= 1;
    }
    if (column !== indents[indents.length - 1]) {
      this.kind = Token.DedentMismatch;
      this.mismatchColumn = column;
    }
  }

  /** Source offset of the white space that the cursor stands after. */
  get blankStart(): number {
    if (this.injecting) return this.sourceOffset(this.pos);
    let start = this.pos;
    while (start > 0 && isBlankCode(this.text.charCodeAt(start - 1))) {
      if (isNewline(this.text.charCodeAt(start - 1))) break;
      start -= 1;
    }
    return this.sourceOffset(start);
  }

  /** Goes on after a wrong dedent as if the innermost block ended so far left all along. */
  acceptMismatch(): void {
    this.kind = Token.Newline;
    this.adoptColumn();
  }

  private adoptColumn(): void {
    this.indents.push(this.mismatchColumn);
    this.dents += 1;
  }

  /** Whether a line may begin at this column: deeper than the innermost open block, or as deep as any. */
  fitsColumn(column: number): boolean {
    return column > this.blockColumn || this.indents.includes(column);
  }

  /** Goes to a newline of the source that ends a statement, and reads it. */
  skipTo(newline: number, line: number): void {
    this.dropInjections();
    this.bracketLevel = 0;
    this.pos = newline;
    this.line = line;
    this.readNewline();
  }

  /** Column of the innermost open block. */
  get blockColumn(): number {
    return this.indents[this.indents.length - 1]!;
  }

  /**
   * Starts over at the beginning of a physical line of the source, after an error. `columns` are those of the blocks the
   * parser is in, from the outside; an indent or dedents against them come first. A column that fits none of them counts
   * as the next deeper one.
   */
  resumeAt(offset: number, line: number, columns: readonly number[]): void {
    this.dropInjections();
    this.bracketLevel = 0;
    this.dents = 0;
    this.indents.length = 1;
    this.indents.push(...columns);
    this.pos = Math.min(offset, this.limit);
    this.line = line;
    this.kind = Token.Newline;
    this.indentTo(this.readIndentation());
    if (this.kind !== Token.Newline) this.adoptColumn();
    this.next();
  }

  /** Column, counted from 0 with tabs to multiples of 8, of a source offset on its physical line. */
  private columnOf(offset: number): number {
    let lineStart = offset;
    while (lineStart > 0 && !isNewline(this.text.charCodeAt(lineStart - 1))) lineStart -= 1;
    return columnBetween(this.text, lineStart, offset);
  }

  /** Whether the letter at `pos` is a prefix of a string literal. */
  private startsString(pos: number): boolean {
    const first = this.text.charCodeAt(pos);
    if ((first === 102 && !this.fstrings) || (first === 116 && !this.tstrings)) return false;
    const second = this.text.charCodeAt(pos + 1);
    if (second === 34 || second === 39) return true;
    const third = this.text.charCodeAt(pos + 2);
    if (third !== 34 && third !== 39) return false;
    if (first === 114) {
      return second === 98 || (second === 102 && this.fstrings) || (second === 116 && this.tstrings);
    }
    return first !== 117 && second === 114;
  }

  /** Whether a string literal stands at the cursor. */
  private atString(): boolean {
    const code = this.text.charCodeAt(this.pos);
    if (code === 34 || code === 39) return true;
    return isStringPrefix(code) && this.startsString(this.pos);
  }

  /** Reads adjacent string or bytes literals as one token. */
  private readStrings(): void {
    if (this.readPlainString()) return;
    const parts: StringParts = {
      kind: Token.String,
      value: "",
      byteCount: 0,
      namedEscape: false,
      template: false,
    };
    let first = true;
    this.kind = Token.String;
    let end: number;
    do {
      let raw = false;
      let formatted = false;
      let template = false;
      let kind: typeof Token.String | typeof Token.Bytes = Token.String;
      let prefix = 0;
      for (;;) {
        const code = this.text.charCodeAt(this.pos + prefix);
        if (code === 34 || code === 39) break;
        if (code === 98) kind = Token.Bytes;
        else if (code === 114) raw = true;
        else if (code === 102) formatted = true;
        else if (code === 116) template = true;
        prefix += 1;
      }
      if (raw && formatted && this.minorVersion < 24) {
        this.kind = Token.FstringRaw;
        this.finish(this.pos + prefix);
        return;
      }
      if (first) parts.kind = kind;
      else if (parts.kind !== kind) break;
      first = false;
      this.pos += prefix;
      const form: LiteralForm = { raw, formatted, minorVersion: this.minorVersion, unicode: this.unicode };
      if (template) {
        parts.template = true;
        readTemplateLiteral(this, parts, raw);
      } else {
        readStringLiteral(this, parts, form);
      }
      end = this.sourceOffset(this.pos);
      this.skipBlank();
    } while (this.atString());
    this.end = end!;
    this.kind = parts.kind;
    if (parts.template && parts.kind === Token.String) {
      this.kind = Token.Name;
      this.name = this.names.internText(templateName);
      this.log?.addName(templateName);
      this.prependPending(`${parts.value},),`, this.start);
      return;
    }
    this.stringValue = parts.value;
    this.namedEscape ||= parts.namedEscape;
    if (parts.kind === Token.String) this.interned = this.internString(parts.value, parts.byteCount);
  }

  /** Reads the common case: one literal without a prefix, escapes or CR, followed by no other literal. */
  private readPlainString(): boolean {
    const text = this.text;
    const opening = this.pos;
    const quote = text.charCodeAt(opening);
    if ((quote !== 34 && quote !== 39) || this.injecting) return false;
    let line = this.line;
    let contentStart = opening + 1;
    let pos = contentStart;
    let contentEnd: number;
    if (text.charCodeAt(pos) === quote && text.charCodeAt(pos + 1) === quote) {
      contentStart += 2;
      pos = contentStart;
      for (;;) {
        const code = text.charCodeAt(pos);
        if (code === quote && text.charCodeAt(pos + 1) === quote && text.charCodeAt(pos + 2) === quote) break;
        if (code === 92 || code === 13 || code === 0) return false;
        if (code === 10) line += 1;
        pos += 1;
      }
      contentEnd = pos;
      pos += 3;
    } else {
      for (;;) {
        const code = text.charCodeAt(pos);
        if (code === quote) break;
        if (code === 92 || code === 13 || code === 0 || code === 10) return false;
        pos += 1;
      }
      contentEnd = pos;
      pos += 1;
    }
    const openingLine = this.line;
    this.line = line;
    this.pos = pos;
    this.skipBlank();
    if (this.atString()) {
      this.pos = opening;
      this.line = openingLine;
      return false;
    }
    this.kind = Token.String;
    this.end = pos;
    this.stringValue = text.slice(contentStart, contentEnd);
    this.interned = this.internString(this.stringValue, byteLength(this.stringValue));
    return true;
  }

  /** Whether a string is held as a qstr; short ones become one. */
  private internString(value: string, bytes: number): boolean {
    if (bytes <= internLength) {
      // Only outside ASCII can the same text be a long string elsewhere, written in other escapes.
      if (bytes !== value.length) this.log?.addName(value);
      this.names.intern(value, 0, value.length, hashRange(value, 0, value.length));
      return true;
    }
    if (this.internedStrings.has(value)) return true;
    const isName = this.names.has(value);
    this.log?.addQuestion(value, isName);
    return isName;
  }

  private readNumber(start: number, first: number): void {
    const text = this.text;
    let pos = start;
    let value = 0;
    let code = first;
    while (isDigit(code)) {
      value = value * 10 + code - 48;
      code = text.charCodeAt(++pos);
    }
    if (!isNumberPart(code) && code !== 46 && code !== 95 && pos - start <= 15) {
      if (first !== 48 || value === 0) {
        this.kind = Token.Integer;
        this.integer = value;
        this.digits = "";
        this.finish(pos);
        return;
      }
    }
    this.readNumberSlowly(start, first);
  }

  /** Gathers a number's characters, without `_` and with a small `e`; the parser finds out whether they are valid. */
  private readNumberSlowly(start: number, first: number): void {
    const text = this.text;
    let pos = start + 1;
    let kind: Token = first === 46 ? Token.FloatOrImag : Token.Integer;
    const base = text.charCodeAt(pos) | 0x20;
    const prefixed = first === 48 && (base === 98 || base === 111 || base === 120);
    let digits = text.charAt(start);
    for (;;) {
      const code = text.charCodeAt(pos);
      if (!prefixed && (code === 101 || code === 69)) {
        kind = Token.FloatOrImag;
        digits += "e";
        pos += 1;
        const sign = text.charCodeAt(pos);
        if (sign === 43 || sign === 45) {
          digits += text.charAt(pos);
          pos += 1;
        }
      } else if (isNumberPart(code) || code === 46) {
        if (code === 46 || code === 106 || code === 74) kind = Token.FloatOrImag;
        digits += text.charAt(pos);
        pos += 1;
      } else if (code === 95) {
        pos += 1;
      } else {
        break;
      }
    }
    this.kind = kind;
    this.integer = -1;
    this.digits = digits;
    this.finish(pos);
  }

  private readOperator(pos: number, code: number): void {
    const next = this.text.charCodeAt(pos + 1);
    let kind: Token;
    let width = 1;
    switch (code) {
      case 40:
        kind = Token.ParenOpen;
        this.bracketLevel += 1;
        break;
      case 41:
        kind = Token.ParenClose;
        this.bracketLevel -= 1;
        break;
      case 91:
        kind = Token.BracketOpen;
        this.bracketLevel += 1;
        break;
      case 93:
        kind = Token.BracketClose;
        this.bracketLevel -= 1;
        break;
      case 123:
        kind = Token.BraceOpen;
        this.bracketLevel += 1;
        break;
      case 125:
        kind = Token.BraceClose;
        this.bracketLevel -= 1;
        break;
      case 44:
        kind = Token.Comma;
        break;
      case 59:
        kind = Token.Semicolon;
        break;
      case 126:
        kind = Token.Tilde;
        break;
      case 46:
        kind = Token.Period;
        if (next === 46 && this.text.charCodeAt(pos + 2) === 46) {
          kind = Token.Ellipsis;
          width = 3;
        }
        break;
      case 45:
        kind = Token.Minus;
        if (next === 61) kind = Token.MinusEqual;
        else if (next === 62) kind = Token.MinusMore;
        if (kind !== Token.Minus) width = 2;
        break;
      case 58:
        kind = next === 61 ? Token.Assign : Token.Colon;
        if (next === 61) width = 2;
        break;
      case 61:
        kind = next === 61 ? Token.DblEqual : Token.Equal;
        if (next === 61) width = 2;
        break;
      case 33:
        kind = next === 61 ? Token.NotEqual : Token.Invalid;
        if (next === 61) width = 2;
        break;
      case 60:
        kind = Token.Less;
        if (next === 61) {
          kind = Token.LessEqual;
          width = 2;
        } else if (next === 60) {
          const equal = this.text.charCodeAt(pos + 2) === 61;
          kind = equal ? Token.DblLessEqual : Token.DblLess;
          width = equal ? 3 : 2;
        }
        break;
      case 62:
        kind = Token.More;
        if (next === 61) {
          kind = Token.MoreEqual;
          width = 2;
        } else if (next === 62) {
          const equal = this.text.charCodeAt(pos + 2) === 61;
          kind = equal ? Token.DblMoreEqual : Token.DblMore;
          width = equal ? 3 : 2;
        }
        break;
      case 42:
        kind = Token.Star;
        if (next === 61) {
          kind = Token.StarEqual;
          width = 2;
        } else if (next === 42) {
          const equal = this.text.charCodeAt(pos + 2) === 61;
          kind = equal ? Token.DblStarEqual : Token.DblStar;
          width = equal ? 3 : 2;
        }
        break;
      case 47:
        kind = Token.Slash;
        if (next === 61) {
          kind = Token.SlashEqual;
          width = 2;
        } else if (next === 47) {
          const equal = this.text.charCodeAt(pos + 2) === 61;
          kind = equal ? Token.DblSlashEqual : Token.DblSlash;
          width = equal ? 3 : 2;
        }
        break;
      default:
        kind = simpleOperator(code);
        if (kind === Token.Invalid) {
          if (code === 0 && pos >= this.limit) kind = Token.End;
        } else if (next === 61) {
          kind = withEqual(kind);
          width = 2;
        }
    }
    this.kind = kind;
    if (kind === Token.End) {
      this.pos = pos;
      this.start = this.sourceLength;
      this.end = this.sourceLength;
      return;
    }
    this.finish(pos + width);
  }
}

function simpleOperator(code: number): Token {
  switch (code) {
    case 43:
      return Token.Plus;
    case 38:
      return Token.Ampersand;
    case 124:
      return Token.Pipe;
    case 37:
      return Token.Percent;
    case 94:
      return Token.Caret;
    case 64:
      return Token.At;
    default:
      return Token.Invalid;
  }
}

function withEqual(kind: Token): Token {
  switch (kind) {
    case Token.Plus:
      return Token.PlusEqual;
    case Token.Ampersand:
      return Token.AmpersandEqual;
    case Token.Pipe:
      return Token.PipeEqual;
    case Token.Percent:
      return Token.PercentEqual;
    case Token.Caret:
      return Token.CaretEqual;
    default:
      return Token.AtEqual;
  }
}

/** Whether a letter is one of `b`, `f`, `r`, `t` and `u`. */
function isStringPrefix(code: number): boolean {
  return code === 114 || code === 117 || code === 98 || code === 102 || code === 116;
}

function isNewline(code: number): boolean {
  return code === 10 || code === 13;
}

/** Width of the white space in `text[start, end)`, tabs going to multiples of 8. */
function columnBetween(text: string, start: number, end: number): number {
  let column = 0;
  for (let index = start; index < end; index++) {
    column = text.charCodeAt(index) === 9 ? column - (column % tabSize) + tabSize : column + 1;
  }
  return column;
}

const keywords: readonly (readonly [string, Token])[] = [
  ["False", Token.False],
  ["None", Token.None],
  ["True", Token.True],
  ["and", Token.And],
  ["as", Token.As],
  ["assert", Token.Assert],
  ["break", Token.Break],
  ["class", Token.Class],
  ["continue", Token.Continue],
  ["def", Token.Def],
  ["del", Token.Del],
  ["elif", Token.Elif],
  ["else", Token.Else],
  ["except", Token.Except],
  ["finally", Token.Finally],
  ["for", Token.For],
  ["from", Token.From],
  ["global", Token.Global],
  ["if", Token.If],
  ["import", Token.Import],
  ["in", Token.In],
  ["is", Token.Is],
  ["lambda", Token.Lambda],
  ["nonlocal", Token.Nonlocal],
  ["not", Token.Not],
  ["or", Token.Or],
  ["pass", Token.Pass],
  ["raise", Token.Raise],
  ["return", Token.Return],
  ["try", Token.Try],
  ["while", Token.While],
  ["with", Token.With],
  ["yield", Token.Yield],
];

function keywordTable(options: ResolvedOptions): NameTable {
  const table = new NameTable();
  for (const [text, token] of keywords) table.addKeyword(text, token);
  table.addKeyword("__debug__", options.optimisation === 0 ? Token.True : Token.False);
  if (options.features.asyncAwait) {
    table.addKeyword("async", Token.Async);
    table.addKeyword("await", Token.Await);
  }
  return table;
}
