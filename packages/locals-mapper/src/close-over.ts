import type { Compiler } from "./compiler.js";
import { type Scope, ScopeFlag, ScopeKind } from "./scope.js";

/** Leaves a function of a scope on the stack, with what it closes over (close_over_variables_etc). */
export function closeOverAndMake(
  c: Compiler,
  scope: Scope,
  positionalDefaults: number,
  keywordDefaults: number,
): void {
  if (keywordDefaults > 0) scope.flags |= ScopeFlag.DefaultKwargs;
  scope.defaultCount = positionalDefaults;
  c.scope.flags |= ScopeFlag.RefGlobals | ScopeFlag.HasConsts;
  const hasDefaults = positionalDefaults > 0 || keywordDefaults > 0;

  // While names are being met, which of them are free is not known yet, and nothing is emitted.
  let closedOver = 0;
  if (!c.meetsNames && c.scope.kind !== ScopeKind.Module) {
    for (const id of c.scope.closedOverBy(scope)) {
      // The cell itself, not what is in it.
      c.emit.loadLocal(id.name, id.slot, false);
      closedOver++;
    }
  }
  if (closedOver === 0) c.emit.makeFunction(scope, hasDefaults);
  else c.emit.makeClosure(scope, closedOver, hasDefaults);
}
