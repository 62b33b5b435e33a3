import { DebuggerError } from "./errors.js";
import type { HostFiles, LaunchOptions } from "./types.js";

/** Throws in the user's terms unless a program can be started with these options. */
export async function checkLaunchOptions(options: LaunchOptions, files: HostFiles): Promise<void> {
  const { program } = options;
  if (program === "") throw new DebuggerError("badLaunch", "`program` is empty: it names the file to debug.");
  if ((await files.read(program)) === undefined) {
    throw new DebuggerError(
      "programMissing",
      `There is no file ${program}, or it can't be read. Check \`program\`.`,
    );
  }
}
