import type { DebugProtocol } from "@vscode/debugprotocol";
import { readSourcePath } from "../protocol/from-dap.js";
import { fromClientLine, toClientLine } from "../protocol/paths.js";
import type { Handler } from "./handler.js";

/** Lines at which a breakpoint can stop. */
export const breakpointLocations: Handler<DebugProtocol.BreakpointLocationsResponse["body"]> = async (
  args,
  context,
) => {
  const path = readSourcePath(args.object("source"), context.client);
  const first = fromClientLine(args.integer("line"), context.client);
  const last = args.optionalInteger("endLine");
  const lines =
    path === undefined
      ? []
      : await context.debug.breakpointLines(
          path,
          first,
          last === undefined ? first : fromClientLine(last, context.client),
        );
  return { breakpoints: lines.map((line) => ({ line: toClientLine(line, context.client) })) };
};
