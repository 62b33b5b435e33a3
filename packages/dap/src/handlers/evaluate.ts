import type { DebugProtocol } from "@vscode/debugprotocol";
import { readFrame } from "../protocol/from-dap.js";
import { toValue } from "../protocol/to-dap.js";
import type { Handler } from "./handler.js";

/** Evaluates for watches and hovers; at the console also runs statements, and feeds a running program's `input()`. */
export const evaluate: Handler<DebugProtocol.EvaluateResponse["body"]> = async (args, context) => {
  const text = args.string("expression");
  const mode = args.optionalString("context") === "repl" ? "console" : "inspect";
  if (mode === "console" && context.debug.phase === "running") {
    await context.debug.writeInput(new TextEncoder().encode(`${text}\n`));
    return { result: "", variablesReference: 0 };
  }
  const frame = readFrame(args, context);
  const { value, newGlobals } = await context.debug.evaluate(text, frame, mode);
  if (newGlobals.length > 0) {
    const names = newGlobals.map((name) => `\`${name}\``).join(", ");
    const output = `${names}: no local of this function, so assigned as global of its module.\n`;
    context.sendEvent("output", { category: "console", output });
  }
  // As at Python's own prompt, None is not worth a line: most calls at a console are made for what they do.
  const isNone = value?.value.kind === "value" && value.value.type === "NoneType";
  if (!value || (mode === "console" && isNone)) return { result: "", variablesReference: 0 };
  const { value: result, ...rest } = toValue(value, context);
  return { result, ...rest };
};
