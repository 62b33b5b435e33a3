import { alignColumns } from "../terminal/columns.js";
import type { CommandSpec, OptionSpec } from "./command.js";
import { commonOptions } from "./parse-arguments.js";

/** Help of the whole tool. */
export function describeTool(
  commands: readonly { readonly name: string; readonly summary: string }[],
  about: string,
): string {
  const rows = commands.map(({ name, summary }) => [`  ${name}`, summary]);
  return [
    about,
    "",
    "Usage: slotscope COMMAND [OPTIONS] [ARGUMENTS]",
    "",
    "Commands:",
    ...alignColumns(rows),
    "",
    "`slotscope COMMAND --help` tells more of one; `slotscope --version` prints the version.",
    "Exit status: 0 success, 1 failure, 2 a wrong command line; `run` and `debug` give their program's.",
    "",
  ].join("\n");
}

/** Help of one command. */
export function describeCommand(spec: CommandSpec): string {
  const options = Object.entries({ ...spec.options, ...commonOptions });
  const rows = options.map(([name, option]) => [`  ${spellOption(name, option)}`, option.help]);
  const examples = spec.examples ?? [];
  return [
    `Usage: slotscope ${spec.name} [OPTIONS] ${spec.usage}`.trimEnd(),
    "",
    spec.description,
    "",
    "Options:",
    ...alignColumns(rows),
    ...(examples.length > 0 ? ["", "Examples:", ...examples.map((line) => `  ${line}`)] : []),
    "",
  ].join("\n");
}

function spellOption(name: string, { short, type, value }: OptionSpec): string {
  const long = type === "string" ? `--${name} ${value ?? "VALUE"}` : `--${name}`;
  return short ? `-${short}, ${long}` : `    ${long}`;
}
