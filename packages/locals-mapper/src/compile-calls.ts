import { compileAtomBrace, compileComprehension } from "./compile-displays.js";
import { compileNamedExpr } from "./compile-expressions.js";
import { nameOf } from "./node-parts.js";
import type { Compiler } from "./compiler.js";
import { IdFlag, ScopeKind } from "./scope.js";
import { type Child, extractList, isStruct, Kind, type Node } from "./tree.js";

/** An atom and what trails it: calls, subscripts, attributes (compile_atom_expr_normal). */
export function compileAtomExprNormal(c: Compiler, node: Node): void {
  const atom = node.children[0] ?? null;
  c.compile(atom);
  const rest = node.children[1] ?? null;
  if (rest === null) return;
  const trailers = rest.kind === Kind.AtomExprTrailers ? rest.children : [rest];
  const first = trailers[0] ?? null;

  let i = 0;
  if (isSuperCall(c, atom, first)) {
    i = compileSuperCall(c, trailers);
  } else if (
    c.options.features.orderedDictLiteral &&
    atom?.kind === Kind.Id &&
    atom.value === "OrderedDict" &&
    first?.kind === Kind.TrailerParen &&
    first.children[0]?.kind === Kind.AtomBrace
  ) {
    c.emit.callFunction(0, 0, false);
    compileAtomBrace(c, first.children[0], false);
    i = 1;
  }

  for (; i < trailers.length; i++) {
    const trailer = trailers[i] ?? null;
    const next = trailers[i + 1];
    if (trailer?.kind === Kind.TrailerPeriod && next?.kind === Kind.TrailerParen) {
      // A method call; neither the dot nor the parenthesis marks a line.
      c.emit.loadMethod(nameOf(trailer.children[0]), false);
      compileTrailerParen(c, next.children[0] ?? null, true, 0);
      i++;
    } else {
      c.compile(trailer);
    }
  }
}

/** Whether this is `super()` without arguments, directly in a function. */
function isSuperCall(c: Compiler, atom: Child, first: Child): boolean {
  return (
    c.scope.kind === ScopeKind.Function &&
    atom?.kind === Kind.Id &&
    atom.value === "super" &&
    first?.kind === Kind.TrailerParen &&
    first.children[0] == null
  );
}

/** Compiles `super()` after its name; returns how many trailers that took. */
function compileSuperCall(c: Compiler, trailers: readonly Child[]): number {
  c.loadId("__class__");
  const self = c.scope.ids.find((id) => id.flags & IdFlag.Param);
  if (self === undefined) {
    c.syntaxError(trailers[0] ?? null, "super() can't find self");
    return trailers.length;
  }
  c.loadId(self.name);
  const method = trailers[1];
  const call = trailers[2];
  if (method?.kind === Kind.TrailerPeriod && call?.kind === Kind.TrailerParen) {
    c.emit.loadMethod(nameOf(method.children[0]), true);
    compileTrailerParen(c, call.children[0] ?? null, true, 0);
    return 3;
  }
  c.emit.callFunction(2, 0, false);
  return 1;
}

/**
 * The arguments of a call and the call itself (compile_trailer_paren_helper).
 *
 * @param extraPositional positional arguments already on the stack
 */
export function compileTrailerParen(
  c: Compiler,
  list: Child,
  isMethodCall: boolean,
  extraPositional: number,
): void {
  const args = extractList(list, Kind.Arglist);
  let positional = extraPositional;
  let keyword = 0;
  let hasDoubleStar = false;
  let hasStar = false;
  let starred: number | bigint = 0;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? null;
    if (arg?.kind === Kind.ArglistStar) {
      if (hasDoubleStar) {
        c.syntaxError(arg, "* arg after **");
      } else if (c.options.minorVersion >= 29 && keyword > 0) {
        c.syntaxError(arg, "* arg after kwarg");
      } else if (i >= c.options.smallIntBits - 1) {
        c.syntaxError(arg, "too many args");
      }
      hasStar = true;
      starred = setBit(starred, i);
      c.compile(arg.children[0] ?? null);
      positional++;
    } else if (arg?.kind === Kind.ArglistDblStar) {
      hasDoubleStar = true;
      // A keyword argument without a name.
      c.emit.loadNull();
      c.compile(arg.children[0] ?? null);
      keyword++;
    } else if (arg?.kind === Kind.Argument) {
      const value = arg.children[1] ?? null;
      if (value?.kind === Kind.Argument3) {
        compileNamedExpr(c, arg.children[0] ?? null, value.children[0] ?? null);
        positional++;
      } else if (value?.kind === Kind.CompFor) {
        compileComprehension(c, arg, ScopeKind.GenExpr);
        positional++;
      } else {
        const name = arg.children[0] ?? null;
        if (name?.kind !== Kind.Id) c.syntaxError(arg, "LHS of keyword arg must be an id");
        c.emit.loadConstStr(nameOf(name));
        c.compile(value);
        keyword++;
      }
    } else {
      if (hasDoubleStar) c.syntaxError(arg, "positional arg after **");
      else if (keyword > 0) c.syntaxError(arg, "positional arg after keyword arg");
      c.compile(arg);
      positional++;
    }
  }

  const withStar = hasStar || hasDoubleStar;
  if (withStar) c.emit.loadConstSmallInt(starred);
  if (isMethodCall) c.emit.callMethod(positional, keyword, withStar);
  else c.emit.callFunction(positional, keyword, withStar);
}

function setBit(bits: number | bigint, index: number): number | bigint {
  if (typeof bits === "number" && index < 30) return bits | (1 << index);
  return BigInt(bits) | (1n << BigInt(index));
}

export function compileTrailerBracket(c: Compiler, node: Node): void {
  c.compile(node.children[0] ?? null);
  c.emit.loadSubscr();
}

export function compileAtomExprAwait(c: Compiler, node: Node): void {
  const inFunction = c.scope.kind === ScopeKind.Function || c.scope.kind === ScopeKind.Lambda;
  if (!inFunction && !c.options.features.topLevelAwait) c.syntaxError(node, "'await' outside function");
  compileAtomExprNormal(c, node);
  c.yieldFrom();
}

/** Whether an argument is none that stands for itself: starred, a keyword, a bare generator or a bare walrus. */
export function isSpecialArgument(node: Child): boolean {
  return (
    isStruct(node) &&
    (node.kind === Kind.ArglistStar || node.kind === Kind.ArglistDblStar || node.kind === Kind.Argument)
  );
}
