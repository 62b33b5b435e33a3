import type { Handler } from "./handler.js";

/** Runs on until this frame has returned. */
export const stepOut: Handler<void> = (_args, { debug }) => debug.step("out");
