import type { LocalTree } from "./local-tree.js";
import { FileError } from "./file-error.js";
import {
  type FileProgress,
  foldersTo,
  normalizePath,
  type RemoteEntry,
  type RemoteFiles,
} from "./remote-files.js";
import { claimsFile, claimsFolder, readClaims, type SyncClaims, writeClaims } from "./sync-claims.js";
import { planSync, type SyncPlan, type SyncStep } from "./sync-plan.js";

/** A plan and what it was made from. */
export interface PreparedSync {
  readonly plan: SyncPlan;
  /** The folder on the board; "" is its current one. */
  readonly root: string;
  readonly local: LocalTree;
  readonly remote: readonly RemoteEntry[];
  /** What synchronisations put there; undefined where that decided nothing, so that it was not read. */
  readonly claims: SyncClaims | undefined;
}

export interface SyncResult {
  readonly created: number;
  readonly replaced: number;
  readonly removed: number;
  readonly kept: number;
  /** Bytes of the files that were written. */
  readonly bytes: number;
  /** Files that changed and that the program on the board has imported already: it sees them after a soft reset. */
  readonly stale: readonly string[];
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/**
 * Looks at the board and says what a synchronisation would do. Writes nothing but what finishes or clears away a write
 * that was cut off. Rejects with a `FileError` or a `TransportError`.
 */
export async function prepareSync(files: RemoteFiles, local: LocalTree, folder = ""): Promise<PreparedSync> {
  const root = normalizePath(folder);
  const remote = await readRemote(files, local, root);
  const sizes = new Map(remote.map(({ path, size }) => [path, size]));
  const sources = await Promise.all(
    local.files.map(async (file) => {
      const { path, size } = file;
      if (sizes.get(path) !== size) return { path, size };
      return { path, size, hash: await files.digest(await file.read()) };
    }),
  );
  const here = new Set([...local.files.map(({ path }) => path), ...local.folders]);
  const others = remote.filter(({ path }) => !here.has(path) && !isOurs(path));
  const isLong = (sizes.get(claimsFile) ?? 0) > expectedClaims(local);
  const claims =
    others.length > 0 || isLong ? await loadClaims(files, join(root, claimsFile), remote) : undefined;
  const claimed = others.filter(({ path, kind }) => kind === "file" && claims?.has(path));
  const hashes = await files.hash(claimed.map(({ path }) => join(root, path)));
  const hashOf = new Map(claimed.map(({ path }, index) => [path, hashes[index]]));
  const known = remote.map((entry) => {
    const hash = hashOf.get(entry.path);
    return hash === undefined ? entry : { ...entry, hash };
  });
  const limits = await files.space(remote.length > 0 ? root : "");
  const plan = planSync({ files: sources, folders: local.folders }, known, claims ?? new Map(), limits);
  return { plan, root, local, remote, claims };
}

/**
 * Does what a plan says. Cut off at any point, each file on the board is the old or the new one, and the next
 * synchronisation does the rest. Rejects with the plan's first problem, if it has any, before anything is written.
 */
export async function applySync(
  files: RemoteFiles,
  prepared: PreparedSync,
  options: { readonly onProgress?: (progress: FileProgress) => void } = {},
): Promise<SyncResult> {
  const { plan, root, local, remote } = prepared;
  const [problem] = plan.problems;
  if (problem !== undefined) throw problem;
  const claims = { path: join(root, claimsFile), root };
  const pathsOf = (...actions: readonly string[]): string[] =>
    plan.steps.filter(({ action }) => actions.includes(action)).map(({ path }) => path);
  const created = pathsOf("create");
  const replaced = pathsOf("replace");
  const removed = pathsOf("remove");
  const writing = new Set([...created, ...replaced]);
  const newFolders = pathsOf("make-folder");

  const firstWrite = plan.steps.findIndex((step) => !isRemoval(step));
  const early = firstWrite < 0 ? plan.steps.length : firstWrite;
  const remove = async (steps: SyncPlan["steps"]): Promise<void> => {
    for (const { action, path } of steps) {
      if (action === "remove") await files.remove(join(root, path));
      else if (action === "remove-folder") await files.removeFolder(join(root, path));
    }
  };
  await remove(plan.steps.slice(0, early));
  if (writing.size > 0 || newFolders.length > 0) {
    const isKnown = remote.some(({ path }) => path === claimsFolder);
    if (!isKnown) await files.makeFolders([...foldersTo(root), join(root, claimsFolder)]);
    if (newFolders.length > 0) {
      await files.makeFolders(
        newFolders.map((path) => join(root, path)),
        claims,
      );
    }
    const isCreated = new Set(created);
    const sources = local.files
      .filter(({ path }) => writing.has(path))
      .map((file) => ({
        path: join(root, file.path),
        isNew: isCreated.has(file.path),
        read: () => file.read(),
      }));
    await files.writeAll(sources, { ...options, claims });
  }
  await remove(plan.steps.slice(early));
  await shorten(files, prepared, removed);

  const changed = [...created, ...replaced, ...removed];
  const loaded = changed.length > 0 ? new Set(await files.loadedFiles()) : new Set();
  return {
    created: created.length,
    replaced: replaced.length,
    removed: removed.length,
    kept: pathsOf("keep").length,
    bytes: plan.bytes,
    stale: changed.filter((path) => loaded.has(join(root, path).replace(/^\//, ""))),
  };
}

function isRemoval({ action }: SyncStep): boolean {
  return action === "remove" || action === "remove-folder";
}

/** What of the board's folder matters: what is also here, what a synchronisation put there, and what lies beside it. */
async function readRemote(files: RemoteFiles, local: LocalTree, root: string): Promise<RemoteEntry[]> {
  const tops = local.folders.filter((path) => !path.includes("/"));
  try {
    return await files.tree(root, {
      folders: new Set([...tops, claimsFolder]),
      hashSizes: new Set(local.files.map(({ size }) => size)),
      clean: true,
      claims: join(root, claimsFile),
    });
  } catch (error) {
    if (error instanceof FileError && error.kind === "not-found" && root !== "") return [];
    throw error;
  }
}

async function loadClaims(
  files: RemoteFiles,
  path: string,
  remote: readonly RemoteEntry[],
): Promise<SyncClaims> {
  if (!remote.some((entry) => entry.path === claimsFile)) return new Map();
  return readClaims(decoder.decode(await files.read(path)));
}

/** Bytes that the claims take at most before they are worth shortening. */
function expectedClaims(local: LocalTree): number {
  return (
    4096 +
    4 *
      [...local.files.map(({ path }) => path), ...local.folders].reduce(
        (sum, path) => sum + path.length + 30,
        0,
      )
  );
}

/** Writes the claims anew without those of files that are gone, where they have become long. */
async function shorten(
  files: RemoteFiles,
  { root, local, remote, claims }: PreparedSync,
  removed: readonly string[],
): Promise<void> {
  const size = remote.find(({ path }) => path === claimsFile)?.size ?? 0;
  if (claims === undefined || size <= expectedClaims(local)) return;
  const gone = new Set(removed);
  const path = join(root, claimsFile);
  // Those of this run are on the board only.
  const all = readClaims(decoder.decode(await files.read(path)));
  const present = new Set(
    [...remote.map((entry) => entry.path), ...local.files.map((file) => file.path), ...local.folders].filter(
      (each) => !gone.has(each),
    ),
  );
  const kept = [...all].flatMap(([name, hashes]): [string, Set<string>][] => {
    // The last one is of the file that is there.
    const last = [...hashes].at(-1);
    return present.has(name.replace(/\/$/, "")) && last !== undefined ? [[name, new Set([last])]] : [];
  });
  await files.write(path, encoder.encode(writeClaims(new Map(kept))));
}

function isOurs(path: string): boolean {
  return path === claimsFolder || path.startsWith(`${claimsFolder}/`);
}

function join(root: string, path: string): string {
  return root === "" || root.endsWith("/") ? root + path : `${root}/${path}`;
}
