import type { StepKind } from "@slotscope/dap";
import type { DebugCommandName } from "./command-table.js";
import { parseCount } from "./parse-command.js";
import type { DebugShell } from "./shell.js";

export type CommandHandler = (shell: DebugShell, rest: string) => Promise<void>;
type Handlers<Name extends DebugCommandName> = Readonly<Record<Name, CommandHandler>>;

/** Commands that let the program run. */
export const runCommands: Handlers<"continue" | "next" | "step" | "out" | "until" | "restart" | "quit"> = {
  async continue(shell) {
    void shell.snapshot;
    await shell.runUntilHalt(() => shell.session.continue());
  },
  next: (shell) => stepOnce(shell, "next"),
  step: (shell) => stepOnce(shell, "in"),
  out: (shell) => stepOnce(shell, "out"),
  until: runUntilLater,
  async restart(shell) {
    shell.screen.say("Restarting.");
    await shell.runUntilHalt(() => shell.session.restart());
  },
  async quit(shell) {
    shell.leaving = true;
    await shell.session.terminate();
  },
};

async function stepOnce(shell: DebugShell, kind: StepKind): Promise<void> {
  void shell.snapshot;
  await shell.runUntilHalt(() => shell.session.step(kind));
}

/** Steps over lines until one that is further down in the same function, or until the function is left. */
async function runUntilLater(shell: DebugShell, rest: string): Promise<void> {
  const start = shell.snapshot;
  const here = start.frames[0];
  const line = parseCount(rest, "line", (here?.line ?? 0) + 1);
  for (;;) {
    await shell.runSilently(() => shell.session.step("next"));
    const now = shell.session.snapshot;
    const frame = now?.frames[0];
    const isSame = now?.depth === start.depth && frame?.code === here?.code;
    if (!now || !frame || now.reason !== "step" || !isSame || frame.line >= line) break;
  }
  await shell.showHalt();
}
