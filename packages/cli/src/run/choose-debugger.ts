import { createUnixDebugger, createWasmDebugger, type Debugger, DebuggerError } from "@slotscope/dap";
import { openHub } from "../board/open-hub.js";
import { type Arguments, CommandFailure, type OptionSpec } from "../command-line/command.js";
import { valueOf } from "../command-line/parse-arguments.js";

/** The option by which commands that debug choose what runs the program. */
export const targetOptionSpecs: Readonly<Record<string, OptionSpec>> = {
  micropython: {
    type: "string",
    value: "PATH",
    help: "run programs by this program, MicroPython's unix port, not in WebAssembly",
  },
};

const connect = () => openHub("slotscope debugger");

/**
 * A maker of debuggers for the target that was chosen, and for boards where a launch names one. Where the target can't
 * be used the maker throws a CommandFailure.
 */
export function chooseDebugger(args: Arguments): () => Debugger {
  const executable = valueOf(args, "micropython");
  if (executable === undefined) return () => createWasmDebugger(connect);
  return () => {
    try {
      return createUnixDebugger(executable, connect);
    } catch (error) {
      if (error instanceof DebuggerError) throw new CommandFailure(error.message);
      throw error;
    }
  };
}
