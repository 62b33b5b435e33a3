import type { Debugger } from "../debugger/types.js";
import type { ConnectHub } from "./board-target.js";
import { makeDebugger } from "./make-debugger.js";
import { createUnixTarget } from "./unix-target.js";

/**
 * A debugger for programs that MicroPython's unix port at that path runs, or a board. Throws `badLaunch` where the port
 * can't be run.
 */
export function createUnixDebugger(executable: string, connectHub?: ConnectHub): Debugger {
  return makeDebugger(createUnixTarget(executable), connectHub);
}
