import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { AgentError, type CodeRunner, RawRepl, type Transport } from "@slotscope/device-transport";
import { rawReplRunner } from "@slotscope/device-transport/files";
import { type DeviceFacts, probeDevice, probeFirmware } from "@slotscope/device-transport/probe";
import { createProcessTransport } from "@slotscope/device-transport/process";
import { type FirmwareProfile, matchProfile, profileFromFacts } from "@slotscope/firmware-profiles";
import { createWasmTransport } from "@slotscope/wasm-runtime";
import { toBoardFailure } from "../board/board-failure.js";
import { boardOptionSpecs, useBoard } from "../board/use-board.js";
import {
  type Arguments,
  type Command,
  CommandFailure,
  exitStatus,
  type Surroundings,
  UsageError,
} from "../command-line/command.js";
import { explainFileError } from "../command-line/explain-file-error.js";
import { valueOf } from "../command-line/parse-arguments.js";
import { print } from "../command-line/print.js";
import { adviseFirmware, describeFirmware } from "../probe/describe-firmware.js";

export const probeCommand: Command = {
  name: "probe",
  usage: "",
  description: [
    "Asks a running MicroPython what it is, how it compiles, which modules it has, and whether programs on",
    "it can be debugged. Nothing of yours is run or changed; what runs on the board is interrupted.",
    "",
    "--write keeps what it told as a firmware profile, whose name is FILE's without `.json`.",
  ].join("\n"),
  options: {
    ...boardOptionSpecs,
    micropython: { type: "string", value: "PATH", help: "ask this program, MicroPython's unix port" },
    wasm: { type: "boolean", help: "ask MicroPython for WebAssembly, which `slotscope debug` runs" },
    json: { type: "boolean", help: "print the profile and the state of the device as JSON" },
    write: { type: "string", short: "w", value: "FILE", help: "write the firmware's profile to FILE" },
  },
  examples: [
    "slotscope probe",
    "slotscope probe -p /dev/ttyACM0 --write my-board.json",
    "slotscope probe --micropython ./micropython --json",
  ],
  run: runProbe,
};

interface Finding {
  readonly profile: FirmwareProfile;
  /** Absent where the target is a program of this computer, whose memory and files say nothing. */
  readonly device?: DeviceFacts;
}

async function runProbe(args: Arguments, surroundings: Surroundings): Promise<number> {
  if (args.positionals.length > 0)
    throw new UsageError(`probe takes no arguments, such as ${args.positionals[0]}.`);
  const file = valueOf(args, "write");
  const id = file === undefined ? undefined : idOf(file);
  const { profile, device } = await askTarget(args, surroundings, id).catch((error: unknown) => {
    if (!(error instanceof AgentError)) throw error;
    throw new CommandFailure(
      `The firmware can't be asked: ${error.message}. If memory is short, reset the board and ask before a program runs.`,
    );
  });
  if (file !== undefined) await writeProfile(file, profile);
  if (args.flags.has("json")) {
    await print(surroundings.stdout, `${JSON.stringify({ profile, device: device ?? null }, null, 2)}\n`);
    return exitStatus.ok;
  }
  const like = matchProfile(profile);
  const lines = [
    ...describeFirmware(profile, device),
    "",
    ...adviseFirmware(profile),
    ...(like === undefined ? [] : [`The profile that comes nearest to it is ${like.id}.`]),
    ...(file === undefined ? [] : [`Its profile is in ${file}.`]),
  ];
  await print(surroundings.stdout, `${lines.join("\n").trimEnd()}\n`);
  return exitStatus.ok;
}

/** Asks what the arguments name: a board, unless they say otherwise. */
async function askTarget(
  args: Arguments,
  surroundings: Surroundings,
  id: string | undefined,
): Promise<Finding> {
  const executable = valueOf(args, "micropython");
  const named = ["port", "micropython"].filter((name) => args.values.has(name));
  if (args.flags.has("wasm")) named.push("wasm");
  if (named.length > 1)
    throw new UsageError(`${named.map((name) => `--${name}`).join(" and ")} exclude each other.`);
  const askFirmware = async (runner: CodeRunner): Promise<Finding> => {
    const facts = await probeFirmware(runner);
    return { profile: profileFromFacts(facts, id ?? defaultId(facts)) };
  };
  if (executable !== undefined)
    return await useTransport(createProcessTransport({ executable }), askFirmware);
  if (args.flags.has("wasm")) return await useTransport(createWasmTransport(), askFirmware);
  return await useBoard(args, surroundings, "probe", async (runner) => ({
    ...(await askFirmware(runner)),
    device: await probeDevice(runner),
  }));
}

async function useTransport<Result>(
  transport: Transport,
  use: (runner: CodeRunner) => Promise<Result>,
): Promise<Result> {
  try {
    await transport.open();
    const repl = new RawRepl(transport);
    await repl.enter();
    return await use(rawReplRunner(repl));
  } catch (error) {
    throw toBoardFailure(error);
  } finally {
    await transport.close();
  }
}

/** The profile's name in a file's: firmware-profiles looks them up by it. */
function idOf(file: string): string {
  const id = basename(file, ".json");
  if (/^[a-z0-9][a-z0-9.-]*$/.test(id)) return id;
  throw new UsageError(
    `--write ${file}: a profile's name may have lower-case letters, digits, dots and dashes, such as my-board.json.`,
  );
}

/** Such as `rp2-rpi-pico-1.26.1`. */
function defaultId(facts: { port: string; variant?: string; version: string }): string {
  const words = [facts.port, facts.variant, facts.version].filter(
    (word) => word !== undefined && word !== "",
  );
  return words
    .join("-")
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, "-");
}

async function writeProfile(file: string, profile: FirmwareProfile): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify(profile, null, 2)}\n`);
  } catch (error) {
    throw new CommandFailure(`${file} can't be written: ${explainFileError(error)}.`);
  }
}
