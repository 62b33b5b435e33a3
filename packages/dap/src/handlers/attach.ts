import { DebuggerError } from "../debugger/errors.js";
import type { Handler } from "./handler.js";

/** A WebAssembly target lives and dies with its program: there is nothing to attach to. */
export const attach: Handler<never> = () => {
  throw new DebuggerError(
    "attachUnsupported",
    'There is no running program to attach to. Use `"request": "launch"` with a `program`.',
  );
};
