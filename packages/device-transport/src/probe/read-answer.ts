import { TransportError } from "../transport-error.js";
import {
  type CompilerFacts,
  type DeviceFacts,
  type FactTier,
  type FeatureFacts,
  type FirmwareFacts,
  knownLevels,
  knownVersions,
} from "./facts.js";
import { knownStrings } from "./known-strings.js";

type Level = CompilerFacts["featureLevel"];

/** Ports whose `sys.platform` is not the name of their folder under MicroPython's ports/. */
const portsByPlatform: Readonly<Record<string, string>> = {
  pyboard: "stm32",
  linux: "unix",
  darwin: "unix",
  win32: "windows",
  WiPy: "cc3200",
  nrf51: "nrf",
  nrf52: "nrf",
  nrf91: "nrf",
};

/** Ports whose builds are variants of one program, not made for a board. */
const portsOfComputers = ["unix", "windows", "webassembly"];

const learnt: Readonly<Record<string, string>> = {
  version: "sys.implementation",
  port: "sys.platform",
  platform: "sys.platform",
  machine: "sys.implementation",
  board: "sys.implementation",
  variant: "sys.implementation",
  wordBits: "struct.calcsize('P') or sys.maxsize",
  settrace: "sys has it",
  tiers: "native: the module _slotscope; peek: sys.settrace with the module uctypes",
  modules: "those of MicroPython's own modules whose import finds them, built in or frozen",
};

/** The folder of MicroPython's ports/ that a `sys.platform` stands for; an unknown one stands for itself. */
export function portOf(platform: string): string {
  return portsByPlatform[platform] ?? platform;
}

/** The lines of all answers, by their first words. */
export class Answers {
  readonly #lines = new Map<string, string[]>();

  /** Takes the text that a piece of code assigned to `result`. */
  add(text: string): void {
    for (const line of text.split(/\r?\n/)) {
      const [, word, rest] = /^(\S+) (.*)$/.exec(line) ?? [];
      if (word === undefined || rest === undefined) continue;
      const lines = this.#lines.get(word);
      if (lines) lines.push(rest);
      else this.#lines.set(word, [rest]);
    }
  }

  all(word: string): readonly string[] {
    return this.#lines.get(word) ?? [];
  }

  one(word: string): string | undefined {
    return this.all(word)[0];
  }
}

/** The facts that the answers to all questions tell. Throws a `TransportError` of kind `protocol` where they are no answers. */
export function readFacts(answers: Answers): FirmwareFacts {
  const [major, minor, micro = "0"] = answers.one("version")?.split(" ") ?? [];
  const platform = answers.one("platform");
  if (major !== "1" || minor === undefined || platform === undefined)
    throw new TransportError("protocol", "what answered is no MicroPython that could be asked what it is");
  const release = answers.one("release");
  const machine = answers.one("machine");
  const variant = answers.one("build");
  const port = portOf(platform);
  const board = portsOfComputers.includes(port) ? undefined : variant?.split("-")[0];
  const settrace = answers.one("settrace") === "1";
  const modules = [...answers.all("module")].sort();
  const wordBits = readBits(Number(answers.one("bits")));
  const { level, source } = readLevel(answers.all("level"));
  const facts = {
    version: `${major}.${minor}.${micro}${release === undefined ? "" : `-${release}`}`,
    port,
    platform,
    ...(board === undefined ? {} : { board }),
    ...(variant === undefined ? {} : { variant }),
    ...(machine === undefined ? {} : { machine }),
    wordBits,
    settrace,
    tiers: tiersOf(settrace, modules),
    compiler: readCompiler(answers, { minor: Number(minor), level, settrace, wordBits }),
    modules: modules.filter((name) => name !== "_slotscope"),
  };
  const sources = Object.entries(learnt).filter(([name]) => name in facts);
  return {
    ...facts,
    sources: { ...Object.fromEntries(sources), compiler: `code that was compiled and run; ${source}` },
  };
}

/** What the answer to the question for the device tells. */
export function readDevice(answers: Answers): DeviceFacts {
  const [heapBytes, freeHeapBytes] = answers.one("heap")?.split(" ").map(Number) ?? [];
  const [fileSystemBytes, freeFileSystemBytes] = answers.one("space")?.split(" ").map(Number) ?? [];
  const uniqueId = answers.one("id");
  const fileSystem = answers.one("filesystem");
  return {
    ...(heapBytes === undefined || freeHeapBytes === undefined ? {} : { heapBytes, freeHeapBytes }),
    fileSystem: fileSystem === "writable" || fileSystem === "read-only" ? fileSystem : "none",
    ...(fileSystemBytes === undefined || freeFileSystemBytes === undefined
      ? {}
      : { fileSystemBytes, freeFileSystemBytes }),
    ...(uniqueId === undefined ? {} : { uniqueId }),
  };
}

function readCompiler(
  answers: Answers,
  known: { minor: number; level: Level; settrace: boolean; wordBits: number },
): CompilerFacts {
  const newest = knownVersions.length - 1;
  const version = knownVersions[Math.min(Math.max(known.minor - 20, 0), newest)] ?? "1.29";
  const optimisation = Number(answers.one("opt") ?? 0);
  const errors = answers.one("errors");
  const float = answers.one("float");
  const interned = answers.all("interned").join("");
  const moduleConstants: Record<string, Record<string, number>> = {};
  for (const line of answers.all("constant")) {
    const [module = "", name = "", value = ""] = line.split(" ");
    (moduleConstants[module] ??= {})[name] = Number(value);
  }
  for (const [module, constants] of Object.entries(moduleConstants))
    moduleConstants[module] = Object.fromEntries(Object.entries(constants).sort(byKey));
  return {
    version,
    featureLevel: known.level,
    settrace: known.settrace,
    optimisation: optimisation === 1 || optimisation === 2 || optimisation === 3 ? optimisation : 0,
    smallIntBits: known.wordBits === 64 ? 63 : 31,
    floatBits: float === "64" ? 64 : float === "32" ? 32 : 0,
    errorReporting: errors === "terse" || errors === "normal" ? errors : "detailed",
    moduleConstants,
    features: readFeatures(answers),
    crossCompiled: false,
    ...(interned === ""
      ? {}
      : { internedStrings: knownStrings.filter((_, index) => interned[index] === "1") }),
  };
}

function readFeatures(answers: Answers): FeatureFacts {
  const features: Record<string, boolean> = {};
  for (const line of answers.all("feature")) {
    const [name = "", is] = line.split(" ");
    features[name] = is === "1";
  }
  return {
    ...features,
    moduleConst: answers.all("folds").length > 0,
    inlineAssemblers: answers.all("assembler"),
  };
}

/** The highest level of which, and of all below which, more than half the features are there. */
function readLevel(lines: readonly string[]): { level: Level; source: string } {
  let level: Level = "minimum";
  const odd: string[] = [];
  let isBelow = true;
  for (const candidate of knownLevels.slice(1)) {
    const seen = lines.filter((line) => line.startsWith(`${candidate} `));
    const there = seen.filter((line) => line.startsWith(`${candidate} 1 `));
    isBelow &&= there.length * 2 > seen.length;
    if (isBelow) level = candidate;
    for (const line of seen) {
      const [, is, expression] = /^\S+ ([01]) (.*)$/.exec(line) ?? [];
      if ((is === "1") !== isBelow) odd.push(`${expression} ${is === "1" ? "works" : "does not work"}`);
    }
  }
  const source =
    odd.length === 0
      ? `the feature level is that of every feature tried`
      : `the feature level is the closest, since ${odd.join(", ")}`;
  return { level, source };
}

function tiersOf(settrace: boolean, modules: readonly string[]): readonly FactTier[] {
  if (modules.includes("_slotscope")) return ["native"];
  return settrace && modules.includes("uctypes") ? ["peek"] : [];
}

/** The width of a word from the bits of a pointer, or of the greatest small or machine-sized int. */
function readBits(bits: number): 16 | 32 | 64 {
  if (bits > 32) return 64;
  return bits > 16 ? 32 : 16;
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
