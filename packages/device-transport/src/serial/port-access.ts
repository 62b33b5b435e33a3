import { constants } from "node:fs";
import { access, readFile, stat } from "node:fs/promises";
import { userInfo } from "node:os";
import type { PortHolder } from "./port-holders.js";

/** The name of a group by its number, by `/etc/group`; undefined where that doesn't say. */
async function groupName(gid: number): Promise<string | undefined> {
  const text = await readFile("/etc/group", "utf8").catch(() => "");
  return text
    .split("\n")
    .map((line) => line.split(":"))
    .find((fields) => fields[2] === String(gid))?.[0];
}

/** Says that a port may not be opened by this user, whose group may, and how to get into it. */
export async function explainDenied(path: string): Promise<string> {
  if (process.platform === "win32") return `${path} may not be opened by this user`;
  const found = await stat(path).catch(() => undefined);
  const group = found === undefined ? undefined : await groupName(found.gid);
  const opensToGroup = found !== undefined && (found.mode & 0o060) === 0o060;
  if (group === undefined || group === "root" || !opensToGroup) {
    return `${path} may not be opened by this user; give yourself the right to read and write it, for now by: sudo chmod a+rw ${path}`;
  }
  return `${path} may be opened by members of the group ${group} only; join it by: sudo usermod -aG ${group} ${userInfo().username}, then log out and in again`;
}

/** Says that a port is in use, by whom if that is known, and what to do. */
export function explainBusy(path: string, holder?: PortHolder): string {
  if (holder?.pid === process.pid) return `${path} is open already, in this process`;
  const by = holder === undefined ? "by another program" : `by ${holder.name} (process ${holder.pid})`;
  return `${path} is in use ${by}; close it there: a terminal, an IDE or another debugger`;
}

/** Why this user may not open a port; undefined if that may be, or can't be told. */
export async function findDenial(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "EACCES" || code === "EPERM" ? explainDenied(path) : undefined;
  }
}
