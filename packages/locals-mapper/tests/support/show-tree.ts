import { type Child, type Constant, Kind, Token } from "../../src/tree.js";

const kindNames = new Map<number, string>(Object.entries(Kind).map(([name, kind]) => [kind, name]));
const tokenNames = new Map<number, string>(Object.entries(Token).map(([name, token]) => [token, name]));

/**
 * A tree in one line: `x` for a name, `7` for a small int, `"s"` for an interned string, `<Plus>` for a token,
 * `{...}` for a constant object, `-` for a missing child, `(Rule child ...)` for a rule; with `lines`, `{...}@2` and
 * `(Rule@2 ...)` show the line of every node that has one.
 */
export function showTree(node: Child, lines = false): string {
  if (node === null) return "-";
  const line = lines ? `@${node.line}` : "";
  switch (node.kind) {
    case Kind.Id:
    case Kind.SmallInt:
      return `${node.value as string | number | bigint}`;
    case Kind.Str:
      return JSON.stringify(node.value);
    case Kind.Token:
      return `<${tokenNames.get(node.value as number)}>`;
    case Kind.ConstObject:
      return `{${showConstant(node.value as Constant)}}${line}`;
    default: {
      const children = node.children.map((child) => ` ${showTree(child, lines)}`).join("");
      return `(${kindNames.get(node.kind)}${line}${children})`;
    }
  }
}

function showConstant(constant: Constant): string {
  switch (constant.type) {
    case "int":
      return String(constant.value);
    case "float":
      return Object.is(constant.value, -0) ? "float -0" : `float ${constant.value}`;
    case "complex":
      return `${constant.real}+${constant.imag}j`;
    case "str":
      return JSON.stringify(constant.value);
    case "bytes":
      return `bytes ${[...constant.value].join(" ")}`;
    case "tuple":
      return `(${constant.items.map(showConstant).join(", ")})`;
    default:
      return constant.type;
  }
}
