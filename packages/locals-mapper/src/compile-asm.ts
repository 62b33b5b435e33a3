import { nameOf } from "./node-parts.js";
import type { Compiler } from "./compiler.js";
import { ScopeKind } from "./scope.js";
import { type Child, extractList, Kind, type Node } from "./tree.js";

/**
 * Checks the shape of an inline-assembler function (compile_scope_inline_asm). It has no ids; whether its instructions
 * exist and fit their operands is for the target's assembler to say.
 */
export function compileInlineAsm(c: Compiler): void {
  const { scope } = c;
  if (scope.kind !== ScopeKind.Function) {
    c.syntaxError(null, "inline assembler must be a function");
    return;
  }
  const node = scope.node;
  if (node === null || !c.meetsNames) return;
  scope.positionalCount = extractList(node.children[1] ?? null, Kind.Typedargslist).length;
  checkReturnType(c, node.children[2] ?? null);
  for (const statement of extractList(node.children[3] ?? null, Kind.SuiteBlockStmts)) {
    checkInstruction(c, statement);
  }
}

function checkReturnType(c: Compiler, annotation: Child): void {
  if (annotation === null) return;
  if (annotation.kind !== Kind.Id) {
    c.syntaxError(annotation, "return annotation must be an identifier");
  } else if (!["object", "bool", "int", "uint"].includes(nameOf(annotation))) {
    c.syntaxError(annotation, "unknown type");
  }
}

function checkInstruction(c: Compiler, statement: Child): void {
  if (statement?.kind === Kind.PassStmt) return;
  const call = instructionOf(statement);
  if (call === null) {
    c.syntaxError(statement, "expecting an assembler instruction");
    return;
  }
  const args = extractList(call.children[1]?.children[0] ?? null, Kind.Arglist);
  switch (nameOf(call.children[0])) {
    case "label":
      if (args.length !== 1 || args[0]?.kind !== Kind.Id) {
        c.syntaxError(statement, "'label' requires 1 argument");
      }
      return;
    case "align":
      if (args.length !== 1 || args[0]?.kind !== Kind.SmallInt) {
        c.syntaxError(statement, "'align' requires 1 argument");
      }
      return;
    case "data":
      if (args.length < 2 || args[0]?.kind !== Kind.SmallInt) {
        c.syntaxError(statement, "'data' requires at least 2 arguments");
      }
  }
}

/** The call that an instruction is written as: `name(arguments)` and nothing else. */
function instructionOf(statement: Child): Node | null {
  if (statement?.kind !== Kind.ExprStmt || statement.children[1] != null) return null;
  const call = statement.children[0];
  if (call?.kind !== Kind.AtomExprNormal || call.children[0]?.kind !== Kind.Id) return null;
  return call.children[1]?.kind === Kind.TrailerParen ? call : null;
}
