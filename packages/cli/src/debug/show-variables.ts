import type { Variable, VariableValue } from "@slotscope/dap";
import { alignColumns } from "../terminal/columns.js";
import { printable, truncate } from "../terminal/printable.js";
import type { Style } from "../terminal/style.js";

/** Text of a value on one line. */
export function describeValue(value: VariableValue, style: Style): string {
  switch (value.kind) {
    case "value":
      return printable(value.text);
    case "unbound":
      return style.dim("(unbound)");
    case "omitted":
      return style.dim("(left out; `locals` reads it)");
    default:
      return style.dim(`(unavailable: ${printable(value.reason)})`);
  }
}

/** One line a variable: its slot if it has one, what it is, `name = value`. */
export function describeVariables(
  variables: readonly Variable[],
  style: Style,
  columns: number,
  indent = "  ",
): string[] {
  const heads = alignColumns(
    variables.map(({ slot, kind }) => [slot === undefined ? "" : `slot ${slot}`, kind]),
  );
  return variables.map((variable, index) => {
    const head = variable.slot === undefined ? "" : (heads[index] ?? "").padEnd(widest(heads));
    const before = `${indent}${head === "" ? "" : `${head}  `}`;
    const name = printable(variable.name);
    const room = columns - before.length - name.length - 3;
    const value = describeValue(variable.value, style);
    const shown = variable.value.kind === "value" ? truncate(value, Math.max(room, 20)) : value;
    return `${indent}${head === "" ? "" : `${style.dim(head)}  `}${style.cyan(name)} = ${shown}`;
  });
}

function widest(lines: readonly string[]): number {
  return Math.max(0, ...lines.map((line) => line.length));
}

const notData = new Set(["function", "type", "module", "bound_method", "closure", "generator", "NoneType"]);

/** Globals that hold a program's data: not its functions, classes, modules and `__names__`. */
export function isData({ name, value, children }: Variable): boolean {
  if (/^__.*__$/.test(name)) return false;
  // A generator that waits holds its locals; a generator function, whose type is called the same, holds nothing.
  if (value.kind === "value" && value.type === "generator" && children) return true;
  return value.kind !== "value" || !notData.has(value.type) || value.type === "NoneType";
}
