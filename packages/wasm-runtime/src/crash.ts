import { TransportError } from "@slotscope/device-transport";

/** What ended a worker, in words for a user. `log` is what the glue printed on the console before. */
export function describeCrash(
  error: { readonly name: string; readonly message: string },
  log: readonly string[],
): TransportError {
  const text = [error.message, ...log].join("\n");
  const say = (message: string): TransportError =>
    new TransportError("disconnected", message, { cause: new Error(text) });
  if (/call stack|stack overflow/i.test(error.message)) {
    return say("MicroPython's WebAssembly ran out of stack: the program nests calls or data too deep");
  }
  if (/out of memory|Cannot enlarge memory|ERR_WORKER_OUT_OF_MEMORY|heap out of memory/i.test(text)) {
    return say("MicroPython's WebAssembly ran out of memory");
  }
  if (error.name === "RuntimeError") {
    return say(`MicroPython's WebAssembly crashed: ${error.message}`);
  }
  return say(`the WebAssembly worker failed: ${error.message}`);
}
