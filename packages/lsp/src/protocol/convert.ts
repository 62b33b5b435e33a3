import type { Diagnostic, Range } from "vscode-languageserver";
import { DiagnosticSeverity, DiagnosticTag } from "./library.js";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Finding } from "../analysis/finding.js";

/** A stretch of text in UTF-16 offsets. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

export function toRange(document: TextDocument, { start, end }: Extent): Range {
  return { start: document.positionAt(start), end: document.positionAt(end) };
}

export function toExtent(document: TextDocument, { start, end }: Range): Extent {
  return { start: document.offsetAt(start), end: document.offsetAt(end) };
}

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
} as const satisfies Record<Finding["severity"], Diagnostic["severity"]>;

export function toDiagnostic(document: TextDocument, finding: Finding): Diagnostic {
  return {
    range: toRange(document, finding),
    severity: severities[finding.severity],
    code: finding.code,
    source: finding.source,
    message: finding.message,
    ...(finding.isUnnecessary ? { tags: [DiagnosticTag.Unnecessary] } : {}),
  };
}

/** What else stands in a document's range, moved by an edit; undefined if the edit touched it. */
export function moveExtent(
  { start, end }: Extent,
  edit: Extent & { readonly text: string },
): Extent | undefined {
  if (edit.start >= end) return { start, end };
  if (edit.end > start) return undefined;
  const moved = edit.text.length - (edit.end - edit.start);
  return { start: start + moved, end: end + moved };
}
