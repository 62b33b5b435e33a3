import { compileAssign } from "./compile-assignment.js";
import { compileCondition } from "./compile-expressions.js";
import { nameOf } from "./node-parts.js";
import type { Compiler } from "./compiler.js";
import { BuildKind } from "./opcodes.js";
import {
  EmitOption,
  IdFlag,
  IdKind,
  nativeTypeOf,
  type Scope,
  ScopeFlag,
  ScopeKind,
  viperReturnShift,
  viperTypeShift,
} from "./scope.js";
import { type Child, type Constant, extractList, isToken, Kind, type Node, Token } from "./tree.js";

/** Walks the scope the compiler has entered (compile_scope). */
export function compileScope(c: Compiler): void {
  const { scope } = c;
  c.emit.startScope(scope);
  if (scope.node !== null) {
    switch (scope.kind) {
      case ScopeKind.Module:
        compileModuleBody(c, scope.node);
        break;
      case ScopeKind.Function:
        compileFunctionBody(c, scope.node);
        break;
      case ScopeKind.Lambda:
        compileLambdaBody(c, scope.node);
        break;
      case ScopeKind.Class:
        compileClassBody(c, scope.node);
        break;
      default:
        compileComprehensionBody(c, scope.node);
    }
  }
  c.emit.endScope();
}

function compileModuleBody(c: Compiler, node: Node): void {
  // An expression that a backslash parts from the end of the text has no newline, which makes it no `eval_input`.
  if (node.kind === Kind.EvalInput) {
    c.compile(node.children[0] ?? null);
    c.emit.returnValue();
    return;
  }
  if (c.options.mode !== "single") compileDocString(c, node);
  c.compile(node);
  c.emit.loadConstToken(Token.None);
  c.emit.returnValue();
}

function compileFunctionBody(c: Compiler, node: Node): void {
  const { scope } = c;
  if (c.meetsNames) {
    c.haveStar = false;
    for (const parameter of extractList(node.children[1] ?? null, Kind.Typedargslist)) {
      addParameter(c, parameter);
    }
    if (scope.emit === EmitOption.Viper) {
      scope.flags |= viperType(c, node.children[2] ?? null) << viperReturnShift;
    }
  }
  c.compile(node.children[3] ?? null);
  c.emit.loadConstToken(Token.None);
  c.emit.returnValue();
}

function compileLambdaBody(c: Compiler, node: Node): void {
  c.emit.setSourceLine(node.line);
  if (c.meetsNames) {
    c.haveStar = false;
    for (const parameter of extractList(node.children[0] ?? null, Kind.Varargslist)) {
      addParameter(c, parameter);
    }
  }
  c.compile(node.children[1] ?? null);
  // A lambda that yields returns None.
  if (c.scope.flags & ScopeFlag.Generator) {
    c.emit.popTop();
    c.emit.loadConstToken(Token.None);
  }
  c.emit.returnValue();
}

function compileClassBody(c: Compiler, node: Node): void {
  const { scope } = c;
  if (c.meetsNames) scope.findOrAdd("__class__", IdKind.Local);
  if (c.options.settrace) c.emit.setSourceLine(node.line);
  c.loadId("__name__");
  c.storeId("__module__");
  c.emit.loadConstStr(nameOf(node.children[0]));
  c.storeId("__qualname__");
  compileDocString(c, node.children[2] ?? null);
  c.compile(node.children[2] ?? null);

  const self = scope.find("__class__");
  if (self === undefined || self.kind === IdKind.Local) c.emit.loadConstToken(Token.None);
  else c.emit.loadLocal("__class__", self.slot, false);
  c.emit.returnValue();
}

function compileComprehensionBody(c: Compiler, node: Node): void {
  const { scope } = c;
  const iterator = "";
  if (c.meetsNames) {
    scope.findOrAdd(iterator, IdKind.Local);
    scope.positionalCount = 1;
  }
  c.emit.setSourceLine(node.line);
  if (scope.kind === ScopeKind.ListComp) c.emit.build(0, BuildKind.List);
  else if (scope.kind === ScopeKind.DictComp) c.emit.build(0, BuildKind.Map);
  else if (scope.kind === ScopeKind.SetComp) c.emit.build(0, BuildKind.Set);

  if (scope.kind === ScopeKind.GenExpr) {
    // The four words of an iterator; the first says that the second is the iterator object itself.
    c.emit.loadNull();
    c.loadId(iterator);
    c.emit.loadNull();
    c.emit.loadNull();
  } else {
    c.loadId(iterator);
    c.emit.getIter(true);
  }
  const compFor = node.children[1];
  if (compFor != null) compileCompFor(c, compFor, node.children[0] ?? null, 0);
  if (scope.kind === ScopeKind.GenExpr) c.emit.loadConstToken(Token.None);
  c.emit.returnValue();
}

/** One `for` of a comprehension, with the `if`s and `for`s after it (compile_scope_comp_iter). */
function compileCompFor(c: Compiler, node: Node, element: Child, depth: number): void {
  const top = c.newLabel();
  const end = c.newLabel();
  c.emit.assignLabel(top);
  c.emit.forIter(end);
  compileAssign(c, node.children[0] ?? null, "store");
  let rest = node.children[2] ?? null;
  while (rest?.kind === Kind.CompIf) {
    compileCondition(c, rest.children[0] ?? null, false, top);
    rest = rest.children[1] ?? null;
  }
  if (rest !== null) {
    c.compile(rest.children[1] ?? null);
    c.emit.getIter(true);
    compileCompFor(c, rest, element, depth + 1);
  } else {
    c.compile(element);
    if (c.scope.kind === ScopeKind.GenExpr) {
      c.emit.yieldValue();
      c.emit.popTop();
    } else {
      c.emit.storeComp(c.scope.kind, 4 * depth + 5);
    }
  }
  c.emit.jump(top);
  c.emit.assignLabel(end);
  c.emit.forIterEnd();
}

/** Enters a parameter into the scope (compile_scope_func_lambda_param). */
function addParameter(c: Compiler, node: Child): void {
  const { scope } = c;
  if (scope.flags & ScopeFlag.VarKeywords) {
    // Nothing may follow `**kw`.
    c.syntaxError(node, "invalid syntax");
    return;
  }
  let name: string | null = null;
  let annotation: Child = null;
  let flags: number = IdFlag.Param;
  switch (node?.kind) {
    case Kind.Id:
    case Kind.TypedargslistName:
    case Kind.VarargslistName:
      name = nameOf(node.kind === Kind.Id ? node : node.children[0]);
      if (node.kind === Kind.TypedargslistName) annotation = node.children[1] ?? null;
      if (c.haveStar) scope.keywordOnlyCount++;
      else scope.positionalCount++;
      break;
    case Kind.TypedargslistStar:
    case Kind.VarargslistStar: {
      if (c.haveStar) {
        c.syntaxError(node, "invalid syntax");
        return;
      }
      c.haveStar = true;
      const inside = node.children[0] ?? null;
      if (inside === null) return;
      flags |= IdFlag.StarParam;
      scope.flags |= ScopeFlag.VarArgs;
      name = nameOf(inside.kind === Kind.Tfpdef ? inside.children[0] : inside);
      if (inside.kind === Kind.Tfpdef) annotation = inside.children[1] ?? null;
      break;
    }
    case Kind.TypedargslistDblStar:
    case Kind.VarargslistDblStar:
      flags |= IdFlag.DblStarParam;
      scope.flags |= ScopeFlag.VarKeywords;
      name = nameOf(node.children[0]);
      if (node.kind === Kind.TypedargslistDblStar) annotation = node.children[1] ?? null;
      break;
    default:
      return;
  }

  const id = scope.findOrAdd(name, IdKind.Undecided);
  if (id.kind !== IdKind.Undecided) {
    c.syntaxError(node, "argument name reused");
    return;
  }
  id.kind = IdKind.Local;
  id.flags = flags;
  if (scope.emit === EmitOption.Viper && scope.kind === ScopeKind.Function && node.kind !== Kind.Id) {
    id.flags |= viperType(c, annotation) << viperTypeShift;
  }
}

/** The type of a viper annotation (compile_viper_type_annotation). */
function viperType(c: Compiler, annotation: Child): number {
  if (annotation === null) return 0;
  if (annotation.kind !== Kind.Id) {
    c.syntaxError(annotation, "annotation must be an identifier");
    return 0;
  }
  const name = nameOf(annotation);
  const type = nativeTypeOf(name);
  if (type < 0) c.unknownType(annotation, name);
  return Math.max(type, 0);
}

/** Keeps the docstring of a module or class, if the firmware does (check_for_doc_string). */
function compileDocString(c: Compiler, body: Child): void {
  if (!c.options.features.docStrings) return;
  let first = body;
  if (body?.kind === Kind.FileInput2) {
    first = body.children.find((child) => !isToken(child, Token.Newline)) ?? null;
  } else if (body?.kind === Kind.SuiteBlockStmts) {
    first = body.children[0] ?? null;
  }
  if (first?.kind !== Kind.ExprStmt) return;
  const text = first.children[0] ?? null;
  const isText =
    text?.kind === Kind.Str || (text?.kind === Kind.ConstObject && (text.value as Constant).type === "str");
  if (!isText) return;
  c.compile(text);
  c.storeId("__doc__");
}

/** Closes over the names of a scope that has been read (the loop over GLOBAL_IMPLICIT ids after PASS_SCOPE). */
export function closeOverScope(scope: Scope): void {
  // Closing over adds ids to enclosing scopes only.
  for (const id of scope.ids) if (id.kind === IdKind.GlobalImplicit) scope.closeOver(id);
}
