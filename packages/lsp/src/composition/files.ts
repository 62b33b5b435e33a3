import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The path of a file: URI; undefined for other URIs, and for those that name no file of this computer. */
export function pathOf(uri: string): string | undefined {
  try {
    return uri.startsWith("file:") ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined;
  }
}

/** The text of the file of a URI; undefined if it can't be read. */
export function readUri(uri: string): string | undefined {
  const path = pathOf(uri);
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
