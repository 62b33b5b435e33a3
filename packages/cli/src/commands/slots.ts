import { readFile } from "node:fs/promises";
import { mapSource } from "@slotscope/locals-mapper";
import {
  type Arguments,
  type Command,
  exitStatus,
  type Surroundings,
  UsageError,
} from "../command-line/command.js";
import { explainFileError } from "../command-line/explain-file-error.js";
import { valueOf } from "../command-line/parse-arguments.js";
import { print } from "../command-line/print.js";
import { compilerOptionSpecs, readCompilerOptions } from "../slots/compiler-flags.js";
import { findPrograms, readNames } from "../slots/find-programs.js";
import { makeFileRecord } from "../slots/slot-record.js";
import { describeSlots } from "../slots/slot-table.js";
import { printable } from "../terminal/printable.js";
import { chooseStyle } from "../terminal/style.js";

export const slotsCommand: Command = {
  name: "slots",
  usage: "FILE...",
  description: [
    "Compiles each FILE as MicroPython does and prints, for every scope, the names of its locals and",
    "their slots. A folder stands for all .py files in it; `-` reads names of files from standard input,",
    "one a line. What does not compile is reported with MicroPython's own message, and makes the exit",
    "status 1 (with --json it is part of the answer, and only a file that can't be read does).",
  ].join("\n"),
  options: {
    json: { type: "boolean", help: "one line of JSON a file (docs/cli.md describes it)" },
    "files-from": {
      type: "string",
      value: "LIST",
      help: "also the files named in LIST, one a line; - is standard input",
    },
    ...compilerOptionSpecs,
  },
  examples: [
    "slotscope slots main.py",
    "slotscope slots --json --language 1.24 src > slots.jsonl",
    "git ls-files '*.py' | slotscope slots --json -",
  ],
  run: runSlots,
};

async function runSlots(args: Arguments, surroundings: Surroundings): Promise<number> {
  const { stdout, stderr } = surroundings;
  const options = readCompilerOptions(args);
  const list = valueOf(args, "files-from");
  if (args.positionals.length === 0 && list === undefined) {
    throw new UsageError("slots needs at least one FILE.");
  }
  const style = chooseStyle(stdout, surroundings.env);
  const errorStyle = chooseStyle(stderr, surroundings.env);
  let status: number = exitStatus.ok;
  const fail = async (line: string) => {
    status = exitStatus.failed;
    await print(stderr, `${line}\n`);
  };
  let first = true;
  for await (const found of findPrograms(namesOf(args.positionals, list, surroundings))) {
    if ("problem" in found) {
      await fail(`${found.name}: ${found.problem}`);
      continue;
    }
    const { file } = found;
    let bytes: Uint8Array;
    try {
      bytes = await readFile(file);
    } catch (error) {
      await fail(`${file}: ${explainFileError(error)}`);
      continue;
    }
    if (args.flags.has("json")) {
      await print(stdout, `${JSON.stringify(makeFileRecord(file, bytes, options))}\n`);
      continue;
    }
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    const { debugMap, problems } = mapSource(text, { file, options });
    for (const { line, type, message } of problems) {
      const place = line > 0 ? `${file}:${line}` : file;
      await fail(`${printable(place)}: ${errorStyle.red(`${type}: ${message}`)}`);
    }
    if (problems.length > 0) continue;
    await print(
      stdout,
      `${[`${first ? "" : "\n"}${style.bold(printable(file))}`, ...describeSlots(debugMap, style)].join("\n")}\n`,
    );
    first = false;
  }
  return status;
}

async function* namesOf(
  positionals: readonly string[],
  list: string | undefined,
  { stdin }: Surroundings,
): AsyncGenerator<string> {
  for (const name of positionals) {
    if (name === "-") yield* readNames("-", stdin);
    else yield name;
  }
  if (list !== undefined) yield* readNames(list, stdin);
}
