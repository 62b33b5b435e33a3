import { askPython } from "./ask-python.js";
import { codeAction } from "./code-action.js";
import { codeLens } from "./code-lens.js";
import { documentDiagnostic } from "./document-diagnostic.js";
import { executeCommand } from "./execute-command.js";
import { foldingRange } from "./folding-range.js";
import { formatting } from "./formatting.js";
import type { Handler } from "./handler.js";
import { hover } from "./hover.js";
import { inlayHint } from "./inlay-hint.js";
import { selectionRange } from "./selection-range.js";
import { semanticTokens } from "./semantic-tokens.js";

/** Requests of which all or a part is ours. */
const ownRequests = {
  "textDocument/codeAction": codeAction,
  "textDocument/codeLens": codeLens,
  "textDocument/diagnostic": documentDiagnostic,
  "textDocument/foldingRange": foldingRange,
  "textDocument/formatting": formatting,
  "textDocument/hover": hover,
  "textDocument/inlayHint": inlayHint,
  "textDocument/selectionRange": selectionRange,
  "textDocument/semanticTokens/full": semanticTokens,
  "workspace/executeCommand": executeCommand,
} satisfies Readonly<Record<string, Handler>>;

/** Requests that are basedpyright's alone. */
const pythonRequests = [
  "callHierarchy/incomingCalls",
  "callHierarchy/outgoingCalls",
  "completionItem/resolve",
  "textDocument/completion",
  "textDocument/declaration",
  "textDocument/definition",
  "textDocument/documentHighlight",
  "textDocument/documentSymbol",
  "textDocument/implementation",
  "textDocument/prepareCallHierarchy",
  "textDocument/prepareRename",
  "textDocument/references",
  "textDocument/rename",
  "textDocument/signatureHelp",
  "textDocument/typeDefinition",
  "workspace/symbol",
  "workspace/willRenameFiles",
] as const;

/** All requests that are answered while a session lasts, by method. */
export const routes: ReadonlyMap<string, Handler<unknown>> = new Map<string, Handler<unknown>>([
  ...Object.entries(ownRequests as Readonly<Record<string, Handler<unknown>>>),
  ...pythonRequests.map((method): [string, Handler<unknown>] => [
    method,
    (params, session, token) => askPython(session, method, params, token),
  ]),
]);
