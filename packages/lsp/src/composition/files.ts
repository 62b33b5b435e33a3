import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
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

/** Whether a module of that name, a file or a folder, lies beside a document or in its workspace folder or a `lib` there. */
export function isModuleBeside(uri: string, folder: string | undefined, name: string): boolean {
  const document = pathOf(uri);
  const root = folder === undefined ? undefined : pathOf(folder);
  const places = [
    ...(document === undefined ? [] : [dirname(document)]),
    ...(root === undefined ? [] : [root, join(root, "lib")]),
  ];
  return places.some((place) => ["", ".py", ".mpy"].some((ending) => existsSync(join(place, name + ending))));
}
