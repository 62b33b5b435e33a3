import type { DebugProtocol } from "@vscode/debugprotocol";
import { mainThread } from "../protocol/to-dap.js";
import type { Handler } from "./handler.js";

/** One thread as long as there is a program. */
export const threads: Handler<DebugProtocol.ThreadsResponse["body"]> = (_args, { debug }) => ({
  threads: debug.phase === "idle" || debug.phase === "ended" ? [] : [mainThread],
});
