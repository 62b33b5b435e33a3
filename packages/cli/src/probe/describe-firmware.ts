import type { DeviceFacts } from "@slotscope/device-transport/probe";
import type { FirmwareProfile } from "@slotscope/firmware-profiles";
import { alignColumns } from "../terminal/columns.js";
import { printable } from "../terminal/printable.js";

/** What a firmware is, and what can be debugged on it, as lines of text. */
export function describeFirmware(profile: FirmwareProfile, device: DeviceFacts | undefined): string[] {
  const { compiler } = profile;
  const rows: string[][] = [
    ["firmware", joinWords([`MicroPython ${profile.version}`, profile.variant], ", ")],
    ["port", joinWords([profile.port, `${profile.wordBits} bits`], ", ")],
    ["compiler", describeCompiler(profile)],
    ...wrapWords(profile.modules).map((line, index) => [index === 0 ? "modules" : "", line]),
  ];
  const constants = Object.keys(compiler.moduleConstants);
  if (constants.length > 0) rows.push(["constants", `fold for ${constants.sort().join(", ")}`]);
  if (device !== undefined) rows.push(...describeDevice(device));
  rows.push(["debugging", describeDebugging(profile)]);
  return [printable(profile.machine ?? profile.name), ...alignColumns(rows).map((line) => `  ${line}`)];
}

/** What to do for more than the firmware can, or nothing where it can do everything. */
export function adviseFirmware(profile: FirmwareProfile): string[] {
  if (profile.tiers.includes("native")) return [];
  const build = [
    "Build the firmware with our C module, which needs no patch of MicroPython: see docs/firmware.md;",
    "`slotscope firmware module-path` prints where the module is.",
  ];
  if (profile.tiers.includes("peek")) {
    return [
      "With `sys.settrace` MicroPython runs at about half its speed or less, and can be paused only where it",
      "calls a function or reaches a traced line.",
      ...build,
    ];
  }
  return [
    "Programs run on it, but can't be stopped: stock firmware has neither `sys.settrace` nor our module.",
    ...build,
    "Until then, what needs no hardware can be debugged without the board: `slotscope debug FILE`.",
  ];
}

function describeCompiler({ compiler }: FirmwareProfile): string {
  const { features = {} } = compiler;
  return joinWords(
    [
      `feature level ${compiler.featureLevel}`,
      `${compiler.smallIntBits}-bit small ints`,
      compiler.floatBits === 0 ? "no floats" : `${compiler.floatBits}-bit floats`,
      features.docStrings ? "docstrings" : undefined,
      features.nativeEmitter ? "native code" : undefined,
      ...(features.inlineAssemblers ?? []).map((name) => `asm_${name}`),
    ],
    ", ",
  );
}

function describeDevice(device: DeviceFacts): string[][] {
  const rows: string[][] = [];
  const { heapBytes, freeHeapBytes, fileSystemBytes, freeFileSystemBytes } = device;
  if (heapBytes !== undefined && freeHeapBytes !== undefined)
    rows.push(["heap", `${heapBytes} bytes, ${freeHeapBytes} free`]);
  const space =
    fileSystemBytes === undefined || freeFileSystemBytes === undefined
      ? undefined
      : `${fileSystemBytes} bytes, ${freeFileSystemBytes} free`;
  rows.push([
    "files",
    joinWords([device.fileSystem === "none" ? "no file system" : device.fileSystem, space], ", "),
  ]);
  if (device.uniqueId !== undefined) rows.push(["id", device.uniqueId]);
  return rows;
}

function describeDebugging({ tiers, settrace }: FirmwareProfile): string {
  if (tiers.includes("native")) return "yes, at full speed, by the module _slotscope";
  if (tiers.includes("peek")) return "yes, by sys.settrace and memory";
  return settrace
    ? "no: it has sys.settrace, but no module uctypes, by which locals are read"
    : "no: neither the module _slotscope nor sys.settrace is there";
}

/** Words in lines of at most 88 columns. */
function wrapWords(words: readonly string[]): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < 88) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function joinWords(words: readonly (string | undefined)[], separator: string): string {
  return words.filter((word) => word !== undefined && word !== "").join(separator);
}
