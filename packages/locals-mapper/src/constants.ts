import { type Child, type Constant, isConst, Kind, Token } from "./tree.js";

/** The one object that `math.nan` is; every other NaN is an object of its own, which shows in the constant table. */
export const mathNan: Constant = { type: "float", value: Number.NaN };

const emptyTuple: Constant = { type: "tuple", items: [] };

/** The constant a node stands for (`mp_parse_node_convert_to_obj`), or null if it is none. */
export function constantOf(node: Child): Constant | null {
  if (!isConst(node)) return null;
  const value = node.value;
  switch (node.kind) {
    case Kind.SmallInt:
      return { type: "int", value: BigInt(value as number | bigint) };
    case Kind.Str:
      return { type: "str", value: value as string };
    case Kind.ConstObject:
      return value as Constant;
    case Kind.Token:
      if (value === Token.None) return { type: "None" };
      if (value === Token.True) return { type: "True" };
      if (value === Token.False) return { type: "False" };
      return { type: "Ellipsis" };
    default:
      return emptyTuple;
  }
}

/** Truth of a constant, as `bool()` of it. */
function isTrue(constant: Constant): boolean {
  switch (constant.type) {
    case "int":
      return constant.value !== 0n;
    case "float":
      return constant.value !== 0;
    case "complex":
      return constant.real !== 0 || constant.imag !== 0;
    case "str":
    case "bytes":
      return constant.value.length > 0;
    case "tuple":
      return constant.items.length > 0;
    case "True":
    case "Ellipsis":
      return true;
    default:
      return false;
  }
}

/** What a compiler without constants of its own can tell: True, False and small ints (py/parse.c). */
function truthOfPlainNode(node: Child): boolean | null {
  if (node === null) return null;
  if (node.kind === Kind.SmallInt) return node.value !== 0;
  if (node.kind !== Kind.Token) return null;
  if (node.value === Token.True) return true;
  return node.value === Token.False ? false : null;
}

/**
 * Truth of a node known while compiling (`mp_parse_node_is_const_true` and `..._false`): null if it isn't constant.
 * `anyConstant` says whether the firmware has `COMP_CONST` or `COMP_CONST_TUPLE`; without them only True, False and
 * small ints count.
 */
export function constantTruth(node: Child, anyConstant: boolean): boolean | null {
  if (!anyConstant) return truthOfPlainNode(node);
  const constant = constantOf(node);
  return constant === null ? null : isTrue(constant);
}
