import type { DebugMap } from "./debug-map.js";
import { mapResolved } from "./map-source.js";

/** How many ways of interning a text's strings are tried at most, and how many characters of text are mapped for it. */
const mostVariants = 32;
const mostCharacters = 1_000_000;

/** Strings that something can have interned by chance: those that could be a name, or a module's dotted one. */
const nameLike = /^[A-Za-z_][\w.]{10,}$/;

const variantsOfMap = new WeakMap<DebugMap, DebugMap[]>();

/**
 * Maps of the same text as it compiles where some of its loose strings are interned: all of them, one, two, and so
 * on. Each is made when it is reached, and kept as long as the first map is.
 */
export function* internedVariants(debugMap: DebugMap): Generator<DebugMap> {
  const made = variantsOfMap.get(debugMap) ?? [];
  variantsOfMap.set(debugMap, made);
  const count = made.length;
  yield* made.slice();
  let skip = count;
  const { options, text, file, looseStrings } = debugMap;
  const limit = Math.min(mostVariants, Math.floor(mostCharacters / (text.length + 1)));
  const candidates = looseStrings.filter((each) => nameLike.test(each));
  for (const strings of choices(candidates, limit)) {
    if (skip-- > 0) continue;
    const internedStrings = new Set([...options.internedStrings, ...strings]);
    const variant = mapResolved(text, file, { ...options, internedStrings }).debugMap;
    made.push(variant);
    yield variant;
  }
}

/** Has a variant be the first from now on: all code of a file was compiled at one time. */
export function preferVariant(debugMap: DebugMap, variant: DebugMap): void {
  const made = variantsOfMap.get(debugMap);
  const at = made?.indexOf(variant) ?? -1;
  if (made !== undefined && at > 0) made.unshift(...made.splice(at, 1));
}

/** Choices of at least one string, up to a number of choices. */
function* choices(strings: readonly string[], limit: number): Generator<readonly string[]> {
  const count = strings.length;
  if (count === 0 || limit === 0) return;
  let left = limit;
  if (count > 1) {
    left--;
    yield strings;
  }
  for (let size = 1; size < Math.max(count, 2); size++) {
    for (const choice of combinations(strings, size)) {
      if (left-- <= 0) return;
      yield choice;
    }
  }
}

function* combinations(items: readonly string[], size: number, from = 0): Generator<readonly string[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let i = from; i + size <= items.length; i++) {
    const item = items[i];
    if (item === undefined) continue;
    for (const rest of combinations(items, size - 1, i + 1)) yield [item, ...rest];
  }
}
