import type { CodeRunner } from "../code-runner.js";
import { RawRepl } from "../raw-repl.js";
import { TransportError } from "../transport-error.js";
import { type DataRunner, takesData } from "../files/data-runner.js";
import { rawReplRunner } from "../files/raw-repl-runner.js";
import type { Lease } from "./hub-lease.js";
import { GuestError } from "./wire-error.js";

/** Runs code on a device that other clients may hold, until `close`. */
export interface HubRunner extends CodeRunner {
  /** Where the code runs. */
  readonly address: string;
  /** There only where the device is leased for the runner, which then carries data as they are. */
  runWithData?: DataRunner["runWithData"];
  /** Lets go of the device. Never rejects. */
  close(): Promise<void>;
}

/** A place as a guest of a device's holder. */
export interface GuestPlace {
  readonly address: string;
  /** Rejects with a GuestError of kind `gone` where the holder has left. */
  run(code: string): Promise<string>;
  close(): Promise<void>;
}

type Place = GuestPlace | HubRunner;
type Turn = { readonly lease: Lease } | { readonly guest: GuestPlace };

/**
 * Runs code by turns: over a lease by the raw REPL, or as a guest of whoever holds the device. `takeTurn` waits for
 * either.
 */
export async function createHubRunner(
  takeTurn: () => Promise<Turn>,
  makeRunner: (repl: RawRepl) => CodeRunner = rawReplRunner,
): Promise<HubRunner> {
  const turn = await takeTurn();
  if ("lease" in turn) return await runOverLease(turn.lease, makeRunner);
  let place: Place = turn.guest;
  /** Whether code has run in this place, which then holds what it defined. */
  let isUsed = false;
  let isClosed = false;
  let last: Promise<unknown> = Promise.resolve();

  async function runNow(code: string): Promise<string> {
    for (;;) {
      if (isClosed) throw new TransportError("disconnected", `${place.address} has been given up`);
      try {
        const result = await place.run(code);
        isUsed = true;
        return result;
      } catch (error) {
        if (!(error instanceof GuestError)) {
          isUsed = true;
          throw error;
        }
        if (isUsed) throw new TransportError("disconnected", error.message, { cause: error });
      }
      await place.close();
      const next = await takeTurn();
      place = "guest" in next ? next.guest : await runOverLease(next.lease, makeRunner);
    }
  }

  return {
    get address() {
      return place.address;
    },
    run(code) {
      const result = last.then(() => runNow(code));
      last = result.catch(() => undefined);
      return result;
    },
    async close() {
      isClosed = true;
      await place.close();
    },
  };
}

async function runOverLease(lease: Lease, makeRunner: (repl: RawRepl) => CodeRunner): Promise<HubRunner> {
  const repl = new RawRepl(lease);
  try {
    await repl.enter();
  } catch (error) {
    await lease.close();
    throw error;
  }
  const runner = makeRunner(repl);
  let isClosed = false;
  const whileOpen = async (run: () => Promise<string>): Promise<string> => {
    if (isClosed) throw new TransportError("disconnected", `${lease.address} has been given up`);
    return await run();
  };
  return {
    address: lease.address,
    run: (code) => whileOpen(() => runner.run(code)),
    ...(takesData(runner)
      ? {
          runWithData: (code: string, data: readonly Uint8Array[]) =>
            whileOpen(() => runner.runWithData(code, data)),
        }
      : {}),
    async close() {
      isClosed = true;
      repl.release();
      // Ctrl-B: the next one at the board finds the REPL that a person expects.
      await lease.write(Uint8Array.of(0x02)).catch(() => undefined);
      await lease.close();
    },
  };
}
