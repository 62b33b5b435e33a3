import type { DeviceHolder, Hub, Lease, LeaseOptions } from "@slotscope/device-transport/hub";
import type { Arguments, Surroundings } from "../command-line/command.js";
import { valueOf } from "../command-line/parse-arguments.js";
import { printable } from "../terminal/printable.js";
import { absoluteAddress, findPassword } from "./address.js";
import { openHub } from "./open-hub.js";

/** A connection to the hub, and how to ask it for the board that a command line names. */
export interface BoardAccess {
  readonly hub: Hub;
  readonly address: string;
  readonly options: LeaseOptions;
}

/**
 * Connects to the hub for the board that `--port` names; without it, for the only board there is. Whoever waits for the
 * board is told for whom, on standard error. Rejects with a TransportError.
 */
export async function accessBoard(
  args: Arguments,
  { stderr, env }: Surroundings,
  purpose: string,
): Promise<BoardAccess> {
  const address = absoluteAddress(valueOf(args, "port") ?? "auto");
  const password = await findPassword(address, env);
  let told: string | undefined;
  const onWaiting = (holder: DeviceHolder): void => {
    const text = describeHolder(holder);
    if (text === told) return;
    told = text;
    stderr.write(`Waiting for the board, which ${text} uses.\n`);
  };
  return {
    hub: await openHub("slotscope"),
    address,
    options: { purpose, wait: true, onWaiting, ...(password ? { password } : {}) },
  };
}

/**
 * Takes the board that `--port` names for this command alone, once those before it are done with it. The lease's
 * `close` gives it back. Rejects with a TransportError.
 */
export async function leaseBoard(
  args: Arguments,
  surroundings: Surroundings,
  purpose: string,
): Promise<Lease> {
  const { hub, address, options } = await accessBoard(args, surroundings, purpose);
  try {
    const lease = await hub.lease(address, options);
    return {
      ...lease,
      async close() {
        await lease.close();
        await hub.close();
      },
    };
  } catch (error) {
    await hub.close();
    throw error;
  }
}

function describeHolder({ client, purpose, pid }: DeviceHolder): string {
  return `${printable(client)} (${printable(purpose)}; process ${pid})`;
}
