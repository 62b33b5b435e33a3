import { readdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { Debugger } from "@slotscope/dap";
import { DebuggerError } from "@slotscope/dap";
import { type DebugCommand, debugCommands } from "./command-table.js";
import { DebugCommandError, findCommand } from "./parse-command.js";

/** What completion looks at. */
export interface CompletionContext {
  readonly session: Debugger;
  readonly program: string;
  readonly selected: number;
}

/** Candidates for the end of a line, and the part of the line that they replace, as readline wants them. */
export async function completeCommand(
  line: string,
  context: CompletionContext,
): Promise<[candidates: string[], replaced: string]> {
  const text = line.trimStart();
  const [, word = "", between = "", rest = ""] = /^(!|[^\s!]*)(\s*)(.*)$/s.exec(text) ?? [];
  if (between === "" && rest === "" && word !== "!") {
    const names = debugCommands.map(({ name }) => name).filter((name) => name.startsWith(word));
    return [names.map((name) => `${name} `), word];
  }
  switch (argumentOf(word)) {
    case "command":
      return fitting(
        debugCommands.map(({ name }) => name),
        rest,
      );
    case "filter":
      return fitting(["uncaught", "raised", "none"], rest);
    case "location":
      return fitting(await filesBeside(context.program), rest);
    case "expression":
      return await completeExpression(rest, context);
    default:
      return [[], line];
  }
}

function argumentOf(word: string): DebugCommand["argument"] {
  try {
    return findCommand(word).argument;
  } catch (error) {
    if (error instanceof DebugCommandError) return undefined;
    throw error;
  }
}

function fitting(candidates: readonly string[], typed: string): [string[], string] {
  return [candidates.filter((candidate) => candidate.startsWith(typed)), typed];
}

async function filesBeside(program: string): Promise<string[]> {
  const names = await readdir(dirname(program)).catch(() => []);
  return names.filter((name) => name.endsWith(".py")).map((name) => `${name}:`);
}

/** Names and attributes, as the session knows them in the selected frame. */
async function completeExpression(
  text: string,
  { session, selected }: CompletionContext,
): Promise<[string[], string]> {
  if (!session.snapshot) return [[], text];
  try {
    const found = await session.complete(text, text.length, selected);
    const start = found[0]?.start ?? text.length;
    return [found.filter((each) => each.start === start).map(({ label }) => label), text.slice(start)];
  } catch (error) {
    if (error instanceof DebuggerError) return [[], text];
    throw error;
  }
}
