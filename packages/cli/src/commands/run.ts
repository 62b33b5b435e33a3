import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import {
  type ProgramResult,
  type RunningProgram,
  startProgram,
  TransportError,
} from "@slotscope/device-transport";
import { createWasmTransport, type WasmTransport } from "@slotscope/wasm-runtime";
import {
  type Arguments,
  type Command,
  CommandFailure,
  exitStatus,
  type Surroundings,
  UsageError,
} from "../command-line/command.js";
import { print } from "../command-line/print.js";
import { checkProgram } from "../run/check-program.js";
import { programOptionSpecs, readProgramOptions } from "../run/program-options.js";

export const runCommand: Command = {
  name: "run",
  usage: "FILE [ARGUMENT...]",
  description: [
    "Runs FILE in MicroPython for WebAssembly, or on the board at --port, with standard input and output.",
    "Everything after FILE is the program's. Its traceback goes to standard error, and the exit status is",
    "its own: the argument of sys.exit, or 1 after an uncaught exception. Ctrl-C raises KeyboardInterrupt",
    "in the program; a second one ends it.",
    "",
    "A board gets what differs of FILE's folder (or --folder), as `slotscope sync` would copy it, and is",
    "reset before and after.",
  ].join("\n"),
  options: programOptionSpecs,
  passesArguments: true,
  examples: [
    "slotscope run main.py",
    "slotscope run --port auto main.py",
    "slotscope run --heap 64k --folder . tools/report.py --verbose < data.csv",
  ],
  run: runProgram,
};

async function runProgram(args: Arguments, surroundings: Surroundings): Promise<number> {
  const [file, ...programArguments] = args.positionals;
  if (file === undefined) throw new UsageError("run needs a FILE.");
  const options = readProgramOptions(args);
  const { folder = dirname(resolve(file)), heapSize, env, build, port } = options;
  await checkProgram(file);
  if (port !== undefined) {
    const { folder: _, ...board } = options;
    const launch = { ...board, program: resolve(file), cwd: folder, args: programArguments };
    // The debugger is slow to load, and only boards need it here.
    const { runOnBoard } = await import("../run/run-on-board.js");
    return await runOnBoard(launch, surroundings);
  }
  const name = nameInFolder(file, folder);
  const transport = makeTransport({
    workspace: folder,
    ...(heapSize === undefined ? {} : { heapSize }),
    ...(env ? { env } : {}),
    ...(build === undefined ? {} : { build }),
  });
  let program: RunningProgram | undefined;
  let interrupts = 0;
  const interrupt = () => {
    interrupts++;
    if (interrupts > 1 || !program) void transport.close().then(() => process.exit(exitStatus.interrupted));
    else program.interrupt().catch(() => undefined);
  };
  process.on("SIGINT", interrupt);
  try {
    await transport.open();
    program = await startProgram(transport, {
      file: name,
      args: programArguments,
      onOutput: (bytes) => void surroundings.stdout.write(bytes),
    });
    feed(program, surroundings);
    return await tell(await program.finished, surroundings);
  } catch (error) {
    if (error instanceof TransportError) throw new CommandFailure(error.message);
    throw error;
  } finally {
    process.off("SIGINT", interrupt);
    surroundings.stdin.destroy();
    await transport.close();
  }
}

/** The program's path as the target sees it. */
function nameInFolder(file: string, folder: string): string {
  const inside = relative(folder, resolve(file));
  if (inside.startsWith("..") || isAbsolute(inside)) {
    throw new CommandFailure(`${file} is not in ${folder}, which is all that the program can see.`);
  }
  return inside.split(sep).join("/");
}

function makeTransport(options: Parameters<typeof createWasmTransport>[0]): WasmTransport {
  try {
    return createWasmTransport(options);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) throw new UsageError(`${error.message}.`);
    throw error;
  }
}

/** Gives our standard input to the program, as fast as it takes it. */
function feed(program: RunningProgram, { stdin }: Surroundings): void {
  const run = async () => {
    for await (const chunk of stdin) await program.write(chunk as Uint8Array);
    await program.endInput();
  };
  // The program is over, or we are, and nobody reads any more.
  run().catch(() => undefined);
}

/** Prints how the program ended where that is more than its end; returns its status. */
async function tell(result: ProgramResult, { stderr }: Surroundings): Promise<number> {
  if (result.exception) await print(stderr, result.exception.traceback);
  if (result.message !== undefined) await print(stderr, `${result.message}\n`);
  return result.status;
}
