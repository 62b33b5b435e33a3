import { createUnixDebugger, createWasmDebugger, type Debugger, DebuggerError } from "@slotscope/dap";
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

/** A maker of debuggers for the target that was chosen. Where it can't be used the maker throws a CommandFailure. */
export function chooseDebugger(args: Arguments): () => Debugger {
  const executable = valueOf(args, "micropython");
  if (executable === undefined) return createWasmDebugger;
  return () => {
    try {
      return createUnixDebugger(executable);
    } catch (error) {
      if (error instanceof DebuggerError) throw new CommandFailure(error.message);
      throw error;
    }
  };
}
