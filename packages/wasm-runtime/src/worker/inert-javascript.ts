/**
 * Keeps JavaScript away from Python. The port's modules `js` and `jsffi` hand JavaScript objects to Python,
 * from `globalThis` on: with that a program could reach `process`, `require` or `Function` and leave the
 * sandbox. The glue keeps every object that Python holds under a number in the global array `proxy_js_ref`, and
 * asks the global map `proxy_js_ref_map` whether an object has one already. Both are replaced: whatever object
 * goes to Python gets the number of one inert object, from which nothing leads on. Memory that a program forges
 * (with `uctypes`) can hold other numbers, but behind every number there is that object or a function of ours.
 */

/** The glue's globals (proxy_js.js of the port). */
interface GlueGlobals {
  proxy_js_ref: unknown[];
  proxy_js_ref_map: unknown;
  /** Where the glue looks first for a number that is free. */
  proxy_js_ref_next: number;
}

/** The numbers before are the glue's own, for the global object (which the module `js` shows) and for undefined. */
const inertNumber = 2;

const nothing = (): undefined => undefined;

/** A callable object that has no properties, takes any, iterates over nothing and returns nothing. */
function createInertObject(): object {
  const end = Object.freeze(Object.assign(Object.create(null) as object, { done: true, value: undefined }));
  const answers = new Map<string | symbol, () => unknown>([
    ["call", nothing],
    // What is returned gets to Python as the inert object again, so that it iterates over itself.
    [Symbol.iterator, () => end],
    ["next", () => end],
  ]);
  // A proxy may not hide what its target cannot lose. A bound constructor, of whatever, has no such property.
  return new Proxy(Object.bind(undefined), {
    get: (_target, key) => answers.get(key),
    has: () => false,
    set: () => true,
    deleteProperty: () => true,
    defineProperty: () => true,
    setPrototypeOf: () => false,
    getPrototypeOf: () => null,
    ownKeys: () => [],
    getOwnPropertyDescriptor: () => undefined,
    apply: nothing,
    construct: () => end,
  });
}

/** A function that Python can call and that leads nowhere else. It gets and returns numbers, strings and null only. */
function createHostFunction(call: (...values: never[]) => unknown): object {
  const bound = (_self: unknown, ...values: never[]): unknown => call(...values);
  return new Proxy(call, {
    // The glue calls a function found as an attribute by `f.call(...arguments)`.
    get: (_target, key) => (key === "call" ? bound : undefined),
    has: () => false,
    set: () => true,
    deleteProperty: () => true,
    defineProperty: () => true,
    setPrototypeOf: () => false,
    getPrototypeOf: () => null,
    construct: () => {
      throw new TypeError("not a constructor");
    },
  });
}

/**
 * Replaces what Python can reach of JavaScript, and returns the object with the given functions to register
 * as a module. Call it once after the glue has loaded and before any code of a user runs.
 */
export function makeJavaScriptInert(
  functions: Readonly<Record<string, (...values: never[]) => unknown>>,
): object {
  const glue = globalThis as unknown as GlueGlobals;
  const inert = createInertObject();
  const numbers: unknown[] = [inert, inert, inert];
  const known = new Map<unknown, number>();
  const entries = Object.create(null) as Record<string, object>;
  for (const [name, call] of Object.entries(functions)) entries[name] = createHostFunction(call);
  Object.freeze(entries);
  for (const object of [entries, ...Object.values(entries)]) {
    known.set(object, numbers.length);
    numbers.push(object);
  }
  if (glue.proxy_js_ref[0] !== globalThis || glue.proxy_js_ref[1] !== undefined) {
    throw new Error("the JavaScript glue is not the one this sandbox was made for");
  }
  // The glue must be told of a number that Python does not hold as of a free one, so that it makes Python's side of it.
  const held = new Set<number>();
  let shownFree: number | undefined;
  glue.proxy_js_ref_map = Object.freeze({
    get: (object: unknown) => {
      const number = known.get(object) ?? inertNumber;
      if (held.has(number)) return number;
      shownFree = number;
      glue.proxy_js_ref_next = number;
      return undefined;
    },
    set: nothing,
    delete: nothing,
  });
  glue.proxy_js_ref = new Proxy(numbers, {
    get: (target, key) => {
      if (typeof key === "symbol" || key === "length") return Reflect.get(target, key) as unknown;
      const number = Number(key);
      if (number === shownFree) return undefined;
      return target[number] ?? inert;
    },
    // Written when Python comes to hold an object, and with undefined when it has dropped it.
    set: (_target, key, value) => {
      const number = Number(key);
      if (number === shownFree) shownFree = undefined;
      if (value === undefined) held.delete(number);
      else held.add(number);
      return true;
    },
    defineProperty: () => true,
    deleteProperty: () => true,
  });
  return entries;
}
