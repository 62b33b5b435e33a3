import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** The user's folder for what programs remember between runs: XDG_STATE_HOME, or the platform's own. */
export function stateFolder(env: Environment, platform: NodeJS.Platform = process.platform): string {
  const home = env["HOME"] ?? homedir();
  if (platform === "win32") return join(env["LOCALAPPDATA"] ?? join(home, "AppData", "Local"), "slotscope");
  const given = env["XDG_STATE_HOME"];
  if (given?.startsWith("/")) return join(given, "slotscope");
  return platform === "darwin"
    ? join(home, "Library", "Application Support", "slotscope")
    : join(home, ".local", "state", "slotscope");
}

/** Commands of earlier sessions, the latest first; none if there is no file yet or it can't be read. */
export async function readHistory(file: string): Promise<string[]> {
  try {
    const text = await readFile(file, "utf8");
    return text.split("\n").filter((line) => line !== "");
  } catch {
    return [];
  }
}

/** Keeps the commands. A folder that can't be written costs the history, not the session. */
export async function writeHistory(file: string, history: readonly string[]): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const fresh = `${file}.${process.pid}`;
    await writeFile(fresh, history.map((line) => `${line}\n`).join(""), { mode: 0o600 });
    await rename(fresh, file);
  } catch {
    // The next session starts with less history.
  }
}
