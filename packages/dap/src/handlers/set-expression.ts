import type { DebugProtocol } from "@vscode/debugprotocol";
import { readFrame } from "../protocol/from-dap.js";
import { toValue } from "../protocol/to-dap.js";
import type { Handler } from "./handler.js";

/** Assigns to anything that can stand left of `=`. */
export const setExpression: Handler<DebugProtocol.SetExpressionResponse["body"]> = async (args, context) => {
  const frame = readFrame(args, context);
  const variable = await context.debug.assignExpression(
    args.string("expression"),
    args.string("value"),
    frame,
  );
  return toValue(variable, context);
};
