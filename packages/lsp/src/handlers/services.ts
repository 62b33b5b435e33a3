import type { CancellationToken, InitializeParams, InitializeResult } from "vscode-languageserver";
import type { ChosenProfile } from "../analysis/choose-profile.js";
import type { Finding } from "../analysis/finding.js";

/** What basedpyright is doing. */
export type PythonState = "off" | "starting" | "running" | "restarting" | "failed";

/** basedpyright as the handlers see it. */
export interface PythonService {
  readonly state: PythonState;
  /** What it answered to `initialize`; undefined before it has. */
  readonly initialized: InitializeResult | undefined;
  /**
   * Sends a request once it runs. Rejects with its `ResponseError`, or with `PythonUnavailable` if it ends or isn't there.
   */
  request(method: string, params: unknown, token: CancellationToken): Promise<unknown>;
  /** Sends a notification; dropped unless it runs, since it is told of all that is open when it starts. */
  notify(method: string, params: unknown): void;
  /** Ends it. Resolves when its process is gone. */
  close(): Promise<void>;
}

/** No answer can be had from basedpyright. */
export class PythonUnavailable extends Error {
  override readonly name = "PythonUnavailable";
}

/** What basedpyright needs of its client: us. */
export interface PythonHooks {
  /** Parameters of its `initialize`, at each start. */
  initializeParams(): InitializeParams;
  /** Parameters of `textDocument/didOpen` for all that is open, at each start. */
  openDocuments(): readonly unknown[];
  onRequest(method: string, params: unknown, token: CancellationToken): Promise<unknown>;
  onNotification(method: string, params: unknown): void;
  /** Its state has changed; `message` tells the user what that means, if it is worth telling. */
  onStateChanged(state: PythonState, message?: string): void;
}

/** Formats and lints; synchronous, for texts of any size that an editor holds. */
export interface Ruff {
  /** The formatted text, or the reason why there is none, in words for the user. */
  format(text: string, uri: string): { readonly text: string } | { readonly problem: string };
  /** Whether the project that a document is in configures ruff. */
  isConfigured(uri: string): boolean;
  lint(text: string, uri: string): readonly Finding[];
  /** Forgets what was read of configurations. */
  reload(): void;
}

/** Settings for basedpyright in one workspace folder. */
export interface PythonSettings {
  /** The sections it asks for, by name. */
  readonly sections: Readonly<Record<string, unknown>>;
  /** What of the user's own configuration can't be respected, or what is missing, in words for the user. */
  readonly problem?: string;
}

/** What the handlers need of the platform. */
export interface Services {
  /** The text of a file; undefined if it can't be read or is none of this computer. */
  readText(uri: string): string | undefined;
  /** Whether MicroPython has a module of that name on any port. */
  isModuleOfMicroPython(name: string): boolean;
  /** Whether a module of that name lies beside a document, or in its workspace folder. */
  isModuleBeside(uri: string, folder: string | undefined, name: string): boolean;
  /** Starts basedpyright, which may call its hooks before this returns. */
  startPython(hooks: PythonHooks): PythonService;
  /** basedpyright isn't wanted: what was started beforehand ends. */
  discardPython(): void;
  /** @param folder URI of a workspace folder; undefined for files outside of any */
  pythonSettings(folder: string | undefined, profile: ChosenProfile, user: unknown): PythonSettings;
  readonly ruff: Ruff;
  /** Calls back after a time; the returned function calls it off. */
  setTimer(milliseconds: number, callback: () => void): () => void;
}
