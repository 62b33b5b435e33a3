import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type ClientCapabilities,
  createMessageConnection,
  type Diagnostic,
  type InitializeResult,
  type MessageConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { onTestFinished } from "vitest";

const index = new URL("../../dist/index.js", import.meta.url).href;

/** What an editor with all of LSP 3.18 tells of itself. */
const fullCapabilities: ClientCapabilities = {
  general: { positionEncodings: ["utf-16"] },
  workspace: {
    applyEdit: true,
    configuration: true,
    workspaceFolders: true,
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    diagnostics: { refreshSupport: true },
    inlayHint: { refreshSupport: true },
    codeLens: { refreshSupport: true },
    semanticTokens: { refreshSupport: true },
  },
  window: { workDoneProgress: true },
  textDocument: {
    diagnostic: {},
    hover: { contentFormat: ["markdown", "plaintext"] },
    publishDiagnostics: { versionSupport: true, relatedInformation: true, tagSupport: { valueSet: [1, 2] } },
    completion: {
      completionItem: {
        snippetSupport: true,
        resolveSupport: { properties: ["documentation", "additionalTextEdits"] },
      },
    },
    definition: { linkSupport: false },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix"] } } },
    rename: { prepareSupport: true },
    semanticTokens: {
      requests: { full: true },
      tokenTypes: [],
      tokenModifiers: [],
      formats: ["relative"],
    },
  },
};

export interface StartOptions {
  /** Files of the workspace, by their paths in it. */
  readonly files?: Readonly<Record<string, string>>;
  readonly capabilities?: ClientCapabilities;
  /** What the user has set, for both sections. */
  readonly settings?: { slotscope?: unknown; basedpyright?: unknown };
  /** Whether the server serves more than one test: whoever starts it kills it. Otherwise it ends with its test. */
  readonly isShared?: boolean;
}

/** A client of a language server in a child process, with a workspace of its own. */
export interface Client {
  readonly child: ChildProcessWithoutNullStreams;
  readonly connection: MessageConnection;
  readonly folder: string;
  readonly initialized: InitializeResult;
  /** All that the server has sent of its own accord: notifications, and requests which are answered with null. */
  readonly received: { method: string; params: unknown }[];
  settings: { slotscope?: unknown; basedpyright?: unknown };
  uriOf(path: string): string;
  open(path: string, text: string): string;
  /** Replaces a stretch of an open document, or all of it. */
  change(uri: string, version: number, changes: readonly object[]): void;
  /** The first message, also of those before, that fits. */
  next<Params>(method: string, fits?: (params: Params) => boolean): Promise<Params>;
  /** Diagnostics of a document, the first that fit, as pushed. */
  diagnostics(uri: string, fits: (list: readonly Diagnostic[]) => boolean): Promise<Diagnostic[]>;
  request<Result>(method: string, params: object): Promise<Result>;
  kill(): Promise<void>;
  /** Asks for an orderly end; resolves to the exit status. */
  end(): Promise<number | null>;
}

/** Starts `slotscope lsp --stdio`'s server and initializes it. */
export async function startServer({
  files = {},
  capabilities = fullCapabilities,
  settings = {},
  isShared = false,
}: StartOptions = {}): Promise<Client> {
  const folder = mkdtempSync(join(tmpdir(), "slotscope-lsp-"));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  const program = `import { serveStdio } from ${JSON.stringify(index)}; await serveStdio();`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program]);
  const exited = new Promise<number | null>((resolve) => child.once("exit", (status) => resolve(status)));
  child.stderr.pipe(process.stderr);
  child.stdin.on("error", () => undefined);
  const kill = async () => {
    child.kill("SIGKILL");
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  if (!isShared) onTestFinished(kill);
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.onError(() => undefined);
  const received: Client["received"] = [];
  let waiting: (() => void)[] = [];
  const take = (method: string, params: unknown) => {
    received.push({ method, params });
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  };
  connection.onNotification(take);
  connection.onRequest((method: string, params: unknown) => {
    take(method, params);
    if (method !== "workspace/configuration") return null;
    const { items } = params as { items: { section: "slotscope" | "basedpyright" }[] };
    return items.map(({ section }) => client.settings[section] ?? null);
  });
  connection.listen();
  const uriOf = (path: string) => pathToFileURL(join(folder, path)).href;
  const root = pathToFileURL(folder).href;
  const initialized = await connection.sendRequest<InitializeResult>("initialize", {
    processId: process.pid,
    rootUri: root,
    workspaceFolders: [{ uri: root, name: "workspace" }],
    capabilities,
    initializationOptions: settings,
  });
  const client: Client = {
    child,
    connection,
    folder,
    initialized,
    received,
    settings,
    uriOf,
    open(path, text) {
      const uri = uriOf(path);
      const textDocument = { uri, languageId: "python", version: 1, text };
      void connection.sendNotification("textDocument/didOpen", { textDocument });
      return uri;
    },
    change(uri, version, contentChanges) {
      void connection.sendNotification("textDocument/didChange", {
        textDocument: { uri, version },
        contentChanges,
      });
    },
    async next<Params>(method: string, fits: (params: Params) => boolean = () => true) {
      for (let seen = 0; ; ) {
        for (; seen < received.length; seen++) {
          const message = received[seen];
          if (message?.method === method && fits(message.params as Params)) {
            received.splice(seen, 1);
            return message.params as Params;
          }
        }
        // Messages before may be taken out meanwhile; those taken out are no match for this.
        seen = 0;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    async diagnostics(uri, fits) {
      const params = await client.next<PublishDiagnosticsParams>(
        "textDocument/publishDiagnostics",
        (each) => each.uri === uri && fits(each.diagnostics),
      );
      return params.diagnostics;
    },
    request: (method, params) => connection.sendRequest(method, params),
    kill,
    async end() {
      await connection.sendRequest("shutdown");
      await connection.sendNotification("exit");
      return await exited;
    },
  };
  await connection.sendNotification("initialized", {});
  return client;
}

/** An editor that is sent diagnostics rather than asking for them. */
export const pushCapabilities: ClientCapabilities = {
  ...fullCapabilities,
  workspace: { ...fullCapabilities.workspace, diagnostics: { refreshSupport: false } },
};
