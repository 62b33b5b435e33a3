import type { Handler } from "./handler.js";

/** Ends the program, whatever it is doing. */
export const terminate: Handler<void> = (_args, { debug }) => debug.terminate();
