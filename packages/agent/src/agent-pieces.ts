/** Statements, in the order in which a target runs them, that make an agent: what lasts, and what is loaded when it is needed. */
export interface AgentPieces {
  readonly core: readonly string[];
  readonly parts: Readonly<Record<string, readonly string[]>>;
}
