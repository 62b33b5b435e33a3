import { describe, expect, it } from "vitest";
import { asciiBytesLiteral, bytesLiteral, readRepr, stringLiteral } from "../../src/python-literal.js";

const all = Uint8Array.from({ length: 512 }, (_, index) => (index < 256 ? index : index * 77));

/** What Python makes of a bytes literal between single quotes. */
function evaluate(literal: Uint8Array): number[] {
  const text = Buffer.from(literal).toString("latin1");
  expect(text).toMatch(/^b'[^]*'$/);
  const named: Record<string, number> = { n: 10, r: 13, "\\": 92, "'": 39 };
  return [...text.slice(2, -1).matchAll(/\\x([0-9a-f]{2})|\\([0-7]{1,3})|\\(.)|([^])/g)].map(
    ([, hex, octal, name, plain = ""]) => {
      if (hex !== undefined) return Number.parseInt(hex, 16);
      if (octal !== undefined) return Number.parseInt(octal, 8);
      return name === undefined ? plain.charCodeAt(0) : (named[name] ?? -1);
    },
  );
}

describe("a bytes literal", () => {
  it("holds every byte, and none that a REPL takes for a command or the lexer changes", () => {
    const literal = bytesLiteral(all);
    expect(evaluate(literal)).toEqual([...all]);
    expect([...literal].filter((byte) => byte <= 5 || byte === 10 || byte === 13)).toEqual([]);
  });

  it("is little longer than random bytes are", () => {
    expect(bytesLiteral(all.subarray(0, 256)).length).toBeLessThan(256 * 1.08);
  });

  it("does not let an escape run into a digit that follows", () => {
    expect(evaluate(bytesLiteral(Uint8Array.of(0, 0x37, 1, 0x38, 4)))).toEqual([0, 0x37, 1, 0x38, 4]);
  });

  it("has a form in ASCII", () => {
    const literal = asciiBytesLiteral(all);
    expect(literal).toMatch(/^[ -~]*$/);
    expect(evaluate(new TextEncoder().encode(literal))).toEqual([...all]);
  });
});

describe("a string literal", () => {
  it.each(["plain", "it's \\ two", "tab\tnew\nline\u0000", "é ü 日本 😀", "\u0080"])(
    "of %j is ASCII, and read back the same",
    (text) => {
      expect(stringLiteral(text)).toMatch(/^[ -~]*$/);
      expect(readRepr(stringLiteral(text))).toBe(text);
    },
  );

  it("is read in either kind of quotes", () => {
    expect(readRepr(`"it's"`)).toBe("it's");
    expect(readRepr(String.raw`'a\tb\n\xe9\u20ac\U0001f600'`)).toBe("a\tb\né€😀");
  });
});
