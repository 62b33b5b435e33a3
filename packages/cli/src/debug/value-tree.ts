import type { Debugger, Variable } from "@slotscope/dap";
import type { Style } from "../terminal/style.js";
import { describeVariables } from "./show-variables.js";

/** Bounds on what `pp` shows: levels, items of one value, and lines in all. */
const limits = { depth: 4, items: 50, lines: 300 };

/** Values whose text says enough where they are part of another. */
const flatTypes = new Set(["str", "bytes", "bytearray", "type", "function", "module"]);

/** A value and what is in it, a line each, indented by depth. */
export async function describeTree(
  root: Variable,
  session: Debugger,
  style: Style,
  columns: number,
): Promise<string[]> {
  const lines: string[] = [];
  await visit(root, 0);
  return lines;

  async function visit(variable: Variable, depth: number): Promise<void> {
    const indent = "  ".repeat(depth + 1);
    lines.push(...describeVariables([variable], style, columns, indent));
    const { children } = variable;
    if (!children || depth >= limits.depth) return;
    if (depth > 0 && flatTypes.has(children.type)) return;
    const { items, total } = await session.expand(children, { start: 0, count: limits.items });
    for (const item of items) {
      // An object's text names its class already.
      if (item.kind === "attribute" && item.name === "__class__") continue;
      if (lines.length >= limits.lines) {
        lines.push(style.dim(`${indent}  …`));
        return;
      }
      await visit(item, depth + 1);
    }
    if (items.length < total) lines.push(style.dim(`${indent}  and ${total - items.length} more`));
  }
}
