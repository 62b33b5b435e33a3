import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { CommandFailure } from "../command-line/command.js";
import { explainFileError } from "../command-line/explain-file-error.js";

/** Rejects with a CommandFailure unless a program can be read. */
export async function checkProgram(file: string): Promise<void> {
  let isFolder: boolean;
  try {
    isFolder = (await stat(file)).isDirectory();
    await access(file, constants.R_OK);
  } catch (error) {
    throw new CommandFailure(`${file}: ${explainFileError(error)}`);
  }
  if (isFolder) throw new CommandFailure(`${file} is a folder. Name the program in it.`);
}
