// What of addresses the commands need before the hub has a board: without the code that opens ports, which is slow to
// load.
import { resolve } from "node:path";

/** `process:PROGRAM,FOLDER` is MicroPython's unix port at PROGRAM as a board whose files are those of FOLDER. */
export const processAddress = /^process:([^,]+)(?:,(.+))?$/;

/** An address in which no path depends on the folder that this process is in. */
export function absoluteAddress(written: string): string {
  const [, program, folder = "."] = processAddress.exec(written) ?? [];
  return program === undefined ? written : `process:${resolve(program)},${resolve(folder)}`;
}

/** The password for a WebREPL's address, from the environment; undefined for other addresses and without one. */
export async function findPassword(
  written: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  if (!/^\s*ws:/i.test(written)) return undefined;
  const { passwordVariable } = await import("@slotscope/device-transport/network");
  return env[passwordVariable];
}
