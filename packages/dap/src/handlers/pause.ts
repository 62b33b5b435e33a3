import type { Handler } from "./handler.js";

/** Asks the running program to stop; `stopped` follows when it does. */
export const pause: Handler<void> = (_args, { debug }) => debug.pause();
