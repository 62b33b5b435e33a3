import type { Arguments } from "../protocol/arguments.js";
import { readStart } from "../protocol/from-dap.js";
import type { SessionState } from "../protocol/session-state.js";
import type { AfterResponse, Handler } from "./handler.js";

/** Starts target and agent. `initialized` follows when breakpoints can be set, the program with `configurationDone`. */
export const launch: Handler<void> = (args, context, afterResponse) =>
  startSession("launch", args, context, afterResponse);

/** What both requests that start a session do. */
export async function startSession(
  request: "launch" | "attach",
  args: Arguments,
  context: SessionState,
  afterResponse: AfterResponse,
): Promise<void> {
  context.startedBy = request;
  const { options, outputCategory } = readStart(args, context);
  context.outputCategory = outputCategory;
  await context.debug.launch(options);
  afterResponse(() => context.sendEvent("initialized"));
}
