import {
  createWasmDebugger,
  type Debugger,
  DebuggerError,
  type LaunchOptions,
  type ProgramEnd,
} from "@slotscope/dap";
import { asSentence } from "../board/board-failure.js";
import { openHub } from "../board/open-hub.js";
import { CommandFailure, exitStatus, type Surroundings } from "../command-line/command.js";

const ctrlC = Uint8Array.of(0x03);

/** Runs a program on the board of the launch, without debugging it; resolves to its exit status. */
export async function runOnBoard(launch: LaunchOptions, surroundings: Surroundings): Promise<number> {
  const { stdin, stdout, stderr } = surroundings;
  const session = createWasmDebugger(() => openHub("slotscope run"));
  const ended = new Promise<ProgramEnd>((resolve) => {
    session.onEvent((event) => {
      if (event.kind === "output") stdout.write(event.bytes);
      else if (event.kind === "notice") stderr.write(`${event.text}\n`);
      else if (event.kind === "ended") resolve(event.end);
    });
  });
  let interrupts = 0;
  const interrupt = (): void => {
    interrupts++;
    if (interrupts === 1) session.writeInput(ctrlC).catch(() => void session.terminate());
    else void session.terminate();
  };
  process.on("SIGINT", interrupt);
  try {
    await session.launch({ ...launch, noDebug: true });
    await session.run();
    feed(session, stdin);
    const { how, status } = await ended;
    return how === "terminated" ? exitStatus.interrupted : status;
  } catch (error) {
    if (interrupts > 0) return exitStatus.interrupted;
    if (error instanceof DebuggerError) throw new CommandFailure(asSentence(error.message));
    throw error;
  } finally {
    process.off("SIGINT", interrupt);
    stdin.destroy();
    await session.close();
  }
}

/** Gives our standard input to the program. */
function feed(session: Debugger, stdin: Surroundings["stdin"]): void {
  const run = async () => {
    for await (const chunk of stdin) await session.writeInput(chunk as Uint8Array);
  };
  // The program is over, or we are, and nobody reads any more.
  run().catch(() => undefined);
}
