import type { DebugProtocol } from "@vscode/debugprotocol";
import type { BreakpointRequest } from "../debugger/types.js";
import { readBreakpoint, readSourcePath } from "../protocol/from-dap.js";
import { fromClientLine } from "../protocol/paths.js";
import { toBreakpoint } from "../protocol/to-dap.js";
import type { Handler } from "./handler.js";

/** Replaces the breakpoints of one file. */
export const setBreakpoints: Handler<DebugProtocol.SetBreakpointsResponse["body"]> = async (
  args,
  context,
) => {
  const path = readSourcePath(args.object("source"), context.client);
  const requests: readonly BreakpointRequest[] =
    args.optionalObjects("breakpoints")?.map((item) => readBreakpoint(item, context.client)) ??
    args.optionalIntegers("lines")?.map((line) => ({ line: fromClientLine(line, context.client) })) ??
    [];
  if (path === undefined) {
    const message = "The source of this code is not on this computer, so no breakpoint can stand in it.";
    return { breakpoints: requests.map(() => ({ verified: false, message })) };
  }
  const breakpoints = await context.debug.setBreakpoints(path, requests);
  return { breakpoints: breakpoints.map((breakpoint) => toBreakpoint(breakpoint, context)) };
};
