import { readLaunch } from "../protocol/from-dap.js";
import type { Handler } from "./handler.js";

/** Starts target and agent. `initialized` follows when breakpoints can be set, the program with `configurationDone`. */
export const launch: Handler<void> = async (args, context, afterResponse) => {
  const { options, outputCategory } = readLaunch(args, context.client);
  context.outputCategory = outputCategory;
  await context.debug.launch(options);
  afterResponse(() => context.sendEvent("initialized"));
};
