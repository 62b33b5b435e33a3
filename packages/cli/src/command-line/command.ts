import type { Readable, Writable } from "node:stream";

/** One option of a command. Booleans are off unless given; there are no defaults beyond that. */
export interface OptionSpec {
  readonly type: "boolean" | "string";
  /** One letter, for `-x`. */
  readonly short?: string;
  /** May be given more than once. */
  readonly multiple?: true;
  /** What stands for the value in help, such as `FILE`. */
  readonly value?: string;
  readonly help: string;
}

export interface CommandSpec {
  readonly name: string;
  /** Arguments as help shows them, such as `FILE...`. */
  readonly usage: string;
  /** Paragraphs below the usage line. */
  readonly description: string;
  /** By long name. */
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Everything after the first positional argument belongs to someone else (a program's own arguments). */
  readonly passesArguments?: true;
  readonly examples?: readonly string[];
}

/** The arguments of one call, checked against the command's options. */
export interface Arguments {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
}

/** What of the process a command may use. */
export interface Surroundings {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Command extends CommandSpec {
  /** Resolves to the exit status; rejects with a UsageError where the arguments make no sense. */
  run(args: Arguments, surroundings: Surroundings): Promise<number>;
}

/** Exit statuses of the `slotscope` command. A program that it runs or debugs gives its own. */
export const exitStatus = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** The command line can't be understood; the message says what would be right. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Something the user asked for failed, and the message says all there is to say. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
}
