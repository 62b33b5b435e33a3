import { Script } from "node:vm";

/** What `withinTime` is running; a script can only reach what is global. */
const slot = globalThis as typeof globalThis & { slotscopeTimedCall?: () => unknown };
const script = new Script("slotscopeTimedCall()");

/** Gives what a function returns; throws if it takes longer than so many milliseconds, even in an endless loop. */
export function withinTime<T>(milliseconds: number, run: () => T): T {
  slot.slotscopeTimedCall = run;
  try {
    return script.runInThisContext({ timeout: milliseconds }) as T;
  } finally {
    delete slot.slotscopeTimedCall;
  }
}
