import { findModuleFolder } from "@slotscope/firmware";
import {
  type Arguments,
  type Command,
  exitStatus,
  type Surroundings,
  UsageError,
} from "../command-line/command.js";
import { print } from "../command-line/print.js";

export const firmwareCommand: Command = {
  name: "firmware",
  usage: "module-path",
  description: [
    "`module-path` prints the folder of the user C module that gives a firmware native debugging. A make",
    "port's build takes it in with USER_C_MODULES set to the folder above it, a CMake port's build with",
    "USER_C_MODULES set to the micropython.cmake in it.",
  ].join("\n"),
  options: {},
  examples: [
    'make -C ports/unix USER_C_MODULES="$(slotscope firmware module-path)/.."',
    'make -C ports/rp2 USER_C_MODULES="$(slotscope firmware module-path)/micropython.cmake"',
  ],
  run: runFirmware,
};

async function runFirmware(args: Arguments, { stdout }: Surroundings): Promise<number> {
  const [action, ...rest] = args.positionals;
  if (action !== "module-path" || rest.length > 0)
    throw new UsageError("firmware takes one word: module-path.");
  await print(stdout, `${findModuleFolder()}\n`);
  return exitStatus.ok;
}
