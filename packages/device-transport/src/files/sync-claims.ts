/**
 * What synchronisations have put on a board: path → hashes. The board keeps it in `.slotscope/synced.tsv` in the
 * folder that is synchronised, a line each: path, size, hash, all ended by tabs. It writes a line before the file takes
 * its place, so that nothing is forgotten; a file counts as put there only as long as it has one of the hashes.
 */
export type SyncClaims = ReadonlyMap<string, ReadonlySet<string>>;

/** The folder of our own on the board. */
export const claimsFolder = ".slotscope";
export const claimsFile = ".slotscope/synced.tsv";

/** Stands for a hash in a folder's line; its path ends with `/`. */
export const folderMark = "folder";

/** Lines that were cut off are passed over. */
export function readClaims(text: string): SyncClaims {
  const claims = new Map<string, Set<string>>();
  for (const line of text.split(/\r?\n/)) {
    const [, path, hash] = /^([^\t]+)\t\d+\t([^\t]+)\t$/.exec(line) ?? [];
    if (path === undefined || hash === undefined) continue;
    const hashes = claims.get(path) ?? new Set();
    // The last one is of the file that came last.
    hashes.delete(hash);
    hashes.add(hash);
    claims.set(path, hashes);
  }
  return claims;
}

/** The lines for claims, sizes left out: only hashes decide. */
export function writeClaims(claims: SyncClaims): string {
  return [...claims]
    .flatMap(([path, hashes]) => [...hashes].map((hash) => `${path}\t0\t${hash}\t\n`))
    .join("");
}
