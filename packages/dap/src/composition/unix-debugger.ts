import { agentSources } from "@slotscope/agent";
import { startAgent } from "@slotscope/device-transport";
import { createDebugger } from "../debugger/debugger.js";
import type { Debugger } from "../debugger/types.js";
import { hostFiles } from "./host-files.js";
import { createUnixTarget } from "./unix-target.js";

/**
 * A debugger for programs that MicroPython's unix port at that path runs. Throws `badLaunch` where it can't be run.
 */
export function createUnixDebugger(executable: string): Debugger {
  return createDebugger({
    target: createUnixTarget(executable),
    files: hostFiles,
    startAgent: (transport, sink) => startAgent(transport, agentSources, sink),
  });
}
