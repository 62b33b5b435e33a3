import { nameOf } from "./node-parts.js";
import { type Child, extractList, Kind, type Node } from "./tree.js";

/** A module that a text imports by its whole name; relative imports are none. */
export interface ImportedModule {
  /** The name, such as `asyncio.core`. */
  readonly name: string;
  /** UTF-16 offsets of the name. */
  readonly start: number;
  readonly end: number;
  /** Set inside of `if` or `try`: the text may be prepared for a target without the module. */
  readonly isConditional?: true;
}

/** All imports of modules in a tree, rising. */
export function findImports(tree: Node | null): ImportedModule[] {
  const imports: ImportedModule[] = [];
  const add = (module: Child, isConditional: boolean) => {
    const parts = extractList(module, Kind.DottedName);
    const name = parts.map((part) => nameOf(part)).join(".");
    if (module === null || name === "") return;
    const { start, end } = module;
    imports.push({ name, start, end, ...(isConditional ? { isConditional: true as const } : {}) });
  };
  const visit = (node: Child, isConditional: boolean) => {
    if (node === null) return;
    switch (node.kind) {
      case Kind.ImportName:
        for (const item of extractList(node.children[0] ?? null, Kind.DottedAsNames)) {
          add(item?.kind === Kind.DottedAsName ? (item.children[0] ?? null) : item, isConditional);
        }
        return;
      case Kind.ImportFrom: {
        const source = node.children[0] ?? null;
        if (source?.kind === Kind.Id || source?.kind === Kind.DottedName) add(source, isConditional);
        return;
      }
      case Kind.IfStmt:
      case Kind.TryStmt:
        for (const child of node.children) visit(child, true);
        return;
      // Statements stand in these alone.
      case Kind.FileInput:
      case Kind.FileInput2:
      case Kind.SimpleStmt2:
      case Kind.SuiteBlockStmts:
      case Kind.IfStmtElifList:
      case Kind.IfStmtElif:
      case Kind.TryStmtExceptAndMore:
      case Kind.TryStmtExceptList:
      case Kind.TryStmtExcept:
      case Kind.TryStmtFinally:
      case Kind.WhileStmt:
      case Kind.ForStmt:
      case Kind.WithStmt:
      case Kind.Funcdef:
      case Kind.Classdef:
      case Kind.Decorated:
      case Kind.AsyncFuncdef:
      case Kind.AsyncStmt:
        for (const child of node.children) visit(child, isConditional);
    }
  };
  visit(tree, false);
  return imports;
}
