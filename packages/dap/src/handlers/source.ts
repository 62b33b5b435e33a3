import type { DebugProtocol } from "@vscode/debugprotocol";
import { DebuggerError } from "../debugger/errors.js";
import type { Handler } from "./handler.js";

/** What can be said of code that has no file on this computer. */
export const source: Handler<DebugProtocol.SourceResponse["body"]> = (args, context) => {
  const targetPath = context.sourceOf(args.integer("sourceReference"));
  if (targetPath === undefined) {
    throw new DebuggerError(
      "sourceMissing",
      "There is no such source. Files of this computer are read from disk.",
    );
  }
  return {
    content: `# ${targetPath} is part of the firmware. Its source is not on this computer,\n# so it can't be shown, and its local variables have no names.\n`,
    mimeType: "text/x-python",
  };
};
