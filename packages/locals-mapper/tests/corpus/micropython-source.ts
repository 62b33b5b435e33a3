import { readdirSync } from "node:fs";
import { join } from "node:path";

/** The root script that brings MicroPython's source onto the machine; JavaScript without types. */
const sourceScript = new URL("../../../../scripts/micropython-source.mjs", import.meta.url).href;

/** The folder of MicroPython's source, or why there is none, which is printed too. */
export async function findSource(): Promise<{ folder: string; reason: string }> {
  const { fetchSource } = (await import(sourceScript)) as { fetchSource: () => Promise<string> };
  try {
    return { folder: await fetchSource(), reason: "" };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`MicroPython's own programs are not checked: ${reason}\n`);
    return { folder: "", reason };
  }
}

/** Paths of all Python files under a folder, in order. */
export function programsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".py"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
