const encoder = new TextEncoder();
const backslash = 0x5c;
const quote = 0x27;

/** How a byte stands in a literal between single quotes; undefined for itself. Control characters mean something to a REPL. */
const escapes: readonly (Uint8Array | undefined)[] = Array.from({ length: 256 }, (_, byte) => {
  if (byte === backslash) return encoder.encode("\\\\");
  if (byte === quote) return encoder.encode("\\'");
  if (byte === 0x0a) return encoder.encode("\\n");
  if (byte === 0x0d) return encoder.encode("\\r");
  if (byte <= 5) return encoder.encode(`\\x0${byte}`);
  return undefined;
});

/** The shorter form of a byte's escape that may stand where no octal digit follows. */
const octal: readonly Uint8Array[] = Array.from({ length: 6 }, (_, byte) => encoder.encode(`\\${byte}`));

/**
 * A bytes literal of Python as the bytes of source code. MicroPython's lexer (py/lexer.c) takes every byte between
 * quotes as it is, so that hardly any byte needs an escape.
 */
export function bytesLiteral(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length * 4 + 3);
  out[0] = 0x62;
  out[1] = quote;
  let length = 2;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0;
    let escape = escapes[byte];
    if (escape === undefined) {
      out[length++] = byte;
      continue;
    }
    const next = bytes[index + 1] ?? quote;
    if (byte <= 5 && (next < 0x30 || next > 0x37)) escape = octal[byte] ?? escape;
    out.set(escape, length);
    length += escape.length;
  }
  out[length++] = quote;
  return out.subarray(0, length);
}

/** A bytes literal in ASCII, for runners that take text only. */
export function asciiBytesLiteral(bytes: Uint8Array): string {
  let text = "b'";
  for (const byte of bytes) {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== backslash && byte !== quote;
    text += plain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return `${text}'`;
}

/** A string literal in ASCII, without control characters. */
export function stringLiteral(text: string): string {
  let out = "'";
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (character === "'" || character === "\\") out += `\\${character}`;
    else if (character === "\n") out += "\\n";
    else if (code >= 0x20 && code < 0x7f) out += character;
    else if (code < 0x100) out += `\\x${code.toString(16).padStart(2, "0")}`;
    else if (code < 0x10000) out += `\\u${code.toString(16).padStart(4, "0")}`;
    else out += `\\U${code.toString(16).padStart(8, "0")}`;
  }
  return `${out}'`;
}

/** A tuple of source texts. */
export function tupleLiteral(items: readonly string[]): string {
  return `(${items.map((item) => `${item},`).join("")})`;
}

const named: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** The string whose `repr` MicroPython gave (py/objstrunicode.c, uni_print_quoted): ASCII in quotes. */
export function readRepr(text: string): string {
  return text
    .slice(1, -1)
    .replaceAll(
      /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/g,
      (_, two?: string, four?: string, eight?: string, letter = "") => {
        const digits = two ?? four ?? eight;
        return digits === undefined
          ? (named[letter] ?? letter)
          : String.fromCodePoint(Number.parseInt(digits, 16));
      },
    );
}
