#!/usr/bin/env node
import {
  type Command,
  CommandFailure,
  exitStatus,
  type Surroundings,
  UsageError,
} from "./command-line/command.js";
import { describeCommand, describeTool } from "./command-line/help.js";
import { parseArguments } from "./command-line/parse-arguments.js";
import { print } from "./command-line/print.js";
import { didYouMean } from "./command-line/suggest.js";
import { readVersion } from "./command-line/version.js";
import { catCommand } from "./commands/cat.js";
import { cpCommand } from "./commands/cp.js";
import { dapCommand } from "./commands/dap.js";
import { debugCommand } from "./commands/debug.js";
import { devicesCommand } from "./commands/devices.js";
import { firmwareCommand } from "./commands/firmware.js";
import { hubCommand } from "./commands/hub.js";
import { lsCommand } from "./commands/ls.js";
import { lspCommand } from "./commands/lsp.js";
import { mkdirCommand } from "./commands/mkdir.js";
import { probeCommand } from "./commands/probe.js";
import { replCommand } from "./commands/repl.js";
import { resetCommand } from "./commands/reset.js";
import { rmCommand } from "./commands/rm.js";
import { runCommand } from "./commands/run.js";
import { slotsCommand } from "./commands/slots.js";
import { syncCommand } from "./commands/sync.js";

const commands: readonly Command[] = [
  debugCommand,
  runCommand,
  slotsCommand,
  devicesCommand,
  replCommand,
  resetCommand,
  probeCommand,
  syncCommand,
  cpCommand,
  lsCommand,
  catCommand,
  rmCommand,
  mkdirCommand,
  dapCommand,
  lspCommand,
  hubCommand,
  firmwareCommand,
];

const about = "Slotscope: a debugger for MicroPython that knows your locals by name.";

const surroundings: Surroundings = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
};

// A reader that has seen enough (`| head`) ends the command quietly.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitStatus.ok);
  throw error;
});

// The system keeps eight bits of a status.
process.exitCode = (await runTool(process.argv.slice(2))) & 0xff;

/** Runs the command that the words name; resolves to the exit status. */
async function runTool(words: readonly string[]): Promise<number> {
  const { stdout, stderr } = surroundings;
  const [name, ...rest] = words;
  if (name === undefined) {
    await print(stderr, describeTool(commands, about));
    return exitStatus.usage;
  }
  if (name === "--help" || name === "-h" || name === "help") {
    const command = commands.find((each) => each.name === rest[0]);
    await print(stdout, command ? describeCommand(command) : describeTool(commands, about));
    return exitStatus.ok;
  }
  if (name === "--version" || name === "-V") {
    await print(stdout, `${readVersion()}\n`);
    return exitStatus.ok;
  }
  const command = commands.find((each) => each.name === name);
  if (!command) {
    const what = name.startsWith("-") ? "option" : "command";
    const known = commands.map((each) => each.name);
    await print(
      stderr,
      `slotscope: unknown ${what} ${name}.${didYouMean(name, known)}\n\`slotscope --help\` lists the commands.\n`,
    );
    return exitStatus.usage;
  }
  try {
    const args = parseArguments(rest, command);
    if (args.flags.has("help")) {
      await print(stdout, describeCommand(command));
      return exitStatus.ok;
    }
    return await command.run(args, surroundings);
  } catch (error) {
    if (error instanceof UsageError) {
      await print(stderr, `slotscope ${name}: ${error.message}\n\`slotscope ${name} --help\` tells more.\n`);
      return exitStatus.usage;
    }
    if (error instanceof CommandFailure) {
      await print(stderr, `slotscope ${name}: ${error.message}\n`);
      return exitStatus.failed;
    }
    const stack = surroundings.env["SLOTSCOPE_STACK"] && error instanceof Error ? error.stack : undefined;
    const message = error instanceof Error ? error.message : String(error);
    await print(
      stderr,
      `slotscope ${name}: ${stack ?? message}\nThis is a bug in Slotscope; with SLOTSCOPE_STACK=1 it says where.\n`,
    );
    return exitStatus.failed;
  }
}
