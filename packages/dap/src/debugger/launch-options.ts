import { DebuggerError } from "./errors.js";
import type { HostFiles, LaunchOptions } from "./types.js";

/** Smallest and largest heap that may be asked for, in bytes. */
export const heapLimits = { least: 64 * 1024, most: 1024 * 1024 * 1024 } as const;

/** Throws in the user's terms unless a program can be started with these options. */
export async function checkLaunchOptions(options: LaunchOptions, files: HostFiles): Promise<void> {
  const { program, heapSize } = options;
  if (program === "") throw new DebuggerError("badLaunch", "`program` is empty: it names the file to debug.");
  if (heapSize !== undefined) {
    const { least, most } = heapLimits;
    if (!Number.isInteger(heapSize) || heapSize < least || heapSize > most) {
      throw new DebuggerError(
        "badLaunch",
        `\`heapSize\` must be ${least} to ${most} bytes; it is ${heapSize}.`,
      );
    }
  }
  if ((await files.read(files.canonical(program))) === undefined) {
    throw new DebuggerError(
      "programMissing",
      `There is no file ${program}, or it can't be read. Check \`program\`.`,
    );
  }
}
