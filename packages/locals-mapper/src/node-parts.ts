import type { Compiler } from "./compiler.js";
import { constantTruth } from "./constants.js";
import { type Child, Kind } from "./tree.js";

/** The text of an identifier; a blank one where the tree holds none. */
export function nameOf(node: Child | undefined): string {
  return node?.kind === Kind.Id ? (node.value as string) : "";
}

/** Whether a node is a constant of that truth value: only then are tests and branches dropped. */
export function isConstBool(c: Compiler, node: Child, value: boolean): boolean {
  const { features } = c.options;
  return constantTruth(node, features.const || features.constTuple) === value;
}
