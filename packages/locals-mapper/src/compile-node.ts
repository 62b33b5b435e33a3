import {
  compileAtomExprAwait,
  compileAtomExprNormal,
  compileTrailerBracket,
  compileTrailerParen,
} from "./compile-calls.js";
import {
  compileAtomBrace,
  compileAtomBracket,
  compileAtomParen,
  compileDictItem,
  compileSubscript,
} from "./compile-displays.js";
import {
  compileBinaryOperators,
  compileComparison,
  compileConditional,
  compileFactor,
  compileLogical,
  compileNamedExpr,
  compileNot,
  compilePower,
  compileTermOperators,
  compileYieldExpr,
} from "./compile-expressions.js";
import { compileAsyncStmt, compileTryStmt, compileWithStmt } from "./compile-blocks.js";
import { compileClassdef, compileDecorated, compileFuncdef, compileLambdef } from "./compile-functions.js";
import { compileForStmt, compileIfStmt, compileWhileStmt } from "./compile-loops.js";
import {
  compileAssert,
  compileBreakContinue,
  compileDel,
  compileExprStmt,
  compileGlobalNonlocal,
  compileImportFrom,
  compileImportName,
  compileRaise,
  compileReturn,
} from "./compile-statements.js";
import type { Compiler } from "./compiler.js";
import { nameOf } from "./node-parts.js";
import { type Child, type Constant, Kind, type Node, Token } from "./tree.js";

/** Compiles a node as an expression or statement (compile_node). Rules and constant objects mark their line, leaves don't. */
export function compileNode(c: Compiler, node: Child): void {
  if (node === null) return;
  switch (node.kind) {
    case Kind.SmallInt:
      c.emit.loadConstSmallInt(node.value as number | bigint);
      return;
    case Kind.Id:
      c.loadId(node.value as string);
      return;
    case Kind.Str:
      c.emit.loadConstStr(node.value as string);
      return;
    case Kind.Token:
      if (node.value !== Token.Newline) c.emit.loadConstToken(node.value as Token);
      return;
    default:
      c.emit.setSourceLine(node.line);
      compileStruct(c, node);
  }
}

function compileStruct(c: Compiler, node: Node): void {
  switch (node.kind) {
    case Kind.ConstObject:
      c.emit.loadConstObject(node.value as Constant);
      return;
    case Kind.FileInput:
    case Kind.FileInput2:
    case Kind.SimpleStmt2:
    case Kind.SuiteBlockStmts:
      c.compileAll(node);
      return;
    case Kind.ExprStmt:
      compileExprStmt(c, node);
      return;
    case Kind.TestlistStarExpr:
    case Kind.Testlist:
    case Kind.Subscriptlist:
      c.compileTuple(node);
      return;
    case Kind.DelStmt:
      compileDel(c, node);
      return;
    case Kind.BreakStmt:
    case Kind.ContinueStmt:
      compileBreakContinue(c, node);
      return;
    case Kind.ReturnStmt:
      compileReturn(c, node);
      return;
    case Kind.YieldStmt:
      c.compile(node.children[0] ?? null);
      c.emit.popTop();
      return;
    case Kind.RaiseStmt:
      compileRaise(c, node);
      return;
    case Kind.ImportName:
      compileImportName(c, node);
      return;
    case Kind.ImportFrom:
      compileImportFrom(c, node);
      return;
    case Kind.GlobalStmt:
    case Kind.NonlocalStmt:
      compileGlobalNonlocal(c, node);
      return;
    case Kind.AssertStmt:
      compileAssert(c, node);
      return;
    case Kind.Decorated:
      compileDecorated(c, node);
      return;
    case Kind.Funcdef:
      compileFuncdef(c, node);
      return;
    case Kind.AsyncStmt:
      compileAsyncStmt(c, node);
      return;
    case Kind.Classdef:
      compileClassdef(c, node);
      return;
    case Kind.IfStmt:
      compileIfStmt(c, node);
      return;
    case Kind.WhileStmt:
      compileWhileStmt(c, node);
      return;
    case Kind.ForStmt:
      compileForStmt(c, node);
      return;
    case Kind.TryStmt:
      compileTryStmt(c, node);
      return;
    case Kind.WithStmt:
      compileWithStmt(c, node);
      return;
    case Kind.NamedexprTest:
      compileNamedExpr(c, node.children[0] ?? null, node.children[1] ?? null);
      return;
    case Kind.TestIfExpr:
      compileConditional(c, node);
      return;
    case Kind.Lambdef:
    case Kind.LambdefNocond:
      compileLambdef(c, node);
      return;
    case Kind.OrTest:
    case Kind.AndTest:
      compileLogical(c, node);
      return;
    case Kind.NotTest2:
      compileNot(c, node);
      return;
    case Kind.Comparison:
      compileComparison(c, node);
      return;
    case Kind.StarExpr:
      c.syntaxError(node, "*x must be assignment target");
      return;
    case Kind.Expr:
    case Kind.XorExpr:
    case Kind.AndExpr:
      compileBinaryOperators(c, node);
      return;
    case Kind.ShiftExpr:
    case Kind.ArithExpr:
    case Kind.Term:
      compileTermOperators(c, node);
      return;
    case Kind.Factor2:
      compileFactor(c, node);
      return;
    case Kind.Power:
      compilePower(c, node);
      return;
    case Kind.AtomExprAwait:
      compileAtomExprAwait(c, node);
      return;
    case Kind.AtomExprNormal:
      compileAtomExprNormal(c, node);
      return;
    case Kind.AtomParen:
      compileAtomParen(c, node);
      return;
    case Kind.AtomBracket:
      compileAtomBracket(c, node);
      return;
    case Kind.AtomBrace:
      compileAtomBrace(c, node, true);
      return;
    case Kind.TrailerParen:
      compileTrailerParen(c, node.children[0] ?? null, false, 0);
      return;
    case Kind.TrailerBracket:
      compileTrailerBracket(c, node);
      return;
    case Kind.TrailerPeriod:
      c.emit.loadAttr(nameOf(node.children[0]));
      return;
    case Kind.Subscript2:
    case Kind.Subscript3:
      compileSubscript(c, node);
      return;
    case Kind.DictorsetmakerItem:
      compileDictItem(c, node);
      return;
    case Kind.YieldExpr:
      compileYieldExpr(c, node);
      return;
    default:
    // PassStmt, and rules that only stand inside others.
  }
}
