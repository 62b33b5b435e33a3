import { agentSources } from "@slotscope/agent";
import { startAgent } from "@slotscope/device-transport";
import { createDebugger } from "../debugger/debugger.js";
import { DebuggerError } from "../debugger/errors.js";
import type { Debugger, DebugTarget } from "../debugger/types.js";
import { type ConnectHub, createBoardTarget } from "./board-target.js";
import { hostFiles } from "./host-files.js";

/**
 * A debugger for programs that `local` runs on this computer, or a board where a launch names its `port`. Without
 * `connectHub` there are no boards.
 */
export function makeDebugger(local: DebugTarget, connectHub: ConnectHub = noHub): Debugger {
  const board = createBoardTarget(connectHub);
  return createDebugger({
    target: {
      compilerOptions: local.compilerOptions,
      open: (options, tell, signal) =>
        (options.port === undefined ? local : board).open(options, tell, signal),
    },
    files: hostFiles,
    startAgent: (transport, sink) => startAgent(transport, agentSources, sink),
  });
}

function noHub(): never {
  throw new DebuggerError("badLaunch", "This debugger has no access to boards: leave `port` out.");
}
