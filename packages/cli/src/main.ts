#!/usr/bin/env node
import { CommandFailure, exitStatus, type Surroundings, UsageError } from "./command-line/command.js";
import { describeCommand, describeTool } from "./command-line/help.js";
import { parseArguments } from "./command-line/parse-arguments.js";
import { print } from "./command-line/print.js";
import { didYouMean } from "./command-line/suggest.js";
import { readVersion } from "./command-line/version.js";
import { commandTable } from "./commands/command-table.js";

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
    await print(stderr, describeTool(commandTable, about));
    return exitStatus.usage;
  }
  if (name === "--help" || name === "-h" || name === "help") {
    const entry = commandTable.find((each) => each.name === rest[0]);
    await print(stdout, entry ? describeCommand(await entry.load()) : describeTool(commandTable, about));
    return exitStatus.ok;
  }
  if (name === "--version" || name === "-V") {
    await print(stdout, `${readVersion()}\n`);
    return exitStatus.ok;
  }
  const entry = commandTable.find((each) => each.name === name);
  if (!entry) {
    const what = name.startsWith("-") ? "option" : "command";
    const known = commandTable.map((each) => each.name);
    await print(
      stderr,
      `slotscope: unknown ${what} ${name}.${didYouMean(name, known)}\n\`slotscope --help\` lists the commands.\n`,
    );
    return exitStatus.usage;
  }
  try {
    const command = await entry.load();
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
