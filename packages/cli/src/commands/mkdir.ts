import { RemoteFiles } from "@slotscope/device-transport/files";
import { readBoardPath } from "../board/place.js";
import { boardOptionSpecs, useBoard } from "../board/use-board.js";
import {
  type Arguments,
  type Command,
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
    for (const path of paths) await files.mkdir(path, { parents: args.flags.has("parents") });
  });
  return exitStatus.ok;
}
