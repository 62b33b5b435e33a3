import { type RemoteEntry, RemoteFiles } from "@slotscope/device-transport/files";
import { readBoardPath } from "../board/place.js";
import { boardOptionSpecs, useBoard } from "../board/use-board.js";
import { type Arguments, type Command, exitStatus, type Surroundings } from "../command-line/command.js";
import { print } from "../command-line/print.js";
import { alignColumns } from "../terminal/columns.js";
import { printable } from "../terminal/printable.js";

export const lsCommand: Command = {
  name: "ls",
  usage: "[PATH...]",
  description: [
    "Lists the board's folder PATH, or its current one, with sizes in bytes; folders end with /. A colon",
    "before PATH may be left out.",
  ].join("\n"),
  options: {
    recursive: { type: "boolean", short: "r", help: "also what is in folders" },
    json: { type: "boolean", help: "a line of JSON a file or folder: path, kind, size" },
    ...boardOptionSpecs,
  },
  examples: ["slotscope ls", "slotscope ls -r :lib", "slotscope ls -p a0 --json /"],
  run: listFiles,
};

async function listFiles(args: Arguments, surroundings: Surroundings): Promise<number> {
  const paths = args.positionals.length > 0 ? args.positionals.map(readBoardPath) : [""];
  const lists = await useBoard(args, surroundings, "ls", async (runner) => {
    const files = new RemoteFiles(runner);
    const found: (readonly RemoteEntry[])[] = [];
    for (const path of paths) {
      const { kind, size } = await files.stat(path);
      if (kind === "file") found.push([{ path, kind, size }]);
      else found.push(await (args.flags.has("recursive") ? files.tree(path) : files.list(path)));
    }
    return found;
  });
  for (const [index, entries] of lists.entries()) {
    if (args.flags.has("json")) {
      for (const entry of entries) await print(surroundings.stdout, `${JSON.stringify(entry)}\n`);
      continue;
    }
    if (paths.length > 1) {
      await print(surroundings.stdout, `${index > 0 ? "\n" : ""}:${printable(paths[index] ?? "")}\n`);
    }
    const rows = entries.map(({ path, kind, size }) =>
      kind === "folder" ? ["", `${printable(path)}/`] : [String(size), printable(path)],
    );
    for (const line of alignColumns(rows, ["right"])) await print(surroundings.stdout, `${line}\n`);
  }
  return exitStatus.ok;
}
