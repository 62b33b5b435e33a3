import { FileError, RemoteFiles } from "@slotscope/device-transport/files";
import { joinBoardPath, readBoardPath } from "../board/place.js";
import { boardOptionSpecs, useBoard } from "../board/use-board.js";
import {
  type Arguments,
  type Command,
  CommandFailure,
  exitStatus,
  type Surroundings,
  UsageError,
} from "../command-line/command.js";

export const rmCommand: Command = {
  name: "rm",
  usage: "PATH...",
  description: [
    "Removes files of the board, and with -r folders and all that is in them; of its current folder or the",
    "root only what is in it. A colon before PATH may be left out.",
  ].join("\n"),
  options: {
    recursive: { type: "boolean", short: "r", help: "remove folders too, with all that is in them" },
    ...boardOptionSpecs,
  },
  examples: ["slotscope rm :main.py", "slotscope rm -r :lib/old"],
  run: removeFiles,
};

async function removeFiles(args: Arguments, surroundings: Surroundings): Promise<number> {
  if (args.positionals.length === 0) throw new UsageError("rm needs at least one PATH.");
  const paths = args.positionals.map(readBoardPath);
  await useBoard(args, surroundings, "rm", async (runner) => {
    const files = new RemoteFiles(runner);
    for (const path of paths) {
      if (!args.flags.has("recursive")) {
        await removeFile(files, path);
        continue;
      }
      // These can't be removed themselves.
      if (!/^(\.?\/*)*$/.test(path)) await files.removeTree(path);
      else {
        for (const entry of await files.list(path)) await files.removeTree(joinBoardPath(path, entry.path));
      }
    }
  });
  return exitStatus.ok;
}

async function removeFile(files: RemoteFiles, path: string): Promise<void> {
  try {
    await files.remove(path);
  } catch (error) {
    if (!(error instanceof FileError) || error.kind !== "is-folder") throw error;
    throw new CommandFailure(`${path} is a folder. With -r it is removed with all that is in it.`);
  }
}
