/** Classes of ASCII characters as MicroPython's tokeniser sees them (py/unicode.c, 1.26.1). */

const Letter = 1;
const Digit = 2;

const classes = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const letter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
  if (letter) classes[code] = Letter;
  else if (code >= 48 && code <= 57) classes[code] = Digit;
}

/** Whether a UTF-16 unit can start an identifier: any letter, `_`, and everything outside ASCII. */
export function isNameStart(code: number): boolean {
  return code >= 128 || classes[code] === Letter;
}

/** Whether a UTF-16 unit can go on an identifier. */
export function isNamePart(code: number): boolean {
  return code >= 128 || (classes[code]! & (Letter | Digit)) !== 0;
}

/** Whether a UTF-16 unit is a letter or digit of a number: ASCII only, no `_`. */
export function isNumberPart(code: number): boolean {
  return code < 128 && code !== 95 && (classes[code]! & (Letter | Digit)) !== 0;
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Whether a UTF-16 unit is white space, newlines included. */
export function isBlankCode(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

/** The value of a hexadecimal digit, or -1. */
export function hexValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 0x20;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** First unit of the lone surrogates that stand for bytes that are no UTF-8: U+DC00 + byte. */
export const rawByteBase = 0xdc00;

/**
 * Number of bytes a string has in MicroPython: its UTF-8 length, where a lone surrogate counts 3, but one of U+DC80 to
 * U+DCFF stands for a single raw byte.
 */
export function byteLength(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x80) continue;
    if (code < 0x800) {
      length += 1;
    } else if (code >= 0xd800 && code < 0xdc00 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00) {
      length += 2;
      index += 1;
    } else if (code < rawByteBase + 0x80 || code > rawByteBase + 0xff) {
      length += 2;
    }
  }
  return length;
}

/** Whether a name can't be interned: a qstr's length is kept in a byte (`MICROPY_QSTR_BYTES_IN_LEN`). */
export function isTooLongName(name: string): boolean {
  return name.length > 63 && byteLength(name) > 255;
}

/** Appends the UTF-8 bytes of one code point. */
export function pushUtf8(bytes: number[], code: number): void {
  if (code < 0x80) {
    bytes.push(code);
  } else if (code < 0x800) {
    bytes.push(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
  } else {
    bytes.push(
      0xf0 | (code >> 18),
      0x80 | ((code >> 12) & 0x3f),
      0x80 | ((code >> 6) & 0x3f),
      0x80 | (code & 0x3f),
    );
  }
}

/** The bytes MicroPython holds for a string: UTF-8, with lone U+DC80 to U+DCFF as the raw bytes they stand for. */
export function bytesOf(text: string): Uint8Array {
  const bytes: number[] = [];
  for (let index = 0; index < text.length; index++) {
    const code = text.codePointAt(index)!;
    if (code > 0xffff) index += 1;
    if (code >= rawByteBase + 0x80 && code <= rawByteBase + 0xff) bytes.push(code - rawByteBase);
    else pushUtf8(bytes, code);
  }
  return Uint8Array.from(bytes);
}
