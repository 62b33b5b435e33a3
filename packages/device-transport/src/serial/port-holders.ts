import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";

/** A process that has a port open. */
export interface PortHolder {
  readonly pid: number;
  /** Its command's name, such as `mpremote`. */
  readonly name: string;
}

/**
 * Who has which of the ports open, by Linux's `/proc`: of the processes that this user may look at. Asking a port
 * itself, by opening it, would reset boards. Other systems don't tell: nothing is found there.
 */
export async function findPortHolders(
  paths: readonly string[],
  proc = "/proc",
): Promise<ReadonlyMap<string, PortHolder>> {
  const holders = new Map<string, PortHolder>();
  if (paths.length === 0) return holders;
  const wanted = new Set(paths);
  const pids = (await readdir(proc).catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const open = await readdir(join(proc, pid, "fd")).catch(() => []);
    const targets = await Promise.all(open.map((fd) => readlink(join(proc, pid, "fd", fd)).catch(() => "")));
    for (const target of targets) {
      if (!wanted.has(target) || holders.has(target)) continue;
      const name = (await readFile(join(proc, pid, "comm"), "utf8").catch(() => "a process")).trim();
      holders.set(target, { pid: Number(pid), name });
    }
  }
  return holders;
}
