import { roundFloat } from "./arithmetic.js";
import type { ResolvedOptions } from "./options.js";
import type { Constant } from "./tree.js";

/** The value of a number token, or MicroPython's message about it. */
export type NumberReading =
  | { readonly ok: true; readonly constant: Constant }
  | { readonly ok: false; readonly message: string };

/**
 * Reads the digits of an integer token (py/parsenum.c `mp_parse_num_integer` with base 0, 1.26.1). `digits` has no
 * underscores. Up to 1.24 a number may begin with zeros.
 */
export function readInteger(digits: string, options: ResolvedOptions): NumberReading {
  let base = 10;
  let body = digits;
  if (digits.length > 1 && digits.startsWith("0")) {
    const prefix = digits.charAt(1).toLowerCase();
    base = prefix === "x" ? 16 : prefix === "o" ? 8 : prefix === "b" ? 2 : options.minorVersion < 25 ? 10 : 0;
    if (base !== 0 && base !== 10) body = digits.slice(2);
  }
  if (isInteger(body, base)) {
    const literal = base === 0 ? "0" : base === 10 ? body : digits.toLowerCase();
    return { ok: true, constant: { type: "int", value: BigInt(literal) } };
  }
  return { ok: false, message: integerMessage(body, base, options) };
}

function isInteger(body: string, base: number): boolean {
  if (base === 10) return /^[0-9]+$/.test(body);
  if (base === 16) return /^[0-9a-f]+$/i.test(body);
  if (base === 8) return /^[0-7]+$/.test(body);
  // A leading zero without a prefix (base 0): nothing but zeros.
  return base === 2 ? /^[01]+$/.test(body) : /^0+$/.test(body);
}

function integerMessage(body: string, base: number, options: ResolvedOptions): string {
  if (options.errorReporting === "terse") return "invalid syntax for integer";
  const message = `invalid syntax for integer with base ${base}`;
  return options.errorReporting === "normal" ? message : `${message}: '${body}'`;
}

/**
 * Reads the characters of a float or imaginary token (`mp_parse_num_float`, 1.26.1). MicroPython is more lenient than
 * Python in one place: `1ej` is `1j`.
 */
export function readDecimal(digits: string, options: ResolvedOptions): NumberReading {
  if (options.floatBits === 0) return { ok: false, message: "decimal numbers not supported" };
  const match = /^([0-9]*(?:\.[0-9]*)?)(?:e([+-]?[0-9]*))?(j?)$/i.exec(digits);
  if (match === null || /e[+-]?$/.test(digits)) return { ok: false, message: "invalid syntax for number" };
  const [, mantissa, exponent, imaginary] = match;
  const value = Number(`${mantissa}e${Number(exponent ?? 0) || 0}`);
  const rounded = roundFloat(value, { wordBits: 64, floatBits: options.floatBits });
  if (imaginary === "") return { ok: true, constant: { type: "float", value: rounded } };
  if (!options.features.complex) return { ok: false, message: "complex values not supported" };
  return { ok: true, constant: { type: "complex", real: 0, imag: rounded } };
}
