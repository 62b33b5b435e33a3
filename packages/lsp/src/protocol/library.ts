import { createRequire } from "node:module";

/**
 * The values of the LSP library, which is CommonJS. Imported as a module of ECMAScript, it takes Node four times as long to
 * load, since all of it is searched for names first, and a user waits for that at each start.
 */
const library = createRequire(import.meta.url)(
  "vscode-languageserver/node",
) as typeof import("vscode-languageserver/node");

export const {
  CodeActionKind,
  createConnection,
  createMessageConnection,
  DiagnosticSeverity,
  DiagnosticTag,
  ErrorCodes,
  InlayHintKind,
  LSPErrorCodes,
  MarkupKind,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
  TextDocumentSyncKind,
} = library;
