import { readFileSync } from "node:fs";

/** A firmware profile as it is in firmware-profiles. */
export function readProfile(id: string): unknown {
  const file = new URL(`../../../../firmware-profiles/profiles/${id}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8"));
}
