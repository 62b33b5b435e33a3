import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import {
  applySync,
  foldersTo,
  prepareSync,
  rawReplRunner,
  readLocalTree,
  RemoteFiles,
} from "../../dist/files/index.js";
import { RawRepl } from "../../dist/index.js";
import { createProcessTransport } from "../../dist/process-transport.js";
import { createFaultyTransport } from "../support/faulty-transport.js";
import { seededRandom } from "../support/random.js";
import { changeTree, randomTree, readTree, type Tree, writeTree } from "../support/trees.js";
import { makeFolder, openUnixBoard, removeFolders, unixProgram } from "../support/unix-board.js";

const runs = Number(process.env["SLOTSCOPE_FAULT_RUNS"] ?? 1000);
const firstSeed = Number(process.env["SLOTSCOPE_FAULT_SEED"] ?? 0);
/** Runs of one test, and how many of them go on at once: they mostly wait. */
const runsPerTest = 50;
const atOnce = 6;
/** A run that takes longer hangs, in milliseconds. */
const patienceMs = 20_000;

const base = makeFolder();
afterAll(removeFolders);

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Opens a board behind a bad wire, lets `use` do its work, and gives how that ended. Nothing is left open. */
async function suffer(
  folder: string,
  seed: number,
  use: (files: RemoteFiles) => Promise<void>,
): Promise<{ readonly name: string; readonly message: string } | "done" | "hangs"> {
  const transport = createFaultyTransport(
    createProcessTransport({ executable: unixProgram, cwd: folder }),
    seed,
  );
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"hangs">((resolve) => {
    timer = setTimeout(() => resolve("hangs"), patienceMs);
  });
  const work = (async () => {
    await transport.open();
    const repl = new RawRepl(transport, { answerMs: 500 });
    await repl.enter();
    await use(new RemoteFiles(rawReplRunner(repl, { silenceMs: 500 })));
    return "done" as const;
  })();
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    return error as Error;
  } finally {
    clearTimeout(timer);
    await transport.close();
  }
}

/** Files that are neither what they were nor what they were to be. */
function findTorn(found: Tree, before: Tree, next: Tree): string[] {
  const paths = [...found.keys()].filter((path) => !/\.slotscope-(part|full)$/.test(path));
  return [...new Set([...paths, ...before.keys(), ...next.keys()])].filter((path) => {
    const content = found.get(path);
    return content !== before.get(path) && content !== next.get(path);
  });
}

const clearErrors = new Set(["TransportError", "FileError"]);

/** What is wrong with how a run ended; undefined if nothing. */
function judge(end: Awaited<ReturnType<typeof suffer>>, found: Tree, before: Tree, next: Tree) {
  const torn = findTorn(found, before, next);
  if (torn.length > 0) return `torn: ${torn.join(", ")}`;
  if (end === "hangs") return "hangs";
  if (end !== "done") {
    return clearErrors.has(end.name) && end.message !== ""
      ? undefined
      : `no clear error: ${end.name}: ${end.message}`;
  }
  const missing = [...next].filter(([path, content]) => found.get(path) !== content);
  return missing.length > 0
    ? `said to be done, but not: ${missing.map(([path]) => path).join(", ")}`
    : undefined;
}

interface RunFolders {
  readonly here: string;
  readonly board: string;
}

async function upload(seed: number, { board }: RunFolders): Promise<string | undefined> {
  const random = seededRandom(seed);
  const before = randomTree(random, 6);
  const changed = new Map([...changeTree(random, before)].slice(0, 8));
  writeTree(board, before);
  const next = new Map([...before, ...changed]);
  const end = await suffer(board, seed, async (files) => {
    const folders = [...changed.keys()].flatMap((path) => foldersTo(path).slice(0, -1));
    await files.makeFolders([...new Set(folders)]);
    const sources = [...changed].map(([path, content]) => ({
      path,
      read: () => Promise.resolve(encoder.encode(content)),
    }));
    await files.writeAll(sources);
    const [first] = changed;
    if (first && decoder.decode(await files.read(first[0])) !== first[1])
      throw new Error("read what is not there");
  });
  return judge(end, readTree(board), before, next);
}

async function synchronise(seed: number, { here, board }: RunFolders): Promise<string | undefined> {
  const random = seededRandom(seed);
  const before = randomTree(random, 6);
  const next = changeTree(random, before);
  const sync = async (files: RemoteFiles): Promise<void> => {
    await applySync(files, await prepareSync(files, await readLocalTree(here)));
  };
  const syncInPeace = async (): Promise<void> => {
    const calm = await openUnixBoard(board);
    try {
      await sync(calm.files);
    } finally {
      await calm.close();
    }
  };
  writeTree(here, before);
  await syncInPeace();
  writeTree(here, next);
  const end = await suffer(board, seed, sync);
  const wrong = judge(end, readTree(board), before, next);
  if (wrong !== undefined) return wrong;
  await syncInPeace();
  const healed = judge("done", readTree(board), next, next);
  return healed === undefined ? undefined : `after the next synchronisation: ${healed}`;
}

/** Runs all seeds, some at once; gives what went wrong. */
async function runAll(
  seeds: readonly number[],
  run: (seed: number, folders: RunFolders) => Promise<string | undefined>,
): Promise<string[]> {
  const waiting = [...seeds];
  const wrong: string[] = [];
  const work = async (): Promise<void> => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      const root = join(base, `${run.name}-${seed}`);
      const folders = { here: join(root, "here"), board: join(root, "board") };
      for (const folder of [folders.here, folders.board]) mkdirSync(folder, { recursive: true });
      const problem = await run(seed, folders);
      if (problem !== undefined) wrong.push(`seed ${seed}: ${problem}`);
      rmSync(root, { recursive: true });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return wrong;
}

/** Processes of ours that have not ended. */
function openProcesses(): string[] {
  return process.getActiveResourcesInfo().filter((name) => name === "ProcessWrap");
}

const perKind = Math.ceil(runs / 2);
const seeds = Array.from({ length: perKind }, (_, index) => firstSeed + index);
const batches = Array.from({ length: Math.ceil(perKind / runsPerTest) }, (_, index) => {
  const batch = seeds.slice(index * runsPerTest, (index + 1) * runsPerTest);
  return { name: `${batch[0]} to ${batch.at(-1)}`, batch };
});

describe.each([
  ["an upload", upload],
  ["a synchronisation", synchronise],
])("over a wire that drops, repeats, delays, reorders, changes and cuts, %s", (_, run) => {
  it.each(batches)(
    "ends done or with one clear error, every file old or new, nothing left open (seeds $name)",
    async ({ batch }) => {
      expect(await runAll(batch, run)).toEqual([]);
      await vi.waitFor(() => expect(openProcesses()).toEqual([]), { timeout: 5000 });
    },
    120_000,
  );
});
