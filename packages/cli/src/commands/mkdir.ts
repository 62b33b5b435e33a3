import { FileError, RemoteFiles } from "@slotscope/device-transport/files";
import { readBoardPath } from "../board/place.js";
import { boardOptionSpecs, useBoard } from "../board/use-board.js";
import {
  type Arguments,
  type Command,
  CommandFailure,
  exitStatus,
  type Surroundings,
  UsageError,
} from "../command-line/command.js";

export const mkdirCommand: Command = {
  name: "mkdir",
  usage: "PATH...",
  description: "Makes folders on the board. A colon before PATH may be left out.",
  options: {
    parents: {
      type: "boolean",
      help: "also make the folders that it lies in; no error where it is there already",
    },
    ...boardOptionSpecs,
  },
  examples: ["slotscope mkdir :lib", "slotscope mkdir --parents :lib/drivers/oled"],
  run: makeFolders,
};

async function makeFolders(args: Arguments, surroundings: Surroundings): Promise<number> {
  if (args.positionals.length === 0) throw new UsageError("mkdir needs at least one PATH.");
  const paths = args.positionals.map(readBoardPath);
  await useBoard(args, surroundings, "mkdir", async (runner) => {
    const files = new RemoteFiles(runner);
    for (const path of paths) await makeFolder(files, path, args.flags.has("parents"));
  });
  return exitStatus.ok;
}

async function makeFolder(files: RemoteFiles, path: string, parents: boolean): Promise<void> {
  try {
    await files.mkdir(path, { parents });
  } catch (error) {
    if (!(error instanceof FileError) || error.kind !== "not-found" || parents) throw error;
    throw new CommandFailure(`${path} lies in a folder that is not there. With --parents it is made too.`);
  }
}
