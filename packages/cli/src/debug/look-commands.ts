import type { Frame, Variable } from "@slotscope/dap";
import { alignColumns } from "../terminal/columns.js";
import { printable } from "../terminal/printable.js";
import type { DebugCommandName } from "./command-table.js";
import { functionRange } from "./function-range.js";
import { DebugCommandError, parseCount, parseLocation } from "./parse-command.js";
import type { CommandHandler } from "./run-commands.js";
import type { DebugShell } from "./shell.js";
import { showDisplays, showFrame } from "./show-stop.js";
import { describeValue, describeVariables, isData } from "./show-variables.js";
import { describeLines } from "./source-window.js";
import { describeTree } from "./value-tree.js";

type Handlers<Name extends DebugCommandName> = Readonly<Record<Name, CommandHandler>>;

/** Lines that `list` shows at a time, and frames that `where` does. */
const page = { lines: 11, frames: 50, globals: 500 };

/** Commands that look at a stopped program. */
export const lookCommands: Handlers<
  | "where"
  | "up"
  | "down"
  | "frame"
  | "locals"
  | "args"
  | "globals"
  | "print"
  | "pp"
  | "display"
  | "undisplay"
  | "list"
  | "source"
> = {
  async where(shell) {
    const { depth } = shell.snapshot;
    const start = Math.max(0, Math.min(shell.selected - page.frames + 1, depth - page.frames));
    const frames = await shell.session.frames(start, page.frames);
    const { screen } = shell;
    const rows = frames.map((frame) => [
      `${frame.index === shell.selected ? ">" : " "} ${frame.index}`,
      printable(frame.name),
      placeOf(frame, shell),
      frame.origin === "user" ? "" : screen.style.dim(frame.origin),
    ]);
    screen.say(...alignColumns(rows));
    const left = depth - start - frames.length;
    if (left > 0) screen.say(screen.style.dim(`  and ${left} more: \`frame ${depth - 1}\` is the outermost`));
  },
  up: (shell, rest) => selectFrame(shell, shell.selected + parseCount(rest, "number of frames", 1)),
  down: (shell, rest) => selectFrame(shell, shell.selected - parseCount(rest, "number of frames", 1)),
  async frame(shell, rest) {
    if (rest === "") return await showFrame(shell);
    if (!/^\d+$/.test(rest))
      throw new DebugCommandError(`\`${rest}\` is no frame: \`where\` shows their numbers.`);
    return await selectFrame(shell, Number(rest));
  },
  async locals(shell) {
    const frame = await shell.frame();
    if (frame.isModule) return await showGlobals(shell, false);
    const { style, columns } = shell.screen;
    const variables = [...frame.locals, ...frame.freeVariables];
    shell.screen.say(
      ...(variables.length > 0 ? describeVariables(variables, style, columns) : ["  (no locals)"]),
    );
    if (frame.unnamed !== undefined) shell.screen.say(style.dim(`  (no names: ${frame.unnamed})`));
  },
  async args(shell) {
    const frame = await shell.frame();
    const parameters = frame.locals.filter(({ kind }) => kind === "parameter");
    if (parameters.length === 0) shell.screen.say("  (no parameters)");
    else shell.screen.say(...describeVariables(parameters, shell.screen.style, shell.screen.columns));
  },
  globals: (shell, rest) => showGlobals(shell, rest.toLowerCase() === "all"),
  async print(shell, rest) {
    const value = await evaluate(shell, rest, "print");
    shell.screen.say(describeValue(value.value, shell.screen.style));
  },
  async pp(shell, rest) {
    const value = await evaluate(shell, rest, "pp");
    const { style, columns } = shell.screen;
    shell.screen.say(...(await describeTree(value, shell.session, style, columns)));
  },
  async display(shell, rest) {
    if (rest === "") {
      if (shell.displays.size === 0)
        shell.screen.say("Nothing is displayed. `display EXPRESSION` adds something.");
    } else {
      shell.displays.set(Math.max(0, ...shell.displays.keys()) + 1, rest);
    }
    if (shell.session.snapshot) await showDisplays(shell);
  },
  async undisplay(shell, rest) {
    if (rest === "") shell.displays.clear();
    else if (!shell.displays.delete(parseCount(rest, "number of a display", 1))) {
      throw new DebugCommandError(`There is no display ${rest}. \`display\` shows them.`);
    }
  },
  list: listSource,
  async source(shell, rest) {
    const { path, line } = await placeToShow(shell, rest);
    const lines = await requireLines(shell, path);
    const { first, last } = functionRange(lines.join("\n"), line);
    await showLines(shell, path, lines, first, last);
  },
};

async function selectFrame(shell: DebugShell, index: number): Promise<void> {
  const { depth } = shell.snapshot;
  if (index >= depth || index < 0) {
    const what = index < 0 ? "This is the innermost frame already." : `The outermost frame is ${depth - 1}.`;
    throw new DebugCommandError(what);
  }
  shell.selected = index;
  shell.listing = undefined;
  await showFrame(shell);
}

function placeOf(frame: Frame, { sources }: DebugShell): string {
  return `${frame.path === undefined ? frame.targetPath : sources.name(frame.path)}:${frame.line}`;
}

async function evaluate(shell: DebugShell, text: string, command: string): Promise<Variable> {
  void shell.snapshot;
  if (text === "") throw new DebugCommandError(`What? \`${command} EXPRESSION\`.`);
  const { value } = await shell.session.evaluate(text, shell.selected, "inspect");
  if (!value) throw new DebugCommandError(`\`${text}\` has no value.`);
  return value;
}

async function showGlobals(shell: DebugShell, all: boolean): Promise<void> {
  void shell.snapshot;
  const { items, total } = await shell.session.globals(shell.selected, { start: 0, count: page.globals });
  const shown = all ? items : items.filter(isData);
  const { style, columns } = shell.screen;
  if (shown.length > 0) shell.screen.say(...describeVariables(shown, style, columns));
  const left = total - shown.length;
  if (left > 0) {
    const more = all || items.length < total ? "" : " (functions, classes, modules): `globals all`";
    shell.screen.say(style.dim(`  and ${left} more${more}`));
  }
}

async function listSource(shell: DebugShell, rest: string): Promise<void> {
  const range = /^(\d+)\s*,\s*(\d+)$/.exec(rest);
  if (range) {
    const { path } = await placeToShow(shell, "");
    return await showLines(shell, path, await requireLines(shell, path), Number(range[1]), Number(range[2]));
  }
  if (rest === "" && shell.listing) {
    const { path, next } = shell.listing;
    const lines = await requireLines(shell, path);
    if (next > lines.length)
      throw new DebugCommandError("That was the end of the file. `list .` shows the frame's line.");
    return await showLines(shell, path, lines, next, next + page.lines - 1);
  }
  const { path, line } = await placeToShow(shell, rest === "." ? "" : rest);
  const first = Math.max(1, line - Math.floor(page.lines / 2));
  return await showLines(shell, path, await requireLines(shell, path), first, first + page.lines - 1);
}

/** The place that the text means; where the frame is, or the start of the program, if it is empty. */
async function placeToShow(shell: DebugShell, text: string): Promise<{ path: string; line: number }> {
  const frame = await shell.frameIfStopped();
  if (text !== "") {
    const [location] = await shell.sources.locate(parseLocation(text), frame, shell.session);
    if (location) return location;
  }
  if (frame && frame.path === undefined) {
    throw new DebugCommandError(`The source of ${frame.targetPath} is not on this computer.`);
  }
  return { path: frame?.path ?? shell.sources.program, line: frame?.line ?? 1 };
}

async function requireLines(shell: DebugShell, path: string): Promise<readonly string[]> {
  const lines = await shell.sources.lines(path);
  if (lines) return lines;
  throw new DebugCommandError(`${path} can't be read.`);
}

async function showLines(
  shell: DebugShell,
  path: string,
  lines: readonly string[],
  first: number,
  last: number,
): Promise<void> {
  const frame = await shell.frameIfStopped();
  const current = frame?.path === path ? frame.line : undefined;
  const marks = { current, breakpoints: shell.breakpoints.lines(path) };
  const shown = describeLines(lines, first, last, marks, shell.screen.style);
  if (shown.length === 0)
    throw new DebugCommandError(`${shell.sources.name(path)} has ${lines.length} lines.`);
  shell.screen.say(...shown);
  shell.listing = { path, next: Math.min(last, lines.length) + 1 };
}
