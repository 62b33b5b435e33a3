import type { DebugProtocol } from "@vscode/debugprotocol";
import { requirePhase } from "../debugger/phase.js";
import { DebuggerError } from "../debugger/errors.js";
import { toExceptionInfo } from "../protocol/to-dap.js";
import type { Handler } from "./handler.js";

/** The exception that the program is stopped at. */
export const exceptionInfo: Handler<DebugProtocol.ExceptionInfoResponse["body"]> = (_args, { debug }) => {
  requirePhase(debug.phase, "stopped");
  const info = debug.snapshot && toExceptionInfo(debug.snapshot);
  if (!info) throw new DebuggerError("badArguments", "The program is not stopped at an exception.");
  return info;
};
