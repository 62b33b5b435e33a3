import type { MappedSource } from "../../src/map-source.js";

/** All that a map says, as plain data: bytecode and what else is worked out when asked for included. */
export function showMapped({ debugMap, problems }: MappedSource): unknown {
  const scopes = debugMap.scopes.map((scope) => ({ ...scope, bytecode: scope.bytecode() }));
  return { ...debugMap, scopes, problems };
}
