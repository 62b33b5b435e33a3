import type * as fc from "fast-check";

function readNumber(name: string, fallback: number): number {
  const value = Number(process.env[name] ?? fallback);
  if (!Number.isInteger(value)) throw new Error(`${name} must be a whole number`);
  return value;
}

/** The same programs every time, unless `SLOTSCOPE_FUZZ_SEED` says otherwise. */
export const seed = readNumber("SLOTSCOPE_FUZZ_SEED", 20_261);

/** How many times more programs than usual. */
const effort = readNumber("SLOTSCOPE_FUZZ_EFFORT", 1);

/** Settings of a property that is usually tried so many times. A failure is reported with its seed and its path. */
export function settings(runs: number): fc.Parameters<unknown> {
  return { seed, numRuns: runs * effort, endOnFailure: false };
}
