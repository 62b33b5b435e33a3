import { moveLines } from "./code-buffer.js";
import { EmitOption, type Scope, ScopeKind } from "./scope.js";
import type { Node } from "./tree.js";

/** A compiled function that stands in no other function, and the line it stood on when it was compiled. */
interface SettledFunction {
  readonly scope: Scope;
  line: number;
}

/**
 * Functions as an earlier compile left them, by their trees. What becomes of a function and all scopes in it rests on
 * its tree alone if no function is around it, but for two things: whether it is a method, which may close over its class,
 * and its line, which moves the lines of its code.
 *
 * Native code is not kept: its emitters report errors that nothing in bytecode has.
 */
export class SettledFunctions {
  #byTree = new Map<Node, SettledFunction>();

  /**
   * The scope of a function that is made in `parent` from a tree seen before, moved there with its code; null if it must
   * be compiled.
   */
  find(tree: Node, emit: EmitOption, parent: Scope, index: number): Scope | null {
    const known = this.#byTree.get(tree);
    if (known === undefined) return null;
    const { scope } = known;
    const wasMethod = scope.parent?.kind === ScopeKind.Class;
    if (scope.emit !== emit || wasMethod !== (parent.kind === ScopeKind.Class)) return null;
    const lines = tree.line - known.line;
    if (lines !== 0) {
      // Code on line 1 looks like code without a line.
      if (tree.line < 2 || known.line < 2) return null;
      known.line = tree.line;
      moveFunction(scope, lines);
    }
    // Each tree stands in one place, so that its scope is not taken twice.
    this.#byTree.delete(tree);
    scope.moveInto(parent, index);
    return scope;
  }

  /** Keeps what can be used again of a compiled module, and nothing else. */
  take(scopes: readonly Scope[], withProblems: ReadonlySet<Scope>): void {
    const unfit = new Set<Scope>();
    for (const scope of scopes) {
      if (scope.emit !== EmitOption.Bytecode || withProblems.has(scope)) unfit.add(outermostFunction(scope));
    }
    this.#byTree = new Map();
    for (const scope of scopes) {
      const outermost = outermostFunction(scope);
      scope.settled = outermost.kind === ScopeKind.Function && !unfit.has(outermost);
      if (scope.settled && scope === outermost && scope.node !== null) {
        this.#byTree.set(scope.node, { scope, line: scope.node.line });
      }
    }
  }
}

/** The outermost scope around this one, or itself, that is no class and not the module; itself if there is none. */
function outermostFunction(scope: Scope): Scope {
  let outermost = scope;
  for (let around = scope.parent; around !== null; around = around.parent) {
    if (around.isFunctionLike) outermost = around;
  }
  return outermost;
}

function moveFunction(scope: Scope, lines: number): void {
  if (scope.code !== null) scope.code = moveLines(scope.code, lines);
  for (const child of scope.children) {
    // Line 1 is that of code before any mark.
    if (child.defLine > 1) child.defLine += lines;
    moveFunction(child, lines);
  }
}
