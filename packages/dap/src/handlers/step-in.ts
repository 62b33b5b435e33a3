import type { Handler } from "./handler.js";

/** Steps to the next line, wherever it is. */
export const stepIn: Handler<void> = (_args, { debug }) => debug.step("in");
