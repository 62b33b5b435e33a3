import type { FirmwareProfile } from "./profile.js";
import { profiles } from "./profiles.generated.js";

export type { FirmwareProfile, ProfileCompilerOptions, ProfileFeatures, Tier } from "./profile.js";
export { profiles };

/** The profile of that id; throws a RangeError that names the known ones. */
export function findProfile(id: string): FirmwareProfile {
  const found = profiles.find((profile) => profile.id === id);
  if (!found) {
    const known = profiles.map((profile) => profile.id).join(", ");
    throw new RangeError(`There is no firmware profile ${JSON.stringify(id)}. Known: ${known}.`);
  }
  return found;
}
