import { basename } from "node:path";
import { AgentError, type CodeRunner, RawRepl, TransportError } from "@slotscope/device-transport";
import {
  applySync,
  FileError,
  prepareSync,
  rawReplRunner,
  readLocalTree,
  RemoteFiles,
} from "@slotscope/device-transport/files";
import type { Hub, Lease } from "@slotscope/device-transport/hub";
import { passwordVariable } from "@slotscope/device-transport/network";
import { type FirmwareFacts, probeFirmware } from "@slotscope/device-transport/probe";
import { cancellable } from "../debugger/cancellable.js";
import { DebuggerError } from "../debugger/errors.js";
import type { DebugTarget, LaunchOptions, OpenedTarget } from "../debugger/types.js";
import { adviceFor } from "./advice.js";
import { folderPaths, openWorkspace } from "./workspace.js";

/** Connects to the hub, which owns the boards. */
export type ConnectHub = () => Promise<Hub>;

/** What decides how a board compiles changes only with this: the firmware's own words of itself. */
const identity = `
import sys
result = repr((sys.version, sys.platform, sys.implementation))
`;

/** How long a board may take to give up a program, in milliseconds. */
const patienceMs = 5000;

/**
 * A board at the address `port` of the launch: by the hub, so that others use it at the same time. A launch brings the
 * folder's files onto it and resets it; the session's end resets it again. How its compiler was built is known once it
 * is open.
 */
export function createBoardTarget(connect: ConnectHub): Pick<DebugTarget, "open"> {
  /** By identity: asking takes a second. */
  const known = new Map<string, FirmwareFacts>();

  const factsOf = async (runner: CodeRunner): Promise<FirmwareFacts> => {
    const key = await runner.run(identity);
    const facts = known.get(key) ?? (await probeFirmware(runner));
    known.set(key, facts);
    return facts;
  };

  return {
    async open(options, tell, signal) {
      const workspace = openWorkspace(options);
      checkOptions(options);
      const hub = await connectUntil(signal, connect);
      try {
        const program = basename(options.program);
        const password = process.env[passwordVariable];
        const lease = await hub.lease(options.port ?? "auto", {
          purpose: `${options.noDebug === true ? "running" : "debugging"} ${program}`,
          wait: false,
          signal,
          ...(password === undefined ? {} : { password }),
        });
        try {
          return await prepareBoard({ hub, lease, workspace, options, tell, signal, factsOf });
        } catch (error) {
          await lease.close();
          throw explainFailure(error, lease.name);
        }
      } catch (error) {
        await hub.close();
        throw error;
      }
    },
  };
}

function checkOptions({ heapSize, env }: LaunchOptions): void {
  if (heapSize !== undefined) {
    throw new DebuggerError(
      "badLaunch",
      "A board's heap is as large as its firmware makes it. Leave `heapSize` out.",
    );
  }
  if (env !== undefined && Object.keys(env).length > 0) {
    throw new DebuggerError("badLaunch", "A board has no environment for programs. Leave `env` out.");
  }
}

/** The connection to the hub. One that comes when nobody wants it any more is closed again. */
async function connectUntil(signal: AbortSignal, connect: ConnectHub): Promise<Hub> {
  signal.throwIfAborted();
  const connecting = connect();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
  try {
    return await Promise.race([connecting, aborted]);
  } catch (error) {
    connecting.then(
      (hub) => hub.close(),
      () => undefined,
    );
    throw error;
  }
}

/** What a launch fails by on the board, in the user's terms. */
function explainFailure(error: unknown, board: string): unknown {
  if (error instanceof FileError) {
    return new DebuggerError("badLaunch", `The folder was not copied to ${board}. ${error.message}`, {
      cause: error,
    });
  }
  if (error instanceof AgentError) {
    const text = `${board} did not do what a launch needs: ${error.message}. Reset it and launch again; if that does not help, check its cable.`;
    return new TransportError("protocol", text, { cause: error });
  }
  return error;
}

interface Preparation {
  readonly hub: Hub;
  readonly lease: Lease;
  readonly workspace: string;
  readonly options: LaunchOptions;
  readonly tell: (text: string) => void;
  readonly signal: AbortSignal;
  readonly factsOf: (runner: CodeRunner) => Promise<FirmwareFacts>;
}

async function prepareBoard(parts: Preparation): Promise<OpenedTarget> {
  const { hub, lease, workspace, options, tell, signal, factsOf } = parts;
  await lease.open();
  const repl = new RawRepl(cancellable(lease, signal));
  await repl.enter();
  const runner = rawReplRunner(repl);
  const facts = await factsOf(runner);
  if (options.sync !== false) await bringFiles(runner, workspace, lease.name, tell);
  // A board's own network ends with a reset, and the connection with it.
  const resets = options.reset ?? !lease.address.startsWith("ws");
  if (resets) await repl.enter({ softReset: true });
  repl.release();
  const session = { id: lease.address, name: basename(options.program), address: lease.address };
  return {
    name: lease.name,
    compilerOptions: facts.compiler,
    transport: { ...lease, close: () => leaveBoard(hub, lease, resets) },
    paths: folderPaths(workspace, "/"),
    advice: adviceFor(facts),
    isBoard: true,
    onStop(snapshot, guests) {
      lease.offerGuests(guests);
      // That the hub is gone is told by the lease.
      hub.publishStop(session, snapshot).catch(() => undefined);
    },
  };
}

async function bringFiles(
  runner: CodeRunner,
  folder: string,
  board: string,
  tell: (text: string) => void,
): Promise<void> {
  const files = new RemoteFiles(runner);
  const prepared = await prepareSync(files, await readLocalTree(folder));
  const { created, replaced, removed, bytes } = await applySync(files, prepared);
  if (created + replaced > 0) tell(`Copied ${countFiles(created + replaced)} (${bytes} bytes) to ${board}.`);
  if (removed > 0) tell(`Removed ${countFiles(removed)} from ${board} that an earlier run had copied.`);
}

function countFiles(count: number): string {
  return count === 1 ? "1 file" : `${count} files`;
}

/** Ends whatever runs and leaves the board with an idle REPL, so that the next one finds it usable. Never rejects. */
async function leaveBoard(hub: Hub, lease: Lease, resets: boolean): Promise<void> {
  lease.offerGuests(undefined);
  const repl = new RawRepl(lease, { answerMs: patienceMs });
  try {
    await repl.enter({ softReset: resets });
    await repl.exit();
  } catch {
    // The board is gone or can't be stopped: whoever opens it next is told.
  } finally {
    await lease.close();
    await hub.close();
  }
}
