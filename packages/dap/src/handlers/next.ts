import type { Handler } from "./handler.js";

/** Steps to the next line of this frame, or of its caller at its end. */
export const next: Handler<void> = (_args, { debug }) => debug.step("next");
