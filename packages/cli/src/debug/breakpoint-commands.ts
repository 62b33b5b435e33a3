import type { BreakpointRequest } from "@slotscope/dap";
import { alignColumns } from "../terminal/columns.js";
import { printable } from "../terminal/printable.js";
import type { DebugCommandName } from "./command-table.js";
import { DebugCommandError, parseCount, parseLocation, splitCondition } from "./parse-command.js";
import type { CommandHandler } from "./run-commands.js";
import type { DebugShell } from "./shell.js";
import type { SourceLocation } from "./source-files.js";
import type { UserBreakpoint } from "./user-breakpoints.js";

type Handlers<Name extends DebugCommandName> = Readonly<Record<Name, CommandHandler>>;

/** Commands about breakpoints and exceptions. */
export const breakpointCommands: Handlers<
  "break" | "tbreak" | "log" | "condition" | "hits" | "clear" | "breakpoints" | "catch"
> = {
  async break(shell, rest) {
    if (rest === "") listBreakpoints(shell);
    else await setBreakpoints(shell, rest, false);
  },
  async tbreak(shell, rest) {
    if (rest === "")
      throw new DebugCommandError("Where? `tbreak LINE`, `tbreak FILE:LINE` or `tbreak FUNCTION`.");
    await setBreakpoints(shell, rest, true);
  },
  async log(shell, rest) {
    const [, place, logMessage] = /^(\S+)\s+(.+)$/s.exec(rest) ?? [];
    if (place === undefined || logMessage === undefined) {
      throw new DebugCommandError("What to print, and where? `log LOCATION text {expression}`.");
    }
    for (const location of await locate(shell, place)) {
      report(shell, await shell.breakpoints.add(location, { logMessage }));
    }
  },
  async condition(shell, rest) {
    const { item, text } = parseNumbered(shell, rest, "condition NUMBER [CONDITION]");
    const { condition: _, ...others } = item.request;
    const request = text === "" ? others : { ...others, condition: text };
    report(shell, await shell.breakpoints.change(item.number, request));
  },
  async hits(shell, rest) {
    const { item, text } = parseNumbered(shell, rest, "hits NUMBER [COUNT]");
    const { hitCondition: _, ...others } = item.request;
    const request = text === "" ? others : { ...others, hitCondition: text };
    report(shell, await shell.breakpoints.change(item.number, request));
  },
  async clear(shell, rest) {
    const removed = rest === "" ? [...shell.breakpoints.all] : await findNamed(shell, rest);
    await shell.breakpoints.remove(removed);
    const numbers = removed.map(({ number }) => number).join(", ");
    const what = removed.length === 1 ? "breakpoint" : "breakpoints";
    shell.screen.say(removed.length > 0 ? `Removed ${what} ${numbers}.` : "There are no breakpoints.");
  },
  async breakpoints(shell) {
    listBreakpoints(shell);
  },
  async catch(shell, rest) {
    const filters = {
      uncaught: { uncaught: true, raised: false, text: "Uncaught exceptions stop the program." },
      raised: { uncaught: true, raised: true, text: "Every exception stops the program where it is raised." },
      none: { uncaught: false, raised: false, text: "No exception stops the program." },
    } as const;
    const wanted = rest === "" ? "uncaught" : rest;
    if (!Object.hasOwn(filters, wanted)) {
      throw new DebugCommandError(`\`${rest}\` is none of uncaught, raised, none.`);
    }
    const { text, ...filter } = filters[wanted as keyof typeof filters];
    await shell.session.setExceptionFilter(filter);
    shell.screen.say(text);
  },
};

/** Sets a breakpoint at each place that the text means, and says where they stand. */
export async function setBreakpoints(shell: DebugShell, text: string, temporary: boolean): Promise<void> {
  const { place, condition } = splitCondition(text);
  const terms: Omit<BreakpointRequest, "line"> = condition === undefined ? {} : { condition };
  for (const location of await locate(shell, place)) {
    report(shell, await shell.breakpoints.add(location, terms, temporary));
  }
}

async function locate(shell: DebugShell, place: string): Promise<readonly SourceLocation[]> {
  return await shell.sources.locate(parseLocation(place), await shell.frameIfStopped(), shell.session);
}

function report(shell: DebugShell, item: UserBreakpoint): void {
  const { placed, number } = item;
  const place = `${shell.sources.name(item.path)}:${placed.line}`;
  if (!placed.verified) {
    const reason = placed.message ?? "the target can't stop there";
    shell.screen.say(shell.screen.style.yellow(`Breakpoint ${number} can't stop at ${place}: ${reason}`));
    return;
  }
  const terms = describeTerms(item);
  const moved = placed.line === item.request.line ? "" : `, moved from line ${item.request.line}`;
  shell.screen.say(`Breakpoint ${number} at ${place}${moved}${terms === "" ? "" : `, ${terms}`}`);
}

function describeTerms({ request, temporary }: UserBreakpoint): string {
  const { condition, hitCondition, logMessage } = request;
  return [
    temporary ? "once" : "",
    condition === undefined ? "" : `if ${printable(condition)}`,
    hitCondition === undefined ? "" : `at hits ${printable(hitCondition)}`,
    logMessage === undefined ? "" : `prints ${printable(logMessage)}`,
  ]
    .filter((part) => part !== "")
    .join(", ");
}

function listBreakpoints({ breakpoints, sources, screen }: DebugShell): void {
  if (breakpoints.all.length === 0) {
    screen.say("There are no breakpoints. `break LINE` or `break FUNCTION` sets one.");
    return;
  }
  const rows = breakpoints.all.map((item) => [
    `  ${item.number}`,
    `${sources.name(item.path)}:${item.placed.line}`,
    [describeTerms(item), item.placed.verified ? "" : `can't stop: ${item.placed.message ?? ""}`]
      .filter((part) => part !== "")
      .join(", "),
  ]);
  screen.say(...alignColumns(rows, ["right"]));
}

function parseNumbered(
  shell: DebugShell,
  rest: string,
  usage: string,
): { item: UserBreakpoint; text: string } {
  const [, number, text = ""] = /^(\d+)(?:\s+(.*))?$/s.exec(rest) ?? [];
  if (number === undefined) throw new DebugCommandError(`Which breakpoint? \`${usage}\`.`);
  return { item: shell.breakpoints.find(Number(number)), text: text.trim() };
}

/** Breakpoints by number, or all at the places that the words mean. A bare number is the number of a breakpoint. */
async function findNamed(shell: DebugShell, rest: string): Promise<readonly UserBreakpoint[]> {
  const found: UserBreakpoint[] = [];
  for (const word of rest.split(/[\s,]+/)) {
    if (/^\d+$/.test(word)) {
      found.push(shell.breakpoints.find(parseCount(word, "number of a breakpoint", 1)));
      continue;
    }
    const locations = await locate(shell, word);
    const here = shell.breakpoints.all.filter(({ path, request, placed }) =>
      locations.some((at) => at.path === path && (at.line === request.line || at.line === placed.line)),
    );
    if (here.length === 0) throw new DebugCommandError(`There is no breakpoint at ${word}.`);
    found.push(...here);
  }
  return [...new Set(found)];
}
