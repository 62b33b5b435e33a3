import { alignColumns } from "../terminal/columns.js";
import { breakpointCommands } from "./breakpoint-commands.js";
import { changeCommands } from "./change-commands.js";
import { type DebugCommand, type DebugCommandName, debugCommands, groupTitles } from "./command-table.js";
import type { DebugInput } from "./debug-input.js";
import { lookCommands } from "./look-commands.js";
import { findCommand, parseCommand, type ParsedCommand } from "./parse-command.js";
import { type CommandHandler, runCommands } from "./run-commands.js";
import type { DebugShell } from "./shell.js";

const prompt = "(slotscope) ";

const handlers: Readonly<Record<DebugCommandName, CommandHandler>> = {
  ...runCommands,
  ...breakpointCommands,
  ...lookCommands,
  ...changeCommands,
  help: showHelp,
};

/** Takes commands and does them, until the user leaves or there are no more. */
export async function runCommandLoop(shell: DebugShell, input: DebugInput): Promise<void> {
  let last: ParsedCommand | undefined;
  while (!shell.leaving) {
    shell.screen.freshLine();
    const line = await input.next(prompt);
    if (line === undefined) return;
    shell.screen.lineEnded();
    try {
      const command = parseCommand(line) ?? last;
      last = undefined;
      if (!command) continue;
      if (findCommand(command.name).repeats) last = repeated(command);
      await handlers[command.name](shell, command.rest);
    } catch (error) {
      shell.complain(error);
    }
  }
}

/** What an empty line does after a command: `list` and `until` go on rather than begin at the same place. */
function repeated({ name, rest }: ParsedCommand): ParsedCommand {
  return { name, rest: name === "list" || name === "until" ? "" : rest };
}

async function showHelp({ screen }: DebugShell, rest: string): Promise<void> {
  if (rest !== "") {
    const { name, aliases, usage, summary, detail } = findCommand(rest.startsWith("!") ? "!" : rest);
    screen.say(
      `${[name, ...aliases].join(", ")}  ${usage}`.trimEnd(),
      `  ${summary}`,
      ...(detail === undefined ? [] : detail.split("\n").map((line) => `  ${line}`)),
    );
    return;
  }
  const all: readonly DebugCommand[] = debugCommands;
  const rows = all.map((each) => [
    `  ${each.name} ${each.usage}`.trimEnd(),
    each.aliases.join(", "),
    each.summary,
  ]);
  const lines = alignColumns(rows);
  for (const [group, title] of Object.entries(groupTitles)) {
    screen.say(screen.style.bold(title), ...lines.filter((_, index) => all[index]?.group === group));
  }
  screen.say("An empty line repeats the last command that moves; beginnings of names will do.");
}
