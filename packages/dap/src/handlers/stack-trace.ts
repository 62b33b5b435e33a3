import type { DebugProtocol } from "@vscode/debugprotocol";
import { toStackFrame } from "../protocol/to-dap.js";
import type { Handler } from "./handler.js";

/** Frames of the stop, innermost first, a page at a time. */
export const stackTrace: Handler<DebugProtocol.StackTraceResponse["body"]> = async (args, context) => {
  const start = args.optionalInteger("startFrame") ?? 0;
  const levels = args.optionalInteger("levels") ?? 0;
  const frames = await context.debug.frames(start, levels === 0 ? Number.MAX_SAFE_INTEGER : levels);
  return {
    stackFrames: frames.map((frame) => toStackFrame(frame, context)),
    totalFrames: context.debug.snapshot?.depth ?? frames.length,
  };
};
