import { BytecodeEmitter, type EmittedScope } from "./bytecode-emitter.js";
import { settleCode } from "./code-buffer.js";
import { compileInlineAsm } from "./compile-asm.js";
import { compileNode } from "./compile-node.js";
import { closeOverScope, compileScope } from "./compile-scope.js";
import { Compiler } from "./compiler.js";
import { ModuleTables } from "./module-tables.js";
import { NativeEmitter } from "./native-emitter.js";
import { numberScope } from "./numbering.js";
import type { ResolvedOptions } from "./options.js";
import type { Problem } from "./problems.js";
import { EmitOption, type Scope } from "./scope.js";
import { ScopeEmitter } from "./scope-emitter.js";
import type { Node } from "./tree.js";

/** A module as the compiler leaves it. */
export interface CompiledModule {
  /** All scopes in creation order, the module first. */
  readonly scopes: readonly Scope[];
  /** Code of the bytecode scopes, by index of the scope. */
  readonly emitted: readonly (EmittedScope | undefined)[];
  readonly tables: ModuleTables;
  readonly problems: readonly Problem[];
}

/**
 * Compiles a parse tree (mp_compile_to_raw_code, py/compile.c 1.26.1): names first, for all scopes in creation order,
 * then slots, then code. Never throws; what can't be compiled is in `problems`, and the rest is compiled all the same.
 *
 * @param root the tree, or null if there is none
 * @param file the name the module is compiled under, which takes part in the module's table of names
 */
export function compileModule(root: Node | null, file: string, options: ResolvedOptions): CompiledModule {
  const tables = new ModuleTables(file, options.floatBits);
  const marksLines = options.features.sourceLine && options.optimisation < 3;
  const scopeEmitter = new ScopeEmitter(tables, marksLines);
  const c = new Compiler(options, root, scopeEmitter, compileNode);

  // The list grows while it is walked.
  for (let i = 0; i < c.scopes.length; i++) {
    const scope = c.scopes[i];
    if (scope === undefined) continue;
    c.enter(scope, scopeEmitter);
    if (scope.emit === EmitOption.Asm) {
      compileInlineAsm(c);
    } else {
      compileGuarded(c);
      closeOverScope(scope);
    }
    c.placeProblems(scope.node);
  }
  for (const scope of c.scopes) numberScope(scope);

  c.meetsNames = false;
  const bytecode = new BytecodeEmitter(tables, marksLines);
  const native = new NativeEmitter(tables, c);
  for (let i = 0; i < c.scopes.length; i++) {
    const scope = c.scopes[i];
    if (scope === undefined || scope.emit === EmitOption.Asm) continue;
    const isNative = scope.emit === EmitOption.Native || scope.emit === EmitOption.Viper;
    c.enter(scope, isNative ? native : bytecode);
    compileGuarded(c);
    checkJumps(c, bytecode.emitted[scope.index]);
    c.placeProblems(scope.node);
  }
  for (const scope of c.scopes) {
    if (scope.parent?.unreachable) scope.unreachable = true;
  }
  return { scopes: c.scopes, emitted: bytecode.emitted, tables, problems: c.problems };
}

/** Code above this size, in bytes, may hold a jump that is too far. */
const safeLength = 0x3f00;

/** Notes a jump that is too far, as in functions of more than some 16 000 bytes. */
function checkJumps(c: Compiler, emitted: EmittedScope | undefined): void {
  if (emitted === undefined || emitted.code.bytes.length < safeLength) return;
  if (settleCode(emitted.code).overflows) c.emitterError("bytecode overflow", "RuntimeError");
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
