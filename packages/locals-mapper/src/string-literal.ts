import { byteLength, hexValue, pushUtf8, rawByteBase } from "./characters.js";
import type { SourceCursor } from "./source-cursor.js";
import { Token } from "./tree.js";

/** The token kinds a string literal can turn out to be. */
type StringToken =
  | typeof Token.String
  | typeof Token.Bytes
  | typeof Token.Invalid
  | typeof Token.LonelyStringOpen
  | typeof Token.MalformedFstring;

/** One or more adjacent literals on the way to one token. */
export interface StringParts {
  kind: StringToken;
  /** The text; raw bytes from 128 on stand as lone U+DC80 to U+DCFF (see `bytesOf`). */
  value: string;
  /** Length of the text in bytes, also where `value` can't tell (surrogates written as escapes). */
  byteCount: number;
  /** Whether a `\N{...}` escape was met, which MicroPython refuses at once. */
  namedEscape: boolean;
  /** Whether a t-string is among them: then `value` is source text, to be read again. */
  template: boolean;
}

/** How one literal is written, and the version's rules for it. */
export interface LiteralForm {
  readonly raw: boolean;
  readonly formatted: boolean;
  readonly minorVersion: number;
  /** Whether strings hold code points (`MICROPY_PY_BUILTINS_STR_UNICODE`). */
  readonly unicode: boolean;
}

/**
 * Reads one literal whose opening quote is the cursor's current unit, appends its text to `parts`, and lifts the
 * expressions of an f-string out as arguments (py/lexer.c `parse_string_literal`, 1.26.1).
 */
export function readStringLiteral(cursor: SourceCursor, parts: StringParts, form: LiteralForm): void {
  const quote = cursor.current();
  const opening = cursor.sourceOffset(cursor.pos);
  cursor.advance();
  let quotes = 1;
  if (cursor.current() === quote && cursor.following() === quote) {
    cursor.advance();
    cursor.advance();
    quotes = 3;
  }
  if (form.formatted) startArguments(cursor, opening, form.minorVersion);

  let closing = 0;
  for (;;) {
    if (closing === 0) readPlainRun(cursor, parts, quote, form.formatted);
    const code = cursor.current();
    if (code < 0 || closing === quotes || (quotes === 1 && code === 10)) break;
    if (code === quote) {
      closing += 1;
      append(parts, code);
      cursor.advance();
      continue;
    }
    closing = 0;
    if (form.formatted && code === 123) {
      do readBrace(cursor, parts, form.minorVersion);
      while (cursor.current() === 123);
      // Up to 1.27 what comes after a brace is taken as it is, even a quote or a newline.
      if (form.minorVersion >= 28) continue;
    }
    if (cursor.current() === 92) {
      cursor.advance();
      readEscape(cursor, parts, form);
    } else {
      const unit = cursor.current();
      // Half a surrogate pair is left to the run it belongs to.
      if (unit >= 0xd800 && unit < 0xe000) continue;
      if (unit >= 0) append(parts, unit);
    }
    cursor.advance();
  }
  if (closing < quotes) parts.kind = Token.LonelyStringOpen;
  parts.value = parts.value.slice(0, parts.value.length - closing);
  parts.byteCount -= closing;
}

/** Appends a code point; half a surrogate pair, which an escape can write, as the bytes it has in MicroPython. */
function append(parts: StringParts, code: number): void {
  if (code >= 0xd800 && code < 0xe000) {
    const bytes: number[] = [];
    pushUtf8(bytes, code);
    for (const byte of bytes) appendByte(parts, byte);
    return;
  }
  parts.value += String.fromCodePoint(code);
  parts.byteCount += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/** Appends text as it stands in the source. */
export function appendText(parts: StringParts, text: string): void {
  parts.value += text;
  parts.byteCount += byteLength(text);
}

/** Appends a byte that is no character of its own. */
function appendByte(parts: StringParts, byte: number): void {
  parts.value += String.fromCharCode(byte < 128 ? byte : rawByteBase + byte);
  parts.byteCount += 1;
}

/** Takes a run of characters that mean themselves and end no line. */
function readPlainRun(cursor: SourceCursor, parts: StringParts, quote: number, formatted: boolean): void {
  const text = cursor.text;
  const start = cursor.pos;
  let pos = start;
  for (;;) {
    const code = text.charCodeAt(pos);
    if (code < 14 || code === quote || code === 92 || (formatted && code === 123)) break;
    pos += 1;
  }
  // The last unit of an f-string's arguments is left to `advance`, which goes back to the source.
  if (pos >= cursor.limit) pos = cursor.limit - 1;
  if (pos <= start) return;
  appendText(parts, text.slice(start, pos));
  cursor.pos = pos;
}

/** Appends to what will be read as the call's arguments after the literal. */
function appendArguments(cursor: SourceCursor, text: string, source: number, minorVersion: number): void {
  // Up to 1.27 a nested f-string's arguments come after all those of the outer one, which makes wrong code.
  if (minorVersion < 28 && cursor.injecting) cursor.appendInjected(text, source);
  else cursor.appendPending(text, source);
}

function startArguments(cursor: SourceCursor, opening: number, minorVersion: number): void {
  // Up to 1.23 each of several adjacent f-strings starts a call of its own.
  const started = cursor.pending !== "" || (cursor.injecting && minorVersion < 28);
  if (!started || minorVersion < 24) appendArguments(cursor, ".format(", opening, minorVersion);
}

/** Reads from a `{`: an escaped brace, or an expression up to its `:`, `!` or `}`. */
function readBrace(cursor: SourceCursor, parts: StringParts, minorVersion: number): void {
  cursor.advance();
  if (cursor.current() === 123) {
    appendText(parts, "{{");
    cursor.advance();
    return;
  }
  const source = cursor.sourceOffset(cursor.pos);
  let expression = readExpression(cursor, minorVersion);
  if (expression.endsWith("=")) {
    appendText(parts, expression);
    expression = expression.slice(0, -1);
  }
  if (expression === "" && minorVersion >= 28) parts.kind = Token.MalformedFstring;
  appendArguments(cursor, "(", source, minorVersion);
  appendArguments(cursor, expression, source, minorVersion);
  appendArguments(cursor, "),", cursor.sourceOffset(cursor.pos), minorVersion);
  appendText(parts, "{");
}

/** Reads the text of an expression; only `[` and `{` nest, and no string in it is seen as one. */
export function readExpression(cursor: SourceCursor, minorVersion: number): string {
  let expression = "";
  let nesting = 0;
  for (;;) {
    const code = cursor.current();
    if (code < 0) return expression;
    if (nesting === 0 && endsExpression(cursor, code, minorVersion)) return expression;
    if (code === 91 || code === 123) nesting += 1;
    else if (code === 93 || code === 125) nesting -= 1;
    expression += String.fromCharCode(code);
    cursor.advance();
  }
}

function endsExpression(cursor: SourceCursor, code: number, minorVersion: number): boolean {
  if (code === 58 || code === 125) return true;
  if (code !== 33 || minorVersion < 21) return false;
  const conversion = cursor.following();
  if (conversion !== 114 && conversion !== 115) return false;
  const after = cursor.text.charCodeAt(cursor.pos + 2);
  return after === 58 || after === 125;
}

/** Reads what follows a backslash; leaves the cursor on the escape's last unit. */
function readEscape(cursor: SourceCursor, parts: StringParts, form: LiteralForm): void {
  let code = cursor.current();
  if (form.raw) {
    append(parts, 92);
    appendEscaped(cursor, code, parts, form);
    return;
  }
  switch (code) {
    case 10:
      return;
    case 92:
    case 39:
    case 34:
      break;
    case 97:
      code = 7;
      break;
    case 98:
      code = 8;
      break;
    case 116:
      code = 9;
      break;
    case 110:
      code = 10;
      break;
    case 118:
      code = 11;
      break;
    case 102:
      code = 12;
      break;
    case 114:
      code = 13;
      break;
    case 117:
    case 85:
    case 120:
      if (code !== 120 && parts.kind === Token.Bytes) {
        append(parts, 92);
      } else {
        code = readHex(cursor, parts, code === 120 ? 2 : code === 117 ? 4 : 8);
      }
      break;
    case 78:
      parts.namedEscape = true;
      parts.kind = Token.Invalid;
      return;
    default:
      if (code >= 48 && code <= 55) {
        code = readOctal(cursor, code - 48);
      } else {
        append(parts, 92);
      }
  }
  appendEscaped(cursor, code, parts, form);
}

function readHex(cursor: SourceCursor, parts: StringParts, digits: number): number {
  let value = 0;
  for (let digit = 0; digit < digits; digit++) {
    cursor.advance();
    const nibble = hexValue(cursor.current());
    if (nibble < 0) {
      parts.kind = Token.Invalid;
      return 0;
    }
    value = value * 16 + nibble;
  }
  return value;
}

function readOctal(cursor: SourceCursor, first: number): number {
  let value = first;
  for (let digits = 1; digits < 3; digits++) {
    const next = cursor.following();
    if (next < 48 || next > 55) break;
    cursor.advance();
    value = value * 8 + next - 48;
  }
  return value;
}

/** Appends an escape's character if the token can hold it. */
function appendEscaped(cursor: SourceCursor, code: number, parts: StringParts, form: LiteralForm): void {
  if (code >= 128 && code === cursor.current()) {
    appendEscapedSource(cursor, parts, form);
  } else if (form.unicode && parts.kind === Token.String && code < 0x110000) {
    append(parts, code);
  } else if (code < 0x100 && (parts.kind === Token.Bytes || !form.unicode)) {
    appendByte(parts, code);
  } else {
    parts.kind = Token.Invalid;
  }
}

/**
 * A character outside ASCII right after a backslash: MicroPython takes its first UTF-8 byte for a code point of its own
 * and leaves the other bytes as they are.
 */
function appendEscapedSource(cursor: SourceCursor, parts: StringParts, form: LiteralForm): void {
  const code = cursor.text.codePointAt(cursor.pos)!;
  if (code > 0xffff) cursor.advance();
  if (parts.kind === Token.Bytes) {
    append(parts, code);
    return;
  }
  const bytes: number[] = [];
  pushUtf8(bytes, code);
  bytes.forEach((byte, index) => {
    if (index === 0 && form.unicode) append(parts, byte);
    else appendByte(parts, byte);
  });
}
