import type { DebugProtocol } from "@vscode/debugprotocol";
import { findInContainer } from "../protocol/containers.js";
import { toValue } from "../protocol/to-dap.js";
import type { Handler } from "./handler.js";

/** Gives a variable that the client has been shown a new value, by an expression of its frame. */
export const setVariable: Handler<DebugProtocol.SetVariableResponse["body"]> = async (args, context) => {
  const container = context.containers.get(args.integer("variablesReference"));
  const target = await findInContainer(container, args.string("name"), context.debug);
  return toValue(await context.debug.assign(target, args.string("value")), context);
};
