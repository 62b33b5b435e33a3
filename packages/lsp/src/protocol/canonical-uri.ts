/** One spelling for all URIs of a file: nothing escaped, and the drive of Windows in lower case. */
export function canonicalUri(uri: string): string {
  let plain = uri;
  try {
    plain = decodeURIComponent(uri);
  } catch {
    // A stray percent sign: it is its own spelling.
  }
  return plain.replace(
    /^(file:\/\/\/)([A-Z])(?=:)/,
    (_all, scheme: string, drive: string) => scheme + drive.toLowerCase(),
  );
}
