import type { DebugProtocol } from "@vscode/debugprotocol";
import { fileSource } from "../protocol/to-dap.js";
import type { Handler } from "./handler.js";

/** Files of this computer that code of the running program was recognised in. */
export const loadedSources: Handler<DebugProtocol.LoadedSourcesResponse["body"]> = (_args, context) => ({
  sources: context.debug.loadedFiles.map((path) => fileSource(path, context)),
});
