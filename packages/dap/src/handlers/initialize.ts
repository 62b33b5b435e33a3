import { DebuggerError } from "../debugger/errors.js";
import { capabilities } from "../protocol/capabilities.js";
import type { Handler } from "./handler.js";

/** Takes note of how the client counts, and says what works here. */
export const initialize: Handler<typeof capabilities> = (args, context) => {
  if (context.debug.phase !== "idle") {
    throw new DebuggerError("badArguments", "`initialize` must come once, before anything else.");
  }
  context.client = {
    linesStartAt1: args.optionalBoolean("linesStartAt1") ?? true,
    columnsStartAt1: args.optionalBoolean("columnsStartAt1") ?? true,
    pathsAreUris: args.optionalString("pathFormat") === "uri",
    supportsInvalidated: args.optionalBoolean("supportsInvalidatedEvent") ?? false,
    supportsVariableType: args.optionalBoolean("supportsVariableType") ?? true,
  };
  return capabilities;
};
