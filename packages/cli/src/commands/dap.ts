import { type MakeDebugger, serveLoopback, serveStdio } from "@slotscope/dap";
import {
  type Arguments,
  type Command,
  CommandFailure,
  exitStatus,
  type Surroundings,
  UsageError,
} from "../command-line/command.js";
import { valueOf } from "../command-line/parse-arguments.js";
import { print } from "../command-line/print.js";
import { chooseDebugger, targetOptionSpecs } from "../run/choose-debugger.js";

export const dapCommand: Command = {
  name: "dap",
  usage: "",
  description: [
    "Serves one client on standard input and output, which is how editors start it. With --port it",
    "listens on that port of this computer instead (0 takes a free one), serves any number of clients,",
    "one session each, and prints where it listens.",
  ].join("\n"),
  options: {
    port: { type: "string", short: "p", value: "N", help: "listen on 127.0.0.1:N" },
    ...targetOptionSpecs,
  },
  run: runDap,
};

async function runDap(args: Arguments, { stdout }: Surroundings): Promise<number> {
  if (args.positionals.length > 0)
    throw new UsageError(`dap takes no arguments, such as ${args.positionals[0]}.`);
  const port = valueOf(args, "port");
  const makeDebugger = chooseDebugger(args);
  // A program that can't be used is told before any client comes.
  await makeDebugger().close();
  if (port === undefined) {
    await serveStdio(makeDebugger);
    return exitStatus.ok;
  }
  const listening = await listen(parsePort(port), makeDebugger);
  await print(stdout, `Listening for DAP clients on 127.0.0.1:${listening.port}\n`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  await listening.close();
  return exitStatus.ok;
}

async function listen(port: number, makeDebugger: MakeDebugger) {
  try {
    return await serveLoopback(port, makeDebugger);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EADDRINUSE")
      throw new CommandFailure(`Port ${port} is in use. Choose another, or 0 for a free one.`);
    if (code === "EACCES") throw new CommandFailure(`Port ${port} is not allowed. Choose one above 1023.`);
    throw error;
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65535) return port;
  throw new UsageError(`--port ${text}: not a port; it takes 0 to 65535.`);
}
