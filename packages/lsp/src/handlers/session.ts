import type {
  CancellationToken,
  ClientCapabilities,
  Connection,
  Diagnostic,
  DidChangeTextDocumentParams,
  InitializeParams,
  TextDocumentItem,
  WorkspaceFolder,
} from "vscode-languageserver";
import { missingModules } from "../analysis/missing-modules.js";
import { readSettings } from "../analysis/settings.js";
import { mergeDiagnostics } from "../protocol/merge-diagnostics.js";
import { DocumentTable } from "../protocol/document-table.js";
import { OpenDocument } from "../protocol/open-document.js";
import { fromUtf8, type PositionEncoding, toUtf8 } from "../protocol/position-encoding.js";
import { answerPython, passToClient } from "./python-messages.js";
import type { PythonService, PythonState, Services } from "./services.js";
import { type ClientSettings, WorkspaceFolders } from "./workspace-folders.js";

/** How long after it is opened or last edited a text is linted, in milliseconds. */
const lintDelay = 150;

/** How long we wait at the start for basedpyright to ask for its settings, in milliseconds. */
const headStart = 150;

/** What a client was told to be able to do, and the way it counts. */
export interface Negotiated {
  readonly params: InitializeParams;
  readonly encoding: PositionEncoding;
  readonly pullsDiagnostics: boolean;
}

/** One client's session: what is open, how it is set, and the ways to basedpyright and back to the client. */
export class Session {
  readonly services: Services;
  readonly folders: WorkspaceFolders;
  readonly documents = new DocumentTable();
  readonly negotiated: Negotiated;
  /** Settled once the settings are known, without which nothing can be said of a text. */
  readonly configured: Promise<void>;
  /** basedpyright; undefined if it isn't wanted. */
  python: PythonService | undefined;
  /** Hints turned on or off by command, over the settings. */
  hintsToggled: boolean | undefined;
  readonly #client: Connection;
  #folderUris: readonly string[];
  /** What a client without `workspace/configuration` has pushed. */
  #pushedSettings: unknown;
  #told: readonly string[] = [];
  /** What calls off the linting that is to come, by document. */
  readonly #lintsToCome = new Map<OpenDocument, () => void>();
  #configuring = Promise.resolve();
  #isConfigured = false;
  #setConfigured!: () => void;
  readonly #pythonSettingsGiven: Promise<void>;
  #setPythonSettingsGiven!: () => void;
  #refreshing = false;

  constructor(client: Connection, services: Services, negotiated: Negotiated) {
    this.#client = client;
    this.services = services;
    this.negotiated = negotiated;
    this.folders = new WorkspaceFolders(services);
    this.configured = new Promise((resolve) => {
      this.#setConfigured = resolve;
    });
    this.#pythonSettingsGiven = new Promise((resolve) => {
      this.#setPythonSettingsGiven = resolve;
    });
    const { workspaceFolders, rootUri, initializationOptions } = negotiated.params;
    this.#folderUris = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []);
    this.#pushedSettings = initializationOptions;
    // It starts while the settings are asked for, unless it is known already that they don't want it.
    const { slotscope } = (initializationOptions ?? {}) as Partial<ClientSettings>;
    if (readSettings(slotscope).settings["python.enabled"]) this.python = this.#startPython();
  }

  get capabilities(): ClientCapabilities {
    return this.negotiated.params.capabilities;
  }

  /** Starts all that may talk to the client: after its `initialized`. */
  async start(): Promise<void> {
    const { workspace } = this.capabilities;
    if (workspace?.didChangeConfiguration?.dynamicRegistration) {
      this.register("slotscope-settings", "workspace/didChangeConfiguration", {
        section: ["slotscope", "basedpyright"],
      });
    }
    if (workspace?.didChangeWatchedFiles?.dynamicRegistration) {
      this.register("slotscope-files", "workspace/didChangeWatchedFiles", {
        watchers: ["slotscope.json", "pyproject.toml", "ruff.toml", ".ruff.toml"].map((name) => ({
          globPattern: `**/${name}`,
        })),
      });
    }
    await this.configure();
    if (this.folders.main.settings["python.enabled"]) {
      this.python ??= this.#startPython();
    } else {
      const unwanted = this.python;
      this.python = undefined;
      await unwanted?.close();
      this.services.discardPython();
    }
    this.sendStatus();
  }

  /** Reads the settings anew and has all that depends on them done again, one time after the other. */
  configure(): Promise<void> {
    this.#configuring = this.#configuring.then(() => this.#configureOnce());
    return this.#configuring;
  }

  async #configureOnce(): Promise<void> {
    const problems = this.folders.configure(this.#folderUris, await this.#readClientSettings());
    for (const problem of problems) if (!this.#told.includes(problem)) this.tell("warning", problem);
    this.#told = problems;
    this.services.ruff.reload();
    const isFirst = !this.#isConfigured;
    this.#isConfigured = true;
    this.#setConfigured();
    if (this.python?.state === "starting") await this.#letPythonGoFirst();
    for (const document of this.documents.values()) {
      document.useProfile(this.folders.of(document.uri).profile.profile);
      this.publish(document);
      this.#lintLater(document);
    }
    // At first it asks by itself, and nothing is shown that could be out of date.
    if (isFirst) return;
    this.python?.notify("workspace/didChangeConfiguration", { settings: null });
    this.sendStatus();
    this.refreshHints();
    if (this.negotiated.pullsDiagnostics) this.#refreshDiagnostics();
  }

  /** The client has set something: with the settings, if it is one that pushes them. */
  takeSettings(settings: unknown): Promise<void> {
    if (settings !== undefined && settings !== null) this.#pushedSettings = settings;
    return this.configure();
  }

  changeFolders(added: readonly WorkspaceFolder[], removed: readonly WorkspaceFolder[]): Promise<void> {
    const gone = new Set(removed.map(({ uri }) => uri));
    const kept = this.#folderUris.filter((uri) => !gone.has(uri));
    this.#folderUris = [...kept, ...added.map(({ uri }) => uri)];
    return this.configure();
  }

  open({ uri, languageId, version, text }: TextDocumentItem): void {
    const { profile } = this.folders.of(uri).profile;
    const document = new OpenDocument(uri, languageId, version, text, profile);
    this.documents.add(document);
    this.python?.notify("textDocument/didOpen", { textDocument: itemOf(document) });
    this.publish(document);
    if (this.#isConfigured) this.#lintLater(document);
  }

  change({ textDocument: { uri, version }, contentChanges }: DidChangeTextDocumentParams): void {
    const document = this.documents.get(uri);
    if (document === undefined) return;
    const hadFindings = this.#isConfigured && document.analysis.findings.length > 0;
    const changes = document.update(contentChanges, version, this.negotiated.encoding);
    this.python?.notify("textDocument/didChange", {
      textDocument: { uri, version },
      contentChanges: changes,
    });
    if (!this.#isConfigured) return;
    // Otherwise the client moves what it shows, until basedpyright tells more.
    if (hadFindings || document.analysis.findings.length > 0) this.publish(document);
    this.#lintLater(document);
  }

  close(uri: string): void {
    const document = this.documents.get(uri);
    if (document === undefined) return;
    this.documents.remove(document);
    this.#lintsToCome.get(document)?.();
    this.#lintsToCome.delete(document);
    this.python?.notify("textDocument/didClose", { textDocument: { uri } });
    if (!this.negotiated.pullsDiagnostics) this.#sendDiagnostics(uri, undefined, []);
  }

  /** The open document of a URI; throws if there is none, which is the client's mistake. */
  document(uri: string): OpenDocument {
    const document = this.documents.get(uri);
    if (document === undefined) throw new Error(`${uri} is not open.`);
    return document;
  }

  /** Sends all diagnostics of a document, unless the client asks for them itself. */
  publish(document: OpenDocument): void {
    if (this.negotiated.pullsDiagnostics || !this.#isConfigured) return;
    this.#sendDiagnostics(document.uri, document.version, mergeDiagnostics(document));
  }

  /** Takes what basedpyright says of a document: passed on if it isn't open, dropped if it is about another version. */
  takePythonDiagnostics(uri: string, version: number | undefined, diagnostics: readonly Diagnostic[]): void {
    const document = this.documents.get(uri);
    if (document === undefined) {
      if (!this.negotiated.pullsDiagnostics) this.#sendDiagnostics(uri, version, diagnostics);
      return;
    }
    if (version !== undefined && version !== document.version) return;
    document.takePythonDiagnostics(diagnostics);
    if (this.negotiated.pullsDiagnostics) this.#refreshDiagnostics();
    else this.publish(document);
  }

  /** The settings of basedpyright, as it asks for them; null for a section it has none of. */
  async pythonSettings(scopeUri: string | undefined, section: string): Promise<unknown> {
    await this.configured;
    const folder = scopeUri === undefined ? this.folders.main : this.folders.of(scopeUri);
    // It asks for this section last.
    if (section === "basedpyright") this.services.setTimer(0, this.#setPythonSettingsGiven);
    return folder.python.sections[section] ?? null;
  }

  /** Has the client ask again for what hints and lenses show. */
  refreshHints(): void {
    const { workspace } = this.capabilities;
    if (workspace?.inlayHint?.refreshSupport) this.ask("workspace/inlayHint/refresh");
    if (workspace?.codeLens?.refreshSupport) this.ask("workspace/codeLens/refresh");
    if (workspace?.semanticTokens?.refreshSupport) this.ask("workspace/semanticTokens/refresh");
  }

  /** Whether a kind of hint is to be shown for a document. */
  showsHints(kind: "hints.slots" | "hints.frames", uri: string): boolean {
    return this.hintsToggled ?? this.folders.of(uri).settings[kind];
  }

  /** Tells the client which firmware programs are checked against, and how basedpyright does: `slotscope/status`. */
  sendStatus(): void {
    const { profile, from } = this.folders.main.profile;
    const { id, name, version, port } = profile;
    this.send("slotscope/status", {
      profile: { id, name, version, port, from },
      python: this.python?.state ?? "off",
    });
  }

  tell(type: "error" | "warning" | "info", message: string): void {
    this.send("window/showMessage", { type: { error: 1, warning: 2, info: 3 }[type], message });
  }

  send(method: string, params: unknown): void {
    void this.#client.sendNotification(method, this.encode(params, ""));
  }

  /** Sends the client a request of ours whose answer doesn't matter. */
  ask(method: string, params?: unknown): void {
    // A client that refuses to refresh or register goes on without.
    void this.#client.sendRequest(method, params).catch(() => undefined);
  }

  /** Sends the client a request of basedpyright's. */
  async requestClient(method: string, params: unknown, token: CancellationToken): Promise<unknown> {
    // Before that the client may not have said that it is initialized.
    await this.configured;
    return this.decode(await this.#client.sendRequest(method, this.encode(params, ""), token));
  }

  /** What the client sent, with positions in UTF-16. */
  decode<Value>(value: Value): Value {
    return this.negotiated.encoding === "utf-8" ? fromUtf8(value, this.readLine) : value;
  }

  /** What the client is sent, with positions as it counts them; those of no named document are in that of `uri`. */
  encode<Value>(value: Value, uri: string): Value {
    return this.negotiated.encoding === "utf-8" ? toUtf8(value, uri, this.readLine) : value;
  }

  /** A line of a document as it stands, open or not. */
  readonly readLine = (uri: string, line: number): string | undefined => {
    return this.documents.get(uri)?.lineAt(line) ?? this.services.readText(uri)?.split(/\r\n|\n|\r/)[line];
  };

  register(id: string, method: string, registerOptions: unknown): void {
    this.ask("client/registerCapability", { registrations: [{ id, method, registerOptions }] });
  }

  /** Mapping long texts for the first time takes a while, and basedpyright, which takes longer, waits for its settings. */
  async #letPythonGoFirst(): Promise<void> {
    const enough = new Promise<void>((resolve) => this.services.setTimer(headStart, resolve));
    await Promise.race([this.#pythonSettingsGiven, enough]);
  }

  #startPython(): PythonService {
    return this.services.startPython({
      initializeParams: () => pythonParams(this.negotiated.params, this.#folderUris),
      openDocuments: () =>
        [...this.documents.values()].map((document) => ({ textDocument: itemOf(document) })),
      onRequest: (method, params, token) => answerPython(this, method, params, token),
      onNotification: (method, params) => passToClient(this, method, params),
      onStateChanged: (state, message) => this.#pythonChanged(state, message),
    });
  }

  #pythonChanged(state: PythonState, message: string | undefined): void {
    if (message !== undefined) this.tell(state === "failed" ? "error" : "warning", message);
    this.sendStatus();
    if (state === "running") this.refreshHints();
  }

  #lintLater(document: OpenDocument): void {
    this.#lintsToCome.get(document)?.();
    const callOff = this.services.setTimer(lintDelay, () => {
      this.#lintsToCome.delete(document);
      const before = document.lint;
      this.#lint(document);
      if (before.length === 0 && document.lint.length === 0) return;
      if (this.negotiated.pullsDiagnostics) this.#refreshDiagnostics();
      else this.publish(document);
    });
    this.#lintsToCome.set(document, callOff);
  }

  /** Has a text looked through for what takes longer than a keystroke may. */
  #lint(document: OpenDocument): void {
    const { analysis, uri } = document;
    const { services } = this;
    const folder = this.folders.of(uri);
    const mode = folder.settings["lint.enabled"];
    const lints = mode === "on" || (mode === "auto" && services.ruff.isConfigured(uri));
    document.takeLint([
      ...missingModules(
        analysis,
        (name) => services.isModuleOfMicroPython(name),
        (name) => services.isModuleBeside(uri, folder.uri, name),
      ),
      ...(lints ? services.ruff.lint(document.text.getText(), uri) : []),
    ]);
  }

  #sendDiagnostics(uri: string, version: number | undefined, diagnostics: readonly Diagnostic[]): void {
    this.send("textDocument/publishDiagnostics", {
      uri,
      ...(version === undefined ? {} : { version }),
      diagnostics,
    });
  }

  /** Has the client ask for diagnostics again: once for all that came together. */
  #refreshDiagnostics(): void {
    if (this.#refreshing) return;
    this.#refreshing = true;
    queueMicrotask(() => {
      this.#refreshing = false;
      this.ask("workspace/diagnostic/refresh");
    });
  }

  async #readClientSettings(): Promise<ClientSettings[]> {
    const scopes = [...this.#folderUris, undefined];
    if (this.capabilities.workspace?.configuration) {
      const items = scopes.flatMap((scopeUri) =>
        ["slotscope", "basedpyright"].map((section) => (scopeUri ? { scopeUri, section } : { section })),
      );
      try {
        const answers = await this.#client.sendRequest<unknown[]>("workspace/configuration", { items });
        return scopes.map((_, i) => ({ slotscope: answers[2 * i], basedpyright: answers[2 * i + 1] }));
      } catch {
        this.tell("warning", "The editor did not answer what is set for Slotscope; the defaults hold.");
      }
    }
    const pushed = this.#pushedSettings as Partial<ClientSettings> | null | undefined;
    return scopes.map(() => ({ slotscope: pushed?.slotscope, basedpyright: pushed?.basedpyright }));
  }
}

/** A document as `textDocument/didOpen` has it. */
function itemOf({ uri, languageId, version, text }: OpenDocument): TextDocumentItem {
  return { uri, languageId, version, text: text.getText() };
}

/** What basedpyright is told of its client: the editor's own abilities, less what we do in its stead. */
function pythonParams(params: InitializeParams, folderUris: readonly string[]): InitializeParams {
  const { capabilities } = params;
  const { diagnostic: _pull, ...textDocument } = capabilities.textDocument ?? {};
  const { diagnostics: _refresh, ...workspace } = capabilities.workspace ?? {};
  return {
    ...params,
    processId: null,
    rootUri: folderUris[0] ?? null,
    workspaceFolders: folderUris.map((uri) => ({ uri, name: uri.split("/").at(-1) ?? uri })),
    initializationOptions: undefined,
    capabilities: {
      ...capabilities,
      general: { ...capabilities.general, positionEncodings: ["utf-16"] },
      workspace: { ...workspace, configuration: true, workspaceFolders: true },
      textDocument: {
        ...textDocument,
        publishDiagnostics: { ...textDocument.publishDiagnostics, versionSupport: true },
      },
    },
  };
}
