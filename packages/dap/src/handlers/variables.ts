import type { DebugProtocol } from "@vscode/debugprotocol";
import { readContainer } from "../protocol/containers.js";
import { readPage } from "../protocol/from-dap.js";
import { toVariable, unnamedReason } from "../protocol/to-dap.js";
import type { Handler } from "./handler.js";

/** The variables of a scope, or the children of a value, a page at a time. */
export const variables: Handler<DebugProtocol.VariablesResponse["body"]> = async (args, context) => {
  const container = context.containers.get(args.integer("variablesReference"));
  const { items, unnamed } = await readContainer(container, readPage(args), context.debug);
  return {
    variables: [
      ...(unnamed === undefined ? [] : [unnamedReason(unnamed)]),
      ...items.map((variable) => toVariable(variable, context)),
    ],
  };
};
