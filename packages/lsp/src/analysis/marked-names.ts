import { kindOf } from "./describe-name.js";
import type { DocumentAnalysis } from "./document-analysis.js";

/** How semantic tokens tell names apart: where a name's value is found. */
export const nameMarks = ["local", "cell", "free", "global"] as const;
type NameMark = (typeof nameMarks)[number];

/** A name with its mark. */
export interface MarkedName {
  readonly start: number;
  readonly end: number;
  readonly mark: NameMark;
  readonly isParameter: boolean;
}

/** All names of a text that have a mark, rising. */
export function markedNames(analysis: DocumentAnalysis): MarkedName[] {
  return analysis.names.flatMap((use) => {
    const kind = kindOf(analysis, use);
    if (kind === undefined || kind === "constant" || kind === "attribute") return [];
    const isParameter = (analysis.idOf(use)?.flag ?? "") !== "";
    const mark = kind === "parameter" ? "local" : kind;
    return [{ start: use.start, end: use.end, mark, isParameter }];
  });
}
