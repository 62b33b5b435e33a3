import type { CancellationToken, PublishDiagnosticsParams } from "vscode-languageserver";
import type { Session } from "./session.js";

interface ConfigurationParams {
  readonly items: readonly { readonly scopeUri?: string; readonly section?: string }[];
}

/** Requests of basedpyright's that the client answers, and whether it can; the answer of one that can't is null. */
const passedRequests: Readonly<Record<string, (session: Session) => boolean>> = {
  "client/registerCapability": () => true,
  "client/unregisterCapability": () => true,
  "window/showMessageRequest": () => true,
  "workspace/applyEdit": ({ capabilities }) => capabilities.workspace?.applyEdit === true,
  "window/workDoneProgress/create": ({ capabilities }) => capabilities.window?.workDoneProgress === true,
  "workspace/semanticTokens/refresh": ({ capabilities }) =>
    capabilities.workspace?.semanticTokens?.refreshSupport === true,
  "workspace/inlayHint/refresh": ({ capabilities }) =>
    capabilities.workspace?.inlayHint?.refreshSupport === true,
  "workspace/codeLens/refresh": ({ capabilities }) =>
    capabilities.workspace?.codeLens?.refreshSupport === true,
};

/** Answers a request of basedpyright's: its settings are ours to give, the rest is the client's. */
export async function answerPython(
  session: Session,
  method: string,
  params: unknown,
  token: CancellationToken,
): Promise<unknown> {
  if (method === "workspace/configuration") {
    const { items } = params as ConfigurationParams;
    return await Promise.all(
      items.map(({ scopeUri, section }) => session.pythonSettings(scopeUri, section ?? "")),
    );
  }
  if (!passedRequests[method]?.(session)) return null;
  return await session.requestClient(method, params, token);
}

/** Takes a notification of basedpyright's. */
export function passToClient(session: Session, method: string, params: unknown): void {
  if (method === "textDocument/publishDiagnostics") {
    const { uri, version, diagnostics } = params as PublishDiagnosticsParams;
    session.takePythonDiagnostics(uri, version, diagnostics);
    return;
  }
  session.send(method, params);
}
