import type { FirmwareProfile, ProbedFacts } from "./profile.js";

/** What must be known of a firmware to find its profile. */
export type Likeness = Pick<ProbedFacts, "port" | "version"> &
  Partial<Pick<ProbedFacts, "board" | "variant" | "machine" | "wordBits" | "settrace" | "tiers">>;

/**
 * The profile that fits a firmware best: of the same port, and if it can be of the same board, build and microcontroller,
 * then debugged the same way, then of the nearest version. Undefined where no profile is of its port. A firmware that can
 * be probed needs none: what it told is better.
 */
export function matchProfile(
  facts: Likeness,
  profiles: readonly FirmwareProfile[],
): FirmwareProfile | undefined {
  let best: { profile: FirmwareProfile; score: readonly number[] } | undefined;
  for (const profile of profiles) {
    if (profile.port !== facts.port) continue;
    const score = scoreOf(profile, facts);
    if (best === undefined || isGreater(score, best.score)) best = { profile, score };
  }
  return best?.profile;
}

/** How well a profile fits, the weightiest first; more is better. */
function scoreOf(profile: FirmwareProfile, facts: Likeness): readonly number[] {
  return [
    Number(facts.board !== undefined && profile.board === facts.board),
    likenessOfChips(profile.mcu, facts.machine),
    Number(profile.wordBits === facts.wordBits),
    Number(profile.variant === facts.variant),
    Number(profile.tiers[0] === facts.tiers?.[0]) + Number(profile.settrace === facts.settrace),
    -Math.abs(minorOf(profile.version) - minorOf(facts.version)),
    Number(profile.version === facts.version),
  ];
}

/**
 * How much of the microcontroller that `sys.implementation._machine` ends with, such as `Generic ESP32S3 module with
 * ESP32S3`, a profile's `mcu` names: a family and its members begin alike.
 */
function likenessOfChips(mcu: string | undefined, machine: string | undefined): number {
  const named = machine?.split(" with ").at(-1)?.toLowerCase();
  return mcu !== undefined && named?.startsWith(mcu.toLowerCase()) ? mcu.length : 0;
}

function minorOf(version: string): number {
  return Number(version.split(".")[1]);
}

function isGreater(a: readonly number[], b: readonly number[]): boolean {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index >= 0 && (a[index] ?? 0) > (b[index] ?? 0);
}
