import type { DocumentAnalysis } from "./document-analysis.js";
import { describeFrameSize, frameSizeOf } from "./frame-size.js";

/** A short text to show at a place of the source. */
export interface Hint {
  /** UTF-16 offset that it stands at, or in the line of. */
  readonly offset: number;
  readonly label: string;
}

/** The slot of each local name, behind the place where its function first meets it, of the names in a stretch of text. */
export function slotHints(analysis: DocumentAnalysis, start: number, end: number): Hint[] {
  const seen = new Set<string>();
  const hints: Hint[] = [];
  for (const use of analysis.names) {
    const key = `${use.scope} ${use.name}`;
    const id = analysis.idOf(use);
    if (id === undefined || id.slot === null || seen.has(key)) continue;
    seen.add(key);
    if (use.start < start || use.end > end) continue;
    const what = id.kind === "local" ? "slot" : id.kind;
    hints.push({ offset: use.end, label: `${what} ${id.slot}` });
  }
  return hints;
}

/** What a frame of each function takes, at the function's first line. */
export function frameHints(analysis: DocumentAnalysis): Hint[] {
  return analysis.scopes.flatMap((scope) => {
    if (scope.kind !== "function") return [];
    const size = frameSizeOf(scope, analysis.profile);
    const slots = `${scope.localCount} ${scope.localCount === 1 ? "slot" : "slots"}`;
    const label = size
      ? `${slots}, ${describeFrameSize(size)}`
      : `${scope.emit}: machine code without a frame`;
    return [{ offset: scope.start, label }];
  });
}
