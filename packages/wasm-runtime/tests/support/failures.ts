import { expect } from "vitest";
import { RawRepl, type TransportError } from "@slotscope/device-transport";
import { createWasmTransport } from "../../dist/index.js";

/** The error by which a promise is rejected. */
export async function rejection(promise: Promise<unknown>): Promise<TransportError> {
  return promise.then(
    () => {
      throw new Error("it was not rejected");
    },
    (error: unknown) => error as TransportError,
  );
}

/** Runs code that kills its VM; the error by which its loss is told. */
export const crash = async (code: string): Promise<TransportError> => {
  const transport = createWasmTransport();
  await transport.open();
  const lost = new Promise<TransportError>((resolve) => transport.onLost(resolve));
  const repl = new RawRepl(transport);
  await repl.enter();
  const running = rejection(repl.exec(code));
  const error = await lost;
  expect((await running).message).toBe(error.message);
  return error;
};
