import { matchProfile as matchAmong, type Likeness } from "./match-profile.js";
import type { FirmwareProfile } from "./profile.js";
import { profiles } from "./profiles.generated.js";

export type { Likeness } from "./match-profile.js";
export { profileFromFacts } from "./profile-from-facts.js";
export type {
  FirmwareProfile,
  ProbedFacts,
  ProfileCompilerOptions,
  ProfileFeatures,
  Tier,
  UsbId,
} from "./profile.js";
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

/** Of all profiles the one that fits a firmware best: see `matchProfile` in match-profile.ts. */
export function matchProfile(facts: Likeness): FirmwareProfile | undefined {
  return matchAmong(facts, profiles);
}
