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
import { print } from "../command-line/print.js";

export const catCommand: Command = {
  name: "cat",
  usage: "PATH...",
  description: "Prints files of the board, byte for byte. A colon before PATH may be left out.",
  options: boardOptionSpecs,
  examples: ["slotscope cat :main.py", "slotscope cat :log.bin > log.bin"],
  run: printFiles,
};

async function printFiles(args: Arguments, surroundings: Surroundings): Promise<number> {
  if (args.positionals.length === 0) throw new UsageError("cat needs at least one PATH.");
  await useBoard(args, surroundings, "cat", async (runner) => {
    const files = new RemoteFiles(runner);
    for (const path of args.positionals.map(readBoardPath)) {
      await print(surroundings.stdout, await files.read(path));
    }
  });
  return exitStatus.ok;
}
