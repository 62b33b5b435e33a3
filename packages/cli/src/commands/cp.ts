import { RemoteFiles } from "@slotscope/device-transport/files";
import { copyFromBoard, copyOnBoard, type CopyOptions, copyToBoard } from "../board/copy.js";
import { readPlace } from "../board/place.js";
import { type ProgressLine, startProgress } from "../board/progress.js";
import { countOf, showSize } from "../board/sizes.js";
import { boardOptionSpecs, useBoard } from "../board/use-board.js";
import {
  type Arguments,
  type Command,
  exitStatus,
  type Surroundings,
  UsageError,
} from "../command-line/command.js";
import { print } from "../command-line/print.js";
import { printable } from "../terminal/printable.js";

export const cpCommand: Command = {
  name: "cp",
  usage: "SOURCE... TARGET",
  description: [
    "Copies files between this computer and the board; a path that begins with a colon is the board's. A",
    "TARGET that is a folder gets the files into it. Each file arrives whole: it is checked on the board",
    "before it takes the place of an older one.",
  ].join("\n"),
  options: {
    recursive: { type: "boolean", short: "r", help: "copy folders too, with all that is in them" },
    json: { type: "boolean", help: "print what was copied, a line of JSON a file: from, to, size" },
    ...boardOptionSpecs,
  },
  examples: [
    "slotscope cp main.py boot.py :",
    "slotscope cp -r lib :",
    "slotscope cp :log.csv .",
    "slotscope cp :main.py :old.py",
  ],
  run: copyFiles,
};

async function copyFiles(args: Arguments, surroundings: Surroundings): Promise<number> {
  const places = args.positionals.map(readPlace);
  const target = places.pop();
  if (target === undefined || places.length === 0) throw new UsageError("cp needs a SOURCE and a TARGET.");
  const sources = places.map(({ path }) => path);
  const fromBoard = places.some(({ isBoard }) => isBoard);
  if (fromBoard && places.some(({ isBoard }) => !isBoard)) {
    throw new UsageError("cp takes its sources all from this computer or all from the board.");
  }
  if (!fromBoard && !target.isBoard) {
    throw new UsageError("cp needs the board on one side: write its paths with a colon, such as :main.py.");
  }
  const copy = !fromBoard ? copyToBoard : target.isBoard ? copyOnBoard : copyFromBoard;
  let line: ProgressLine | undefined;
  const options: CopyOptions = {
    recursive: args.flags.has("recursive"),
    onTotal: (total) => (line = startProgress(surroundings, total)),
    onProgress: (progress) => line?.show(progress),
  };
  const { files, skipped } = await useBoard(args, surroundings, "cp", async (runner) => {
    try {
      return await copy(new RemoteFiles(runner), sources, target.path, options);
    } finally {
      line?.end();
    }
  });
  for (const path of skipped) {
    await print(
      surroundings.stderr,
      `slotscope cp: ${printable(path)} is a link that leads elsewhere: not copied.\n`,
    );
  }
  if (args.flags.has("json")) {
    for (const file of files) await print(surroundings.stdout, `${JSON.stringify(file)}\n`);
  } else if (surroundings.stderr.isTTY) {
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    await print(surroundings.stderr, `${countOf(files.length, "file")}, ${showSize(bytes)}\n`);
  }
  return exitStatus.ok;
}
