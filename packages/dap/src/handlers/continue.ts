import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Handler } from "./handler.js";

/** Runs on until the next stop. */
export const continueProgram: Handler<DebugProtocol.ContinueResponse["body"]> = async (_args, { debug }) => {
  await debug.continue();
  return { allThreadsContinued: true };
};
