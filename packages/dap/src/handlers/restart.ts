import { readStart } from "../protocol/from-dap.js";
import type { Handler } from "./handler.js";

/** Starts the program again on a fresh target, with new arguments if the client sends any, and the same breakpoints. */
export const restart: Handler<void> = async (args, context) => {
  const again = args.optionalObject("arguments");
  await context.debug.restart(again?.has("program") === true ? readStart(again, context).options : undefined);
};
