import type { Handler } from "./handler.js";

/** Ends the program and the session. */
export const disconnect: Handler<void> = async (_args, context, afterResponse) => {
  await context.debug.close();
  afterResponse(() => context.endSession());
};
