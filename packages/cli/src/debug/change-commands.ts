import { printable } from "../terminal/printable.js";
import type { DebugCommandName } from "./command-table.js";
import { DebugCommandError, splitAssignment } from "./parse-command.js";
import type { CommandHandler } from "./run-commands.js";
import { describeValue } from "./show-variables.js";

type Handlers<Name extends DebugCommandName> = Readonly<Record<Name, CommandHandler>>;

/** Commands that change a stopped program. */
export const changeCommands: Handlers<"set" | "!"> = {
  async set(shell, rest) {
    void shell.snapshot;
    const parts = splitAssignment(rest);
    if (!parts)
      throw new DebugCommandError("Set what to what? `set TARGET = EXPRESSION`; `!` takes any statement.");
    const { target, expression } = parts;
    const now = await shell.session.assignExpression(target, expression, shell.selected);
    const { style } = shell.screen;
    shell.screen.say(`${style.cyan(printable(target))} = ${describeValue(now.value, style)}`);
  },
  async "!"(shell, rest) {
    void shell.snapshot;
    if (rest === "") throw new DebugCommandError("Run what? `!STATEMENT`.");
    const { value, newGlobals } = await shell.session.evaluate(rest, shell.selected, "console");
    const { style } = shell.screen;
    if (value && !(value.value.kind === "value" && value.value.text === "None")) {
      shell.screen.say(describeValue(value.value, style));
    }
    for (const name of newGlobals) {
      shell.screen.say(
        style.yellow(`note: ${printable(name)} is now a global of the module; the frame has no such local`),
      );
    }
  },
};
