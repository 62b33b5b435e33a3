import { resolve } from "node:path";
import { absoluteAddress } from "../board/address.js";
import { type Arguments, type OptionSpec, UsageError } from "../command-line/command.js";
import { parseSize, valueOf } from "../command-line/parse-arguments.js";

/** Options of the commands that start a program. */
export const programOptionSpecs: Readonly<Record<string, OptionSpec>> = {
  folder: {
    type: "string",
    value: "DIR",
    help: "what the program sees as its file system (default: the folder of FILE)",
  },
  heap: {
    type: "string",
    value: "SIZE",
    help: "size of MicroPython's heap in WebAssembly, such as 512k (default 2M)",
  },
  env: { type: "string", multiple: true, value: "NAME=VALUE", help: "what os.getenv answers" },
  build: {
    type: "string",
    value: "NAME",
    help: "which MicroPython for WebAssembly: collecting, fast, stock, or a folder",
  },
  port: {
    type: "string",
    short: "p",
    value: "ADDRESS",
    help: "run on the board there: /dev/ttyACM0, COM3, a0; auto is the only one",
  },
  "no-sync": { type: "boolean", help: "leave the files on the board as they are" },
  "no-reset": { type: "boolean", help: "don't reset the board: what ran before stays in its memory" },
};

export interface ProgramOptions {
  readonly folder?: string;
  readonly heapSize?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly build?: string;
  /** The board's address. */
  readonly port?: string;
  readonly sync?: false;
  readonly reset?: false;
}

export function readProgramOptions(args: Arguments): ProgramOptions {
  const folder = valueOf(args, "folder");
  const heap = valueOf(args, "heap");
  const variables = args.values.get("env") ?? [];
  const port = valueOf(args, "port");
  for (const name of ["no-sync", "no-reset"]) {
    if (port === undefined && args.flags.has(name))
      throw new UsageError(`--${name} is for boards: give --port too.`);
  }
  if (port !== undefined && args.values.has("micropython"))
    throw new UsageError("--port and --micropython exclude each other.");
  const build = valueOf(args, "build");
  return {
    ...(build === undefined ? {} : { build }),
    ...(port === undefined ? {} : { port: absoluteAddress(port) }),
    ...(args.flags.has("no-sync") ? { sync: false } : {}),
    ...(args.flags.has("no-reset") ? { reset: false } : {}),
    ...(folder === undefined ? {} : { folder: resolve(folder) }),
    ...(heap === undefined ? {} : { heapSize: parseSize("heap", heap) }),
    ...(variables.length === 0 ? {} : { env: Object.fromEntries(variables.map(readVariable)) }),
  };
}

function readVariable(text: string): [string, string] {
  const equals = text.indexOf("=");
  if (equals < 1) throw new UsageError(`--env ${text}: write NAME=VALUE.`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}
