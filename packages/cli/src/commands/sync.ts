import { stat } from "node:fs/promises";
import {
  applySync,
  prepareSync,
  readLocalTree,
  RemoteFiles,
  type SyncPlan,
  type SyncResult,
} from "@slotscope/device-transport/files";
import { readPlace } from "../board/place.js";
import { startProgress } from "../board/progress.js";
import { countOf, showSize } from "../board/sizes.js";
import { boardOptionSpecs, useBoard } from "../board/use-board.js";
import {
  type Arguments,
  type Command,
  CommandFailure,
  exitStatus,
  type Surroundings,
  UsageError,
} from "../command-line/command.js";
import { explainFileError } from "../command-line/explain-file-error.js";
import { print } from "../command-line/print.js";
import { printable } from "../terminal/printable.js";

export const syncCommand: Command = {
  name: "sync",
  usage: "[FOLDER] [:TARGET]",
  description: [
    "Copies what differs from FOLDER, or the current folder, to the board's folder TARGET, or its current",
    "one, and removes files that an earlier sync has put there and FOLDER has no more. Other files of the",
    "board stay. Left out are dotfiles, __pycache__, *.pyc, node_modules and what .slotscopeignore in FOLDER",
    "names, in the syntax of .gitignore. If it is cut off, each file on the board is the old one or the new",
    "one, and the next sync does the rest.",
  ].join("\n"),
  options: {
    "dry-run": { type: "boolean", short: "n", help: "say what would be done, and change no file" },
    json: { type: "boolean", help: "the plan and the result as one line of JSON" },
    ...boardOptionSpecs,
  },
  examples: ["slotscope sync", "slotscope sync -n src", "slotscope sync src :app"],
  run: synchronise,
};

async function synchronise(args: Arguments, surroundings: Surroundings): Promise<number> {
  const places = args.positionals.map(readPlace);
  const folders = places.filter(({ isBoard }) => !isBoard);
  const targets = places.filter(({ isBoard }) => isBoard);
  if (folders.length > 1 || targets.length > 1)
    throw new UsageError("sync takes one FOLDER and one :TARGET.");
  const folder = folders[0]?.path ?? ".";
  await checkFolder(folder);
  const isDry = args.flags.has("dry-run");
  const { plan, result, skipped } = await useBoard(args, surroundings, "sync", async (runner) => {
    const local = await readLocalTree(folder);
    const files = new RemoteFiles(runner);
    const prepared = await prepareSync(files, local, targets[0]?.path ?? "");
    const { plan } = prepared;
    if (plan.problems.length > 0) {
      throw new CommandFailure(
        ["Nothing was copied:", ...plan.problems.map(({ message }) => `  ${printable(message)}`)].join("\n"),
      );
    }
    if (isDry) return { plan, result: undefined, skipped: local.skipped };
    const line = startProgress(surroundings, plan.bytes);
    try {
      const result = await applySync(files, prepared, { onProgress: (progress) => line.show(progress) });
      return { plan, result, skipped: local.skipped };
    } finally {
      line.end();
    }
  });
  await complain(plan, skipped, surroundings);
  await print(surroundings.stdout, args.flags.has("json") ? asJson(plan, result) : asText(plan, result));
  return exitStatus.ok;
}

async function checkFolder(folder: string): Promise<void> {
  let isFolder: boolean;
  try {
    isFolder = (await stat(folder)).isDirectory();
  } catch (error) {
    throw new CommandFailure(`${folder}: ${explainFileError(error)}.`);
  }
  if (!isFolder)
    throw new CommandFailure(`${folder} is a file, and sync takes a FOLDER. \`slotscope cp\` copies files.`);
}

function asJson({ steps, bytes, strangers }: SyncPlan, result: SyncResult | undefined): string {
  const changes = steps.filter(({ action }) => action !== "keep");
  const kept = steps.length - changes.length;
  return `${JSON.stringify({ steps: changes, kept, bytes, strangers, done: result !== undefined, stale: result?.stale ?? [] })}\n`;
}

const signs: Readonly<Record<string, string>> = {
  "make-folder": "+",
  create: "+",
  replace: "~",
  remove: "-",
  "remove-folder": "-",
};

function asText({ steps, bytes }: SyncPlan, result: SyncResult | undefined): string {
  const changes = steps.filter(({ action }) => action !== "keep");
  const lines = changes.map(({ action, path }) => {
    return `${signs[action]} ${printable(path)}${action.endsWith("folder") ? "/" : ""}`;
  });
  const count = (...actions: readonly string[]): number =>
    steps.filter(({ action }) => actions.includes(action)).length;
  const would = result === undefined ? " to be" : "";
  const summary = [
    `${countOf(count("create", "replace"), "file")}${would} written (${showSize(bytes)})`,
    `${count("remove")}${would} removed`,
    `${count("keep")} unchanged`,
  ].join(", ");
  const stale = result?.stale ?? [];
  const advice =
    stale.length === 0
      ? []
      : [
          `The board's program has loaded ${stale.map(printable).join(", ")} before: reset it to run the new code.`,
        ];
  return [...lines, summary, ...advice, ""].join("\n");
}

/** Tells what stays as it is although it may not be meant to. */
async function complain(plan: SyncPlan, skipped: readonly string[], { stderr }: Surroundings): Promise<void> {
  for (const path of plan.strangers) {
    await print(
      stderr,
      `slotscope sync: ${printable(path)} was changed on the board since a sync put it there: it stays.\n`,
    );
  }
  for (const path of skipped) {
    await print(stderr, `slotscope sync: ${printable(path)} is a link that leads elsewhere: not copied.\n`);
  }
}
