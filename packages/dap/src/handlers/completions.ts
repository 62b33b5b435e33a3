import type { DebugProtocol } from "@vscode/debugprotocol";
import { readFrame } from "../protocol/from-dap.js";
import { toCompletion } from "../protocol/to-dap.js";
import type { Handler } from "./handler.js";

/** Completes what is typed at the console, while the program is stopped. */
export const completions: Handler<DebugProtocol.CompletionsResponse["body"]> = async (args, context) => {
  const { text, offset } = readCursor(
    args.string("text"),
    args.integer("column"),
    args.optionalInteger("line"),
    context.client,
  );
  if (context.debug.phase !== "stopped") return { targets: [] };
  const found = await context.debug.complete(text, offset, readFrame(args, context));
  return { targets: found.map(toCompletion) };
};

function readCursor(
  text: string,
  column: number,
  line: number | undefined,
  client: { readonly linesStartAt1: boolean; readonly columnsStartAt1: boolean },
) {
  const lines = text.split("\n");
  const index = line === undefined ? 0 : line - (client.linesStartAt1 ? 1 : 0);
  const chosen = lines[index] ?? text;
  return {
    text: chosen,
    offset: Math.min(Math.max(column - (client.columnsStartAt1 ? 1 : 0), 0), chosen.length),
  };
}
