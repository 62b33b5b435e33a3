import type { DocumentDiagnosticParams, FullDocumentDiagnosticReport } from "vscode-languageserver";
import { mergeDiagnostics } from "../protocol/merge-diagnostics.js";
import type { Handler } from "./handler.js";

/** All that is known now, at once. What basedpyright finds later has the client ask again. */
export const documentDiagnostic: Handler<DocumentDiagnosticParams, FullDocumentDiagnosticReport> = (
  { textDocument: { uri } },
  session,
) => {
  const document = session.documents.get(uri);
  return { kind: "full", items: document === undefined ? [] : mergeDiagnostics(document) };
};
