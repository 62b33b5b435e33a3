import type { InitializeParams, ServerCapabilities } from "vscode-languageserver";
import { CodeActionKind, TextDocumentSyncKind } from "./library.js";
import type { PositionEncoding } from "./position-encoding.js";
import { legend } from "./semantic-tokens.js";

/** Turns the hints of slots and frames on, or off if any is on. */
export const toggleSlotHints = "slotscope.toggleSlotHints";

/** Commands of basedpyright 1.40.1. */
export const pythonCommands = [
  "basedpyright.createtypestub",
  "basedpyright.restartserver",
  "basedpyright.writeBaseline",
] as const;

/**
 * All we can do, ours and basedpyright's. It is told before basedpyright has started, and stays so if it ends: what it would
 * answer is empty then.
 */
export function serverCapabilities(
  positionEncoding: PositionEncoding,
  pullsDiagnostics: boolean,
): ServerCapabilities {
  return {
    positionEncoding,
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    completionProvider: {
      triggerCharacters: [".", "[", '"', "'"],
      resolveProvider: true,
      completionItem: { labelDetailsSupport: true },
    },
    hoverProvider: true,
    signatureHelpProvider: { triggerCharacters: ["(", ",", ")"] },
    definitionProvider: true,
    declarationProvider: true,
    typeDefinitionProvider: true,
    implementationProvider: true,
    referencesProvider: true,
    documentHighlightProvider: true,
    documentSymbolProvider: true,
    workspaceSymbolProvider: true,
    renameProvider: { prepareProvider: true },
    callHierarchyProvider: true,
    selectionRangeProvider: true,
    foldingRangeProvider: true,
    documentFormattingProvider: true,
    inlayHintProvider: true,
    codeLensProvider: {},
    semanticTokensProvider: { legend, full: true },
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.SourceOrganizeImports] },
    executeCommandProvider: { commands: [toggleSlotHints, ...pythonCommands] },
    ...(pullsDiagnostics
      ? {
          diagnosticProvider: {
            identifier: "slotscope",
            interFileDependencies: true,
            workspaceDiagnostics: false,
          },
        }
      : {}),
    workspace: {
      workspaceFolders: { supported: true, changeNotifications: true },
      fileOperations: { willRename: { filters: [{ pattern: { glob: "**/*" } }] } },
    },
  };
}

/**
 * Whether diagnostics wait to be asked for. Ours are there at once and basedpyright's come later, so that takes a client
 * which can be told to ask again; to others all are sent.
 */
export function pullsDiagnostics({ capabilities }: InitializeParams): boolean {
  return (
    capabilities.textDocument?.diagnostic !== undefined &&
    capabilities.workspace?.diagnostics?.refreshSupport === true
  );
}
