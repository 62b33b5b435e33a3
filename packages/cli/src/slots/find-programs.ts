import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { explainFileError } from "../command-line/explain-file-error.js";

const skippedFolders = new Set(["node_modules", "__pycache__"]);

/** A file to look at, or what is wrong with what was named. */
export type Found = { readonly file: string } | { readonly name: string; readonly problem: string };

/**
 * Files named one by one, and the `.py` files of folders at any depth, in the order of their names; hidden folders,
 * `node_modules` and `__pycache__` are left out. Symbolic links to folders are not followed inside a folder.
 */
export async function* findPrograms(names: Iterable<string> | AsyncIterable<string>): AsyncGenerator<Found> {
  for await (const name of names) {
    try {
      const found = await stat(name);
      if (found.isDirectory()) yield* programsIn(name);
      else yield { file: name };
    } catch (error) {
      yield { name, problem: explainFileError(error) };
    }
  }
}

async function* programsIn(folder: string): AsyncGenerator<Found> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!entry.name.startsWith(".") && !skippedFolders.has(entry.name)) yield* programsIn(path);
    } else if (entry.name.endsWith(".py") && (entry.isFile() || entry.isSymbolicLink())) {
      yield { file: path };
    }
  }
}

/** Names of a list, one a line, empty lines left out; `-` is standard input. */
export async function* readNames(list: string, stdin: Readable): AsyncGenerator<string> {
  const input = list === "-" ? stdin : (await open(list)).createReadStream();
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() !== "") yield line;
  }
}
