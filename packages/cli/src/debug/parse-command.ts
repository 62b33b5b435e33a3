import { didYouMean } from "../command-line/suggest.js";
import { type DebugCommand, type DebugCommandName, debugCommands } from "./command-table.js";

/** What the user typed can't be done; the message says what can. */
export class DebugCommandError extends Error {
  override readonly name = "DebugCommandError";
}

export interface ParsedCommand {
  readonly name: DebugCommandName;
  readonly rest: string;
}

const commands: readonly (DebugCommand & { readonly name: DebugCommandName })[] = debugCommands;

/** The command that a word names: by its name, an alias, or a beginning that fits no other. */
export function findCommand(word: string): DebugCommand & { readonly name: DebugCommandName } {
  const exact = commands.find(({ name, aliases }) => name === word || aliases.includes(word));
  if (exact) return exact;
  const fitting = commands.filter(({ name }) => word !== "" && name.startsWith(word));
  const [only, ...others] = fitting;
  if (only && others.length === 0) return only;
  if (only) {
    const names = fitting.map(({ name }) => name).join(", ");
    throw new DebugCommandError(`\`${word}\` could be ${names}. Type more of it.`);
  }
  const known = commands.flatMap(({ name, aliases }) => [
    name,
    ...aliases.filter((alias) => alias.length > 2),
  ]);
  throw new DebugCommandError(
    `There is no command \`${word}\`.${didYouMean(word, known)} \`help\` lists them; \`p ${word}\` shows a value, \`!${word}\` runs a statement.`,
  );
}

/** Splits a line into command and the rest; undefined for an empty line. Throws a DebugCommandError. */
export function parseCommand(line: string): ParsedCommand | undefined {
  const text = line.trim();
  if (text === "") return undefined;
  if (text.startsWith("!")) return { name: "!", rest: text.slice(1).trim() };
  if (text.startsWith("?")) return { name: "help", rest: text.slice(1).trim() };
  const word = /^[^\s(]+/.exec(text)?.[0] ?? text;
  return { name: findCommand(word).name, rest: text.slice(word.length).trim() };
}

/**
 * Splits `TARGET = EXPRESSION` at the first `=` that is neither in brackets or strings nor part of another operator;
 * undefined if there is none.
 */
export function splitAssignment(text: string): { target: string; expression: string } | undefined {
  let depth = 0;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote !== "") {
      if (char === "\\") at++;
      else if (char === quote) quote = "";
    } else if (char === '"' || char === "'") {
      quote = char;
    } else if ("([{".includes(char)) {
      depth++;
    } else if (")]}".includes(char)) {
      depth--;
    } else if (char === "=" && depth === 0) {
      if (text.charAt(at + 1) === "=") {
        at++;
        continue;
      }
      if ("<>!:+-*/%&|^@~".includes(text.charAt(at - 1)) && at > 0) return undefined;
      const target = text.slice(0, at).trim();
      const expression = text.slice(at + 1).trim();
      return target === "" || expression === "" ? undefined : { target, expression };
    }
  }
  return undefined;
}

/** A place as the user writes it. */
export interface WrittenLocation {
  readonly file?: string;
  readonly line?: number;
  readonly name?: string;
}

/** Reads `12`, `file.py:12`, `name`, `Class.method`, `file.py:name`. */
export function parseLocation(text: string): WrittenLocation {
  const written = text.trim();
  if (/^\d+$/.test(written)) return { line: Number(written) };
  const colon = written.lastIndexOf(":");
  const file = colon > 0 ? written.slice(0, colon) : undefined;
  const last = written.slice(colon + 1);
  if (file !== undefined && /^\d+$/.test(last)) return { file, line: Number(last) };
  if (written.endsWith(".py")) {
    throw new DebugCommandError(`Which line of ${written}? Write ${written}:LINE or ${written}:FUNCTION.`);
  }
  if (!/^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)*$/u.test(last)) {
    throw new DebugCommandError(
      `\`${written}\` is no place. Write a LINE, FILE:LINE, a FUNCTION, or FILE:FUNCTION.`,
    );
  }
  return file === undefined ? { name: last } : { file, name: last };
}

/** Splits `LOCATION if CONDITION` (or, as in pdb, `LOCATION, CONDITION`). */
export function splitCondition(text: string): { place: string; condition?: string } {
  const match = /^(.*?\S)(?:\s+if\b|\s*,)\s*(.*)$/s.exec(text.trim());
  if (!match) return { place: text.trim() };
  const [, place = "", condition = ""] = match;
  if (condition === "") throw new DebugCommandError("The condition is missing: LOCATION if CONDITION.");
  return { place, condition };
}

/** A whole number from 1 on, or the default where nothing is written. */
export function parseCount(text: string, what: string, fallback: number): number {
  if (text.trim() === "") return fallback;
  if (/^[1-9]\d{0,8}$/.test(text.trim())) return Number(text.trim());
  throw new DebugCommandError(`\`${text.trim()}\` is no ${what}: it takes a whole number from 1 on.`);
}
