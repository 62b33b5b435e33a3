import { dirname, resolve } from "node:path";
import { DebuggerError, type LaunchOptions } from "@slotscope/dap";
import { asSentence } from "../board/board-failure.js";
import {
  type Arguments,
  type Command,
  CommandFailure,
  exitStatus,
  type Surroundings,
  UsageError,
} from "../command-line/command.js";
import { valueOf } from "../command-line/parse-arguments.js";
import { checkProgram } from "../run/check-program.js";
import { setBreakpoints } from "../debug/breakpoint-commands.js";
import { runCommandLoop } from "../debug/debug-loop.js";
import { openDialogue } from "../debug/dialogue.js";
import { Screen } from "../debug/screen.js";
import { DebugShell } from "../debug/shell.js";
import { chooseDebugger, targetOptionSpecs } from "../run/choose-debugger.js";
import { programOptionSpecs, readProgramOptions } from "../run/program-options.js";
import { chooseStyle } from "../terminal/style.js";

export const debugCommand: Command = {
  name: "debug",
  usage: "FILE [--] [ARGUMENT...]",
  description: [
    "Runs FILE in MicroPython for WebAssembly, by --micropython, or on the board at --port, and stops",
    "before its first line, or, if --break is given, at the first breakpoint met. `help` at the prompt",
    "lists the commands. Arguments of the program that look like options come after `--`.",
    "",
    "A board gets what differs of FILE's folder (or --folder), as `slotscope sync` would copy it, and is",
    "reset before and after.",
    "",
    "Without a terminal, commands are read from standard input, or from --commands, and echoed, so that",
    "the output reads like a dialogue. Empty lines and lines that begin with # are passed over; after the",
    "last command the program is ended. The exit status is the program's.",
  ].join("\n"),
  options: {
    break: {
      type: "string",
      short: "b",
      multiple: true,
      value: "LOCATION",
      help: "stop at FILE:LINE, FUNCTION or FILE:FUNCTION, also with `if CONDITION`",
    },
    commands: { type: "string", short: "c", value: "FILE", help: "read the debugger's commands from FILE" },
    stdin: { type: "string", value: "FILE", help: "the program's standard input" },
    "all-code": { type: "boolean", help: "step into library code too" },
    verbose: { type: "boolean", short: "v", help: "say what runs the program and how its locals are read" },
    ...targetOptionSpecs,
    ...programOptionSpecs,
  },
  examples: [
    "slotscope debug main.py",
    "slotscope debug --port auto main.py",
    "slotscope debug --break main.py:12 --break 'Task.run if self.turns > 3' main.py",
    "printf 'break main\\ncontinue\\nlocals\\n' | slotscope debug main.py",
  ],
  run: runDebug,
};

async function runDebug(args: Arguments, surroundings: Surroundings): Promise<number> {
  const [file, ...programArguments] = args.positionals;
  if (file === undefined) throw new UsageError("debug needs a FILE.");
  await checkProgram(file);
  const program = resolve(file);
  const { folder, ...common } = readProgramOptions(args);
  const cwd = folder ?? dirname(program);
  const options: LaunchOptions = {
    program,
    args: programArguments,
    cwd,
    justMyCode: !args.flags.has("all-code"),
    ...common,
  };
  const screen = new Screen(surroundings.stdout, chooseStyle(surroundings.stdout, surroundings.env));
  const shell = new DebugShell(chooseDebugger(args)(), screen, program, cwd);
  try {
    const dialogue = await openDialogue(
      { commands: valueOf(args, "commands"), stdin: valueOf(args, "stdin") },
      surroundings,
      shell,
    );
    try {
      const isPlaced = await placeBreakpoints(shell, args.values.get("break") ?? []);
      await shell.launch({ ...options, stopOnEntry: !isPlaced });
      if (args.flags.has("verbose")) describeTarget(shell);
      await shell.runSilently(() => shell.session.run());
      await shell.showHalt();
      await runCommandLoop(shell, dialogue.input);
    } finally {
      await dialogue.close();
    }
    return shell.programStatus ?? exitStatus.ok;
  } catch (error) {
    if (error instanceof DebuggerError) throw new CommandFailure(asSentence(error.message));
    throw error;
  } finally {
    await shell.close();
  }
}

/** Sets the first breakpoints and tells what became of each; resolves to whether the program can stop at one of them. */
async function placeBreakpoints(shell: DebugShell, places: readonly string[]): Promise<boolean> {
  for (const place of places) {
    try {
      await setBreakpoints(shell, place, false);
    } catch (error) {
      shell.complain(error);
    }
  }
  return shell.breakpoints.all.some(({ placed }) => placed.verified);
}

function describeTarget({ session, screen }: DebugShell): void {
  const { target } = session;
  if (!target) return;
  const version = target.version.replace(/^.*MicroPython /, "");
  const reason = target.reason === undefined ? "" : ` (${target.reason})`;
  screen.say(
    `${target.name}: MicroPython ${version} (${target.platform}), locals are read by the ${target.tier} tier${reason};`,
    `${target.freeHeap} bytes of heap are free, the agent took ${target.agentFootprint}.`,
  );
}
