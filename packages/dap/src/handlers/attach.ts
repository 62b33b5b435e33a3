import { DebuggerError } from "../debugger/errors.js";
import type { Handler } from "./handler.js";
import { startSession } from "./launch.js";

/**
 * Debugs on a board as it is: unless asked for, nothing is copied to it and it is not reset, so that its files and the
 * state of its hardware stay. A target on this computer lives and dies with its program: there is nothing to attach to.
 */
export const attach: Handler<void> = async (args, context, afterResponse) => {
  if (args.optionalString("port") === undefined) {
    throw new DebuggerError(
      "attachUnsupported",
      'There is no running program to attach to. Give the `port` of a board, or use `"request": "launch"` with a `program`.',
    );
  }
  await startSession("attach", args, context, afterResponse);
};
