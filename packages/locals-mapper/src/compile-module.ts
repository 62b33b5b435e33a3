import { BytecodeEmitter } from "./bytecode-emitter.js";
import { largestSize, settleCode } from "./code-buffer.js";
import { assembleInlineAsm, compileInlineAsm } from "./compile-asm.js";
import { compileNode } from "./compile-node.js";
import { closeOverScope, compileScope } from "./compile-scope.js";
import { Compiler } from "./compiler.js";
import { ModuleLinker } from "./module-linker.js";
import { NativeEmitter } from "./native-emitter.js";
import { numberScope } from "./numbering.js";
import type { ResolvedOptions } from "./options.js";
import type { Problem } from "./problems.js";
import { EmitOption, IdKind, type Scope, ScopeKind } from "./scope.js";
import { ScopeEmitter } from "./scope-emitter.js";
import type { SettledFunctions } from "./settled-functions.js";
import type { Node } from "./tree.js";

/** A module as the compiler leaves it. */
export interface CompiledModule {
  /** All scopes in creation order, the module first. */
  readonly scopes: readonly Scope[];
  readonly linker: ModuleLinker;
  readonly problems: readonly Problem[];
}

/**
 * Compiles a parse tree (mp_compile_to_raw_code, py/compile.c 1.26.1): names first, for all scopes in creation order,
 * then slots, then code. Never throws; what can't be compiled is in `problems`, and the rest is compiled all the same.
 *
 * @param root the tree, or null if there is none
 * @param file the name the module is compiled under, which takes part in the module's table of names
 * @param settled functions that were compiled before, with the same options, and are taken as they are where the tree
 * has them again; null to compile everything
 */
export function compileModule(
  root: Node | null,
  file: string,
  options: ResolvedOptions,
  settled: SettledFunctions | null = null,
): CompiledModule {
  const marksLines = options.features.sourceLine && options.optimisation < 3;
  const scopeEmitter = new ScopeEmitter(marksLines);
  const c = new Compiler(options, root, scopeEmitter, compileNode, settled);

  // The list grows while it is walked.
  for (let i = 0; i < c.scopes.length; i++) {
    const scope = c.scopes[i];
    if (scope === undefined) continue;
    if (scope.settled) {
      bringBack(c, scope);
      continue;
    }
    c.enter(scope, scopeEmitter);
    if (scope.emit === EmitOption.Asm) {
      compileInlineAsm(c);
    } else {
      compileGuarded(c);
      closeOverScope(scope);
    }
    c.placeProblems(scope.node);
  }
  for (const scope of c.scopes) if (!scope.settled) numberScope(scope);

  c.meetsNames = false;
  const linker = new ModuleLinker(file, c.scopes, options);
  const bytecode = new BytecodeEmitter(marksLines);
  const native = new NativeEmitter(c);
  for (let i = 0; i < c.scopes.length; i++) {
    const scope = c.scopes[i];
    if (scope === undefined || scope.settled) continue;
    if (scope.emit === EmitOption.Asm) {
      c.enter(scope, bytecode);
      assembleInlineAsm(c);
      continue;
    }
    const isNative = scope.emit === EmitOption.Native || scope.emit === EmitOption.Viper;
    c.enter(scope, isNative ? native : bytecode);
    compileGuarded(c);
    checkJumps(c, linker);
    c.placeProblems(scope.node);
  }
  settled?.take(c.scopes, c.scopesWithProblems);
  return { scopes: c.scopes, linker, problems: c.problems };
}

/** Adds the scopes in a settled one to the list, and does to the scopes around it what compiling it would. */
function bringBack(c: Compiler, scope: Scope): void {
  scope.children.forEach((child, i) => {
    child.renumber(c.scopes.length, i);
    c.scopes.push(child);
  });
  for (const name of scope.declaredGlobals) {
    const inModule = scope.findGlobal(name);
    if (inModule !== undefined) inModule.kind = IdKind.GlobalExplicit;
  }
  // The one variable that a function outside any function can close over: the class it is a method of.
  const owner = scope.parent?.kind === ScopeKind.Class ? scope.parent.find("__class__") : undefined;
  if (owner?.kind === IdKind.Local && scope.find("__class__")?.kind === IdKind.Free) owner.kind = IdKind.Cell;
}

/** Code above this size, in bytes, may hold a jump that is too far. */
const safeLength = 0x3f00;

/** Notes a jump that is too far in the entered scope, as in functions of more than some 16 000 bytes. */
function checkJumps(c: Compiler, linker: ModuleLinker): void {
  const { code, index } = c.scope;
  if (code === null || largestSize(code, 0) < safeLength / 4) return;
  if (largestSize(code, linker.mostEntries) < safeLength) return;
  const { overflows } = settleCode(code, linker.indicesOf(index));
  if (overflows) c.emitterError("bytecode overflow", "RuntimeError");
}

/** Compiles the entered scope; expressions nested too deeply for the stack end it early. */
function compileGuarded(c: Compiler): void {
  try {
    compileScope(c);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    if (c.meetsNames) c.addProblem(null, "maximum recursion depth exceeded", "RuntimeError");
    else c.emit.endScope();
  }
}
