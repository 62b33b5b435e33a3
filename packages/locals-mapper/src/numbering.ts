import {
  EmitOption,
  type Id,
  IdFlag,
  IdKind,
  NativeType,
  nativeTypeOf,
  type Scope,
  ScopeFlag,
  ScopeKind,
} from "./scope.js";

/**
 * Gives every local name of a scope its slot (scope_compute_things, py/compile.c 1.26.1). Scopes must be numbered in
 * creation order, after all of them were read.
 *
 * The order of slots: free variables in the parent's id order, positional parameters, keyword-only parameters,
 * `*args`, `**kw`, other locals, and last the cells that are no parameters.
 */
export function numberScope(scope: Scope): void {
  if (scope.flags & ScopeFlag.VarArgs) moveStarParameterLast(scope.ids);

  scope.localCount = 0;
  for (const id of scope.ids) {
    // An unused `__class__` takes no slot; a used one is a cell.
    if (scope.kind === ScopeKind.Class && id.name === "__class__") continue;
    if (id.kind === IdKind.GlobalImplicit && scope.isFunctionLike) id.kind = IdKind.GlobalExplicit;
    if (id.kind === IdKind.GlobalExplicit) {
      const isCast = scope.emit === EmitOption.Viper && nativeTypeOf(id.name) >= NativeType.Int;
      if (!isCast) scope.flags |= ScopeFlag.RefGlobals;
    }
    if (id.kind === IdKind.Local || id.flags & IdFlag.Param) id.slot = scope.localCount++;
  }

  for (const id of scope.ids) {
    if (id.kind === IdKind.Cell && !(id.flags & IdFlag.Param)) id.slot = scope.localCount++;
  }

  if (scope.parent === null) return;
  let freeCount = 0;
  for (const outer of scope.parent.closedOverBy(scope)) {
    const inner = scope.find(outer.name);
    if (inner !== undefined) inner.slot = freeCount++;
  }
  if (freeCount === 0) return;
  for (const id of scope.ids) {
    if (id.kind !== IdKind.Free || id.flags & IdFlag.Param) id.slot += freeCount;
  }
  scope.positionalCount += freeCount;
  scope.localCount += freeCount;
}

/** Swaps `*args` with the last plain parameter after it. Only those two move, so keyword-only parameters change order. */
function moveStarParameterLast(ids: Id[]): void {
  let last = -1;
  for (let i = ids.length - 1; i >= 0; i--) {
    const id = ids[i];
    if (id === undefined) continue;
    if (id.flags & IdFlag.StarParam) {
      const other = ids[last];
      if (other !== undefined) {
        ids[i] = other;
        ids[last] = id;
      }
      return;
    }
    if (last < 0 && id.flags === IdFlag.Param) last = i;
  }
}
