import type { DebugProtocol } from "@vscode/debugprotocol";
import { toScopes } from "../protocol/to-dap.js";
import type { Handler } from "./handler.js";

/** Locals, free variables and globals of a frame. */
export const scopes: Handler<DebugProtocol.ScopesResponse["body"]> = (args, context) => ({
  scopes: toScopes(context.frames.get(args.integer("frameId")), context),
});
