import type {
  CancellationToken,
  Connection,
  DidChangeConfigurationParams,
  DidChangeTextDocumentParams,
  DidChangeWatchedFilesParams,
  DidChangeWorkspaceFoldersParams,
  DidCloseTextDocumentParams,
  DidOpenTextDocumentParams,
  InitializeParams,
  InitializeResult,
} from "vscode-languageserver";
import { ErrorCodes, LSPErrorCodes, ResponseError } from "../protocol/library.js";
import { pullsDiagnostics, serverCapabilities } from "../protocol/capabilities.js";
import { choosePositionEncoding } from "../protocol/position-encoding.js";
import type { Handler } from "./handler.js";
import { routes } from "./routes.js";
import type { Services } from "./services.js";
import { Session } from "./session.js";

/** Files by whose change settings or a profile may change. */
const configurationFile = /\/(slotscope\.json|pyproject\.toml|\.?ruff\.toml|pyrightconfig\.json)$/;

/** Serves the client of a connection; the caller listens to it. */
export function serve(connection: Connection, services: Services, version: string): void {
  let session: Session | undefined;
  let isShutDown = false;

  connection.onInitialize((params: InitializeParams): InitializeResult => {
    const encoding = choosePositionEncoding(params);
    const pulls = pullsDiagnostics(params);
    session = new Session(connection, services, { params, encoding, pullsDiagnostics: pulls });
    return {
      capabilities: serverCapabilities(encoding, pulls),
      serverInfo: { name: "slotscope", version },
    };
  });
  connection.onInitialized(() => session?.start());
  connection.onShutdown(async () => {
    isShutDown = true;
    await session?.python?.close();
  });

  for (const [method, handler] of routes) {
    connection.onRequest(method, (params: unknown, token: CancellationToken) => {
      if (session === undefined)
        throw new ResponseError(ErrorCodes.ServerNotInitialized, "The server is not initialized.");
      if (isShutDown) throw new ResponseError(ErrorCodes.InvalidRequest, "The server is shut down.");
      return answer(session, handler, params, token);
    });
  }

  const notifications: Readonly<Record<string, (session: Session, params: never) => Promise<void> | void>> = {
    "textDocument/didOpen": (to, { textDocument }: DidOpenTextDocumentParams) => to.open(textDocument),
    "textDocument/didChange": (to, params: DidChangeTextDocumentParams) => to.change(params),
    "textDocument/didClose": (to, { textDocument }: DidCloseTextDocumentParams) => to.close(textDocument.uri),
    "workspace/didChangeConfiguration": (to, { settings }: DidChangeConfigurationParams) =>
      to.takeSettings(settings),
    "workspace/didChangeWorkspaceFolders": (to, params: DidChangeWorkspaceFoldersParams) => {
      to.python?.notify("workspace/didChangeWorkspaceFolders", params);
      return to.changeFolders(params.event.added, params.event.removed);
    },
    "workspace/didChangeWatchedFiles": (to, params: DidChangeWatchedFilesParams) => {
      to.python?.notify("workspace/didChangeWatchedFiles", params);
      return params.changes.some(({ uri }) => configurationFile.test(uri)) ? to.configure() : undefined;
    },
    "window/workDoneProgress/cancel": (to, params) =>
      to.python?.notify("window/workDoneProgress/cancel", params),
  };
  for (const [method, take] of Object.entries(notifications)) {
    connection.onNotification(method, (params: unknown) => {
      if (session !== undefined && !isShutDown) return take(session, params as never);
    });
  }
}

/** Has a request answered for the text as it was asked for: if that has changed meanwhile, there is no answer to it. */
async function answer(
  session: Session,
  handler: Handler<unknown>,
  sent: unknown,
  token: CancellationToken,
): Promise<unknown> {
  const params = withoutPartialResults(session.decode(sent));
  const uri = documentOf(params);
  const version = session.documents.get(uri)?.version;
  await session.configured;
  const result = await handler(params, session, token);
  if (session.documents.get(uri)?.version !== version)
    throw new ResponseError(LSPErrorCodes.ContentModified, "The text has changed since.");
  return session.encode(result, uri);
}

/** Answers are merged, so they come whole. */
function withoutPartialResults(params: unknown): unknown {
  if (typeof params !== "object" || params === null || !("partialResultToken" in params)) return params;
  const { partialResultToken: _, ...rest } = params;
  return rest;
}

/** The URI of the document that a request is about; empty if it is about none. */
function documentOf(params: unknown): string {
  if (typeof params !== "object" || params === null) return "";
  for (const key of ["textDocument", "item", "data"]) {
    const about = (params as Readonly<Record<string, unknown>>)[key];
    if (typeof about === "object" && about !== null && "uri" in about && typeof about.uri === "string")
      return about.uri;
  }
  return "";
}
