import { findProfile } from "@slotscope/firmware-profiles";
import { type CompilerOptions, type FeatureLevel, languageVersions } from "@slotscope/locals-mapper";
import { type Arguments, type OptionSpec, UsageError } from "../command-line/command.js";
import { oneOf, valueOf } from "../command-line/parse-arguments.js";

const featureLevels: readonly FeatureLevel[] = ["minimum", "core", "basic", "extra", "full", "everything"];
const optimisations = ["0", "1", "2", "3"] as const;
const smallIntWidths = ["31", "63"] as const;
const floatWidths = ["0", "32", "64"] as const;

/** Options of a command that say how the compiler in question was built. */
export const compilerOptionSpecs: Readonly<Record<string, OptionSpec>> = {
  profile: {
    type: "string",
    value: "ID",
    help: "the firmware to compile as, such as rp2-rpi-pico-1.26.1 (docs/firmware-profiles.md lists them)",
  },
  language: { type: "string", value: "VERSION", help: "MicroPython's version, 1.20 to 1.29 (default 1.26)" },
  level: {
    type: "string",
    value: "LEVEL",
    help: `feature level: ${featureLevels.join(", ")} (default extra)`,
  },
  opt: { type: "string", short: "O", value: "N", help: "optimisation level, 0 to 3 (default 0)" },
  settrace: { type: "boolean", help: "lines as firmware with sys.settrace marks them" },
  "small-int-bits": { type: "string", value: "N", help: "31 or 63 (default 31)" },
  "float-bits": { type: "string", value: "N", help: "0, 32 or 64 (default 64)" },
};

/** The compiler that the arguments describe: a profile's if one is named, changed by what else is given. */
export function readCompilerOptions(args: Arguments): CompilerOptions {
  const language = valueOf(args, "language");
  const level = valueOf(args, "level");
  const optimisation = valueOf(args, "opt");
  const smallInt = valueOf(args, "small-int-bits");
  const float = valueOf(args, "float-bits");
  return {
    ...readProfile(valueOf(args, "profile")),
    ...(language === undefined ? {} : { version: oneOf("language", language, languageVersions) }),
    ...(level === undefined ? {} : { featureLevel: oneOf("level", level, featureLevels) }),
    ...(optimisation === undefined
      ? {}
      : { optimisation: toNumber(oneOf("opt", optimisation, optimisations)) as 0 | 1 | 2 | 3 }),
    ...(args.flags.has("settrace") ? { settrace: true } : {}),
    ...(smallInt === undefined
      ? {}
      : { smallIntBits: toNumber(oneOf("small-int-bits", smallInt, smallIntWidths)) as 31 | 63 }),
    ...(float === undefined
      ? {}
      : { floatBits: toNumber(oneOf("float-bits", float, floatWidths)) as 0 | 32 | 64 }),
  };
}

function readProfile(id: string | undefined): CompilerOptions {
  if (id === undefined) return {};
  try {
    return findProfile(id).compiler;
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}

function toNumber(digits: string): number {
  return Number(digits);
}
