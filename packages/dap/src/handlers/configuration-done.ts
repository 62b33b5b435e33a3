import type { Handler } from "./handler.js";

/** Starts the program: all breakpoints are set. */
export const configurationDone: Handler<void> = (_args, context) => context.debug.run();
