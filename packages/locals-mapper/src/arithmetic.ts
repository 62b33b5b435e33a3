import { Token } from "./tree.js";

/** A number MicroPython folds: an int of any size or a float. */
export type Numeric = bigint | number;

/** How a target computes: width of the machine's integers and precision of its floats. */
export interface NumberModel {
  /** Bits of a machine word where the compiler runs: counts of shifts must fit it. */
  readonly wordBits: 32 | 64;
  readonly floatBits: 0 | 32 | 64;
}

/** Results of more bits than this are not computed: a target has no memory for them, so MicroPython doesn't either. */
const mostBits = 1 << 22;

/**
 * Computes `left op right` as MicroPython's runtime does (py/runtime.c `mp_binary_op`, py/objint_mpz.c, py/objfloat.c,
 * 1.26.1). Returns null where it raises (division by zero, negative shift, floats with bit operators, too large) or
 * gives a complex number.
 */
export function binaryOperation(
  op: Token,
  left: Numeric,
  right: Numeric,
  model: NumberModel,
): Numeric | null {
  if (typeof left === "bigint" && typeof right === "bigint") return intOperation(op, left, right, model);
  return floatOperation(op, Number(left), Number(right), model);
}

/** Rounds to the target's float precision. */
export function roundFloat(value: number, model: NumberModel): number {
  return model.floatBits === 32 ? Math.fround(value) : value;
}

function intOperation(op: Token, left: bigint, right: bigint, model: NumberModel): Numeric | null {
  switch (op) {
    case Token.Pipe:
      return left | right;
    case Token.Caret:
      return left ^ right;
    case Token.Ampersand:
      return left & right;
    case Token.Plus:
      return left + right;
    case Token.Minus:
      return left - right;
    case Token.Star:
      return bitLength(left) + bitLength(right) > mostBits ? null : left * right;
    case Token.DblLess:
      return shiftLeft(left, right, model);
    case Token.DblMore:
      if (!isShiftCount(right, model)) return null;
      return right > BigInt(mostBits) ? (left < 0n ? -1n : 0n) : left >> right;
    case Token.DblSlash:
      return right === 0n ? null : floorDivide(left, right);
    case Token.Percent:
      return right === 0n ? null : left - floorDivide(left, right) * right;
    case Token.Slash:
      if (right === 0n || model.floatBits === 0) return null;
      return roundFloat(roundFloat(Number(left), model) / roundFloat(Number(right), model), model);
    case Token.DblStar:
      if (right < 0n) return floatOperation(op, Number(left), Number(right), model);
      return power(left, right);
    default:
      return null;
  }
}

function floatOperation(op: Token, left: number, right: number, model: NumberModel): number | null {
  if (model.floatBits === 0) return null;
  const value = doubleOperation(op, roundFloat(left, model), roundFloat(right, model));
  return value === null ? null : roundFloat(value, model);
}

function doubleOperation(op: Token, left: number, right: number): number | null {
  switch (op) {
    case Token.Plus:
      return left + right;
    case Token.Minus:
      return left - right;
    case Token.Star:
      return left * right;
    case Token.Slash:
      return right === 0 ? null : left / right;
    case Token.DblSlash:
      return right === 0 ? null : floorDivideFloat(left, right);
    case Token.Percent:
      return right === 0 ? null : floorModulo(left, right);
    case Token.DblStar:
      return powerFloat(left, right);
    default:
      return null;
  }
}

function floorModulo(left: number, right: number): number {
  const rest = left % right;
  if (rest === 0) return right < 0 || Object.is(right, -0) ? -0 : 0;
  return rest < 0 !== right < 0 ? rest + right : rest;
}

function floorDivideFloat(left: number, right: number): number {
  const rest = left % right;
  let quotient = (left - rest) / right;
  if (rest !== 0 && rest < 0 !== right < 0) quotient -= 1;
  if (quotient === 0) return left / right < 0 ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

function powerFloat(base: number, exponent: number): number | null {
  if (base === 0 && exponent < 0 && exponent !== Number.NEGATIVE_INFINITY) return null;
  if (base < 0 && exponent !== Math.floor(exponent) && !Number.isNaN(exponent)) return null;
  // C's pow knows two cases JavaScript answers with NaN.
  if (base === 1) return 1;
  if (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY) return 1;
  return base ** exponent;
}

function floorDivide(left: bigint, right: bigint): bigint {
  const quotient = left / right;
  return left % right !== 0n && left < 0n !== right < 0n ? quotient - 1n : quotient;
}

function shiftLeft(left: bigint, right: bigint, model: NumberModel): bigint | null {
  if (!isShiftCount(right, model)) return null;
  if (left === 0n) return 0n;
  return right > BigInt(mostBits) ? null : left << right;
}

function isShiftCount(count: bigint, model: NumberModel): boolean {
  return count >= 0n && BigInt.asIntN(model.wordBits, count) === count;
}

function power(base: bigint, exponent: bigint): bigint | null {
  if (base === 0n || base === 1n) return exponent === 0n ? 1n : base;
  if (base === -1n) return (exponent & 1n) === 0n ? 1n : -1n;
  if (exponent > BigInt(mostBits) || bitLength(base) * Number(exponent) > mostBits) return null;
  return base ** exponent;
}

function bitLength(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  return magnitude < 9007199254740992n
    ? Math.ceil(Math.log2(Number(magnitude) + 1))
    : magnitude.toString(16).length * 4;
}
