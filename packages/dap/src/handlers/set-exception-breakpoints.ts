import type { DebugProtocol } from "@vscode/debugprotocol";
import { exceptionFilters } from "../protocol/capabilities.js";
import type { Handler } from "./handler.js";

/** Chooses which exceptions stop the program. */
export const setExceptionBreakpoints: Handler<DebugProtocol.SetExceptionBreakpointsResponse["body"]> = async (
  args,
  context,
) => {
  const filters = args.optionalStrings("filters") ?? [];
  await context.debug.setExceptionFilter({
    raised: filters.includes(exceptionFilters.raised),
    uncaught: filters.includes(exceptionFilters.uncaught),
  });
  const known: readonly string[] = Object.values(exceptionFilters);
  return {
    breakpoints: filters.map((filter) =>
      known.includes(filter)
        ? { verified: true }
        : { verified: false, message: `There is no exception filter \`${filter}\`.` },
    ),
  };
};
