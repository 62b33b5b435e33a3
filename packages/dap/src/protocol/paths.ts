import type { ClientTraits } from "./session-state.js";

/** A path as the client writes it, to the host's. */
export function fromClientPath(path: string, client: ClientTraits): string {
  if (!client.pathsAreUris && !path.startsWith("file://")) return path;
  try {
    const { pathname, host } = new URL(path);
    const decoded = decodeURIComponent(pathname);
    if (host !== "") return `//${host}${decoded}`;
    return /^\/[A-Za-z]:/.test(decoded) ? decoded.slice(1) : decoded;
  } catch {
    return path;
  }
}

/** A path of the host's, as the client writes it. */
export function toClientPath(path: string, client: ClientTraits): string {
  if (!client.pathsAreUris) return path;
  const slashes = path.replaceAll("\\", "/");
  return new URL(`file://${slashes.startsWith("/") ? "" : "/"}${encodeURI(slashes)}`).href;
}

export function fromClientLine(line: number, client: ClientTraits): number {
  return client.linesStartAt1 ? line : line + 1;
}

export function toClientLine(line: number, client: ClientTraits): number {
  return client.linesStartAt1 ? line : line - 1;
}

/** The first column, as the client counts. */
export function firstColumn(client: ClientTraits): number {
  return client.columnsStartAt1 ? 1 : 0;
}
