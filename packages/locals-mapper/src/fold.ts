import { binaryOperation, type Numeric, type NumberModel } from "./arithmetic.js";
import { constantOf, constantTruth } from "./constants.js";
import type { ResolvedOptions } from "./options.js";
import { type Child, type Constant, isConst, Kind, Node, noChildren, Token } from "./tree.js";

/**
 * Constant folding as MicroPython's parser does it while it builds the tree (py/parse.c, 1.26.1). Every method returns
 * null where MicroPython leaves the expression as it is.
 */
export class Folder {
  readonly anyConstant: boolean;
  private readonly folding: boolean;
  private readonly tuples: boolean;
  private readonly floats: boolean;
  private readonly crossCompiled: boolean;
  private readonly smallIntBits: number;
  /** Up to 1.23 an int once big stays so whatever comes of it. */
  private readonly bigStaysBig: boolean;
  private readonly model: NumberModel;

  constructor(options: ResolvedOptions) {
    this.anyConstant = options.features.const || options.features.constTuple;
    this.folding = options.features.constFolding;
    this.tuples = options.features.constTuple;
    this.floats = options.features.constFloat;
    this.crossCompiled = options.crossCompiled;
    this.smallIntBits = options.smallIntBits;
    this.bigStaysBig = options.minorVersion < 24;
    const wordBits = options.crossCompiled || options.smallIntBits === 63 ? 64 : 32;
    this.model = { wordBits, floatBits: options.floatBits };
  }

  /** A leaf or constant object for an int of at most 53 bits. */
  makeSmallInteger(value: number, line: number, start: number, end: number): Node {
    if (value < 0x40000000 || this.smallIntBits === 63) {
      return new Node(Kind.SmallInt, line, start, end, noChildren, value);
    }
    return makeConstant({ type: "int", value: BigInt(value) }, line, start, end);
  }

  /** A node for any constant: a leaf for a small int, else a constant object. */
  makeObject(constant: Constant, line: number, start: number, end: number): Node {
    if (constant.type !== "int" || constant.boxed === true || !fitsBits(constant.value, this.smallIntBits)) {
      return makeConstant(constant, line, start, end);
    }
    const value = Number(constant.value);
    const leaf = Number.isSafeInteger(value) ? value : constant.value;
    return new Node(Kind.SmallInt, line, start, end, noChildren, leaf);
  }

  /** Folds `|`, `^`, `&` and `**`, whose children are the operands alone. */
  foldOperands(op: Token, children: readonly Node[], start: number): Node | null {
    if (!this.folding) return null;
    let result = this.numberOf(children[0]!);
    if (result === null) return null;
    let big = this.isBig(children[0]!);
    for (let index = 1; index < children.length; index++) {
      const operand = this.numberOf(children[index]!);
      if (operand === null) return null;
      if (op === Token.DblStar && !this.floats && operand < 0) return null;
      result = binaryOperation(op, result, operand, this.model);
      if (result === null) return null;
      big ||= this.isBig(children[index]!) || !this.fitsWord(result);
    }
    return this.makeResult(result, big, start, children);
  }

  /** Folds shifts, sums and products, whose children are operands and operators in turn. */
  foldOperations(children: readonly Node[], start: number): Node | null {
    if (!this.folding) return null;
    let result = this.numberOf(children[0]!);
    if (result === null) return null;
    let big = this.isBig(children[0]!);
    for (let index = 1; index < children.length; index += 2) {
      const operand = this.numberOf(children[index + 1]!);
      if (operand === null) return null;
      const op = children[index]!.value as Token;
      if (op === Token.At || (op === Token.Slash && !this.floats)) return null;
      result = binaryOperation(op, result, operand, this.model);
      if (result === null) return null;
      const beyondShift = op === Token.DblLess && operand >= this.model.wordBits;
      big ||= this.isBig(children[index + 1]!) || !this.fitsWord(result) || beyondShift;
    }
    return this.makeResult(result, big, start, children);
  }

  /** Folds `+x`, `-x` and `~x`. */
  foldUnary(op: Token, operand: Node, start: number): Node | null {
    if (!this.folding) return null;
    const value = this.numberOf(operand);
    if (value === null || (op === Token.Tilde && typeof value !== "bigint")) return null;
    let result: Numeric = value;
    if (op === Token.Minus) result = -value;
    else if (op === Token.Tilde) result = ~(value as bigint);
    if (typeof result === "bigint" && this.isBig(operand)) {
      // A big int stays one whatever its new value.
      return this.makeBig(result, start, operand.end);
    }
    return this.makeObject(constantFrom(result), 0, start, operand.end);
  }

  /** Folds `not x` of a constant. */
  foldNot(operand: Child, start: number, end: number): Node | null {
    if (!this.folding) return null;
    const truth = constantTruth(operand, this.anyConstant);
    if (truth === null) return null;
    return new Node(Kind.Token, 0, start, end, noChildren, truth ? Token.False : Token.True);
  }

  /**
   * Drops operands of `or` (`deciding` true) or `and` (false) that can't matter: neutral constants but for the last
   * operand, and everything after a deciding constant. Returns the same list if there are none.
   */
  foldLogical(children: readonly Child[], deciding: boolean): readonly Child[] {
    if (!this.folding) return children;
    const kept: Child[] = [];
    for (let index = 0; index < children.length; index++) {
      const child = children[index]!;
      const truth = constantTruth(child, this.anyConstant);
      if (truth === deciding || index === children.length - 1) {
        kept.push(child);
        break;
      }
      if (truth === null) kept.push(child);
    }
    return kept.length === children.length ? children : kept;
  }

  /** A constant tuple of constant elements. */
  foldTuple(children: readonly Child[], line: number, start: number, end: number): Node | null {
    if (!this.tuples) return null;
    for (const child of children) if (!isConst(child)) return null;
    const items = children.map((child) => constantOf(child)!);
    return makeConstant({ type: "tuple", items }, line, start, end);
  }

  /** The number a node holds, if folding takes it. */
  private numberOf(node: Node): Numeric | null {
    if (node.kind === Kind.SmallInt) return BigInt(node.value as number | bigint);
    if (node.kind !== Kind.ConstObject) return null;
    const constant = node.value as Constant;
    if (constant.type === "int") return constant.value;
    return constant.type === "float" && this.floats ? constant.value : null;
  }

  private makeResult(result: Numeric, big: boolean, start: number, children: readonly Node[]): Node {
    const end = children[children.length - 1]!.end;
    if (big && this.bigStaysBig && typeof result === "bigint") return this.makeBig(result, start, end);
    return this.makeObject(constantFrom(result), 0, start, end);
  }

  /** A constant object for a folded int on the heap. */
  private makeBig(value: bigint, start: number, end: number): Node {
    const constant: Constant = this.fitsWord(value)
      ? { type: "int", value, boxed: true }
      : { type: "int", value };
    return makeConstant(constant, 0, start, end);
  }

  /** Whether a number is a small int where MicroPython compiles. */
  private fitsWord(value: Numeric): boolean {
    return typeof value === "bigint" && fitsBits(value, this.crossCompiled ? 63 : this.smallIntBits);
  }

  /** Whether MicroPython holds an int on the heap where it compiles. */
  private isBig(node: Node): boolean {
    if (node.kind !== Kind.ConstObject) return false;
    const constant = node.value as Constant;
    return constant.type === "int" && (constant.boxed === true || !this.fitsWord(constant.value));
  }
}

/** A constant object. */
export function makeConstant(constant: Constant, line: number, start: number, end: number): Node {
  return new Node(Kind.ConstObject, line, start, end, noChildren, constant);
}

/** The constant for a computed number. */
function constantFrom(value: Numeric): Constant {
  return typeof value === "bigint" ? { type: "int", value } : { type: "float", value };
}

function fitsBits(value: bigint, bits: number): boolean {
  return BigInt.asIntN(bits, value) === value;
}
