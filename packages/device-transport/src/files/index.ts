export type { DataRunner } from "./data-runner.js";
export { FileError, type FileErrorKind } from "./file-error.js";
export { ignoreFile, type LocalFile, type LocalTree, readLocalFile, readLocalTree } from "./local-tree.js";
export type { FileSource } from "./pack.js";
export { rawReplRunner, type RawReplRunnerOptions } from "./raw-repl-runner.js";
export {
  type FileProgress,
  foldersTo,
  normalizePath,
  type RemoteEntry,
  RemoteFiles,
  type RemoteStat,
} from "./remote-files.js";
export { applySync, type PreparedSync, prepareSync, type SyncResult } from "./sync.js";
export type { SyncClaims } from "./sync-claims.js";
export { planSync, type SyncPlan, type SyncStep } from "./sync-plan.js";
