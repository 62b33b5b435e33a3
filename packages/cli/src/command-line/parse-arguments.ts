import { parseArgs } from "node:util";
import { type Arguments, type CommandSpec, type OptionSpec, UsageError } from "./command.js";
import { didYouMean } from "./suggest.js";

/** Options that every command has. */
export const commonOptions: Readonly<Record<string, OptionSpec>> = {
  help: { type: "boolean", short: "h", help: "show this help" },
};

/**
 * Splits the words after a command's name into flags, values and positional arguments. Throws a UsageError that names
 * what is wrong.
 */
export function parseArguments(words: readonly string[], spec: CommandSpec): Arguments {
  const options = { ...spec.options, ...commonOptions };
  // `parseArgs` would take the next option for a value, or report unknown options in its own words: it only cuts the
  // words into tokens here.
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(
      Object.entries(options).map(([name, { type, short }]) => [name, { type, ...(short ? { short } : {}) }]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const flags = new Set<string>();
  const values = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") {
      if (spec.passesArguments) {
        positionals.push(...words.slice(token.index));
        break;
      }
      positionals.push(token.value);
      continue;
    }
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (!option) {
      const known = Object.keys(options).map((name) => `--${name}`);
      throw new UsageError(`Unknown option ${token.rawName}.${didYouMean(token.rawName, known)}`);
    }
    if (option.type === "boolean") {
      if (token.value !== undefined) throw new UsageError(`${token.rawName} takes no value.`);
      flags.add(token.name);
      continue;
    }
    // A lone `-` is a value (standard input); any other dash begins an option unless it is joined by `=`.
    const value = token.value;
    if (value === undefined || (!token.inlineValue && /^-./.test(value))) {
      throw new UsageError(`${token.rawName} needs a value: ${token.rawName} ${option.value ?? "VALUE"}.`);
    }
    const given = values.get(token.name) ?? [];
    if (given.length > 0 && !option.multiple)
      throw new UsageError(`${token.rawName} is given more than once.`);
    given.push(value);
    values.set(token.name, given);
  }
  return { flags, values, positionals };
}

/** The value of an option that is given once at most. */
export function valueOf(args: Arguments, name: string): string | undefined {
  return args.values.get(name)?.[0];
}

/** One of some words, as a UsageError-throwing check. */
export function oneOf<T extends string>(option: string, value: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new UsageError(
    `--${option} ${value}: not one of ${choices.join(", ")}.${didYouMean(value, choices)}`,
  );
}

/** A size in bytes: a whole number, with `k` or `M` for 1024 or 1024² of them. */
export function parseSize(option: string, text: string): number {
  const match = /^(\d+)\s*(?:(k)|(m))?(?:i?b)?$/i.exec(text.trim());
  const size = Number(match?.[1]) * (match?.[2] ? 1024 : match?.[3] ? 1024 ** 2 : 1);
  if (match && Number.isSafeInteger(size) && size > 0) return size;
  throw new UsageError(`--${option} ${text}: not a size. Write bytes, or a number with k or M: 512k, 4M.`);
}
