import type { FirmwareProfile } from "@slotscope/firmware-profiles";
import type { DocumentAnalysis } from "./document-analysis.js";
import type { Finding } from "./finding.js";

/** The code of these findings. */
export const missingModule = "missing-module";

/**
 * Modules that a text imports whatever happens, and that MicroPython has but not this firmware. What `if` or `try` guards is
 * left alone, and so is what nobody knows: that is for whoever looks for modules to say.
 *
 * @param isKnown whether some MicroPython has a module of that name
 * @param isInProject whether the project itself has one
 */
export function missingModules(
  { imports, profile }: DocumentAnalysis,
  isKnown: (name: string) => boolean,
  isInProject: (name: string) => boolean,
): Finding[] {
  return imports.flatMap(({ name, start, end, isConditional }) => {
    const [first = name] = name.split(".");
    if (isConditional || hasModule(profile, first) || !isKnown(first) || isInProject(first)) return [];
    return [
      {
        start,
        end,
        severity: "warning",
        code: missingModule,
        source: "slotscope",
        message: `${profile.name} has no module ${first}. If it is installed on the board, put it into the project too.`,
      },
    ];
  });
}

/** Whether a firmware has a module, or one that it stands for: `utime` is `time` (py/objmodule.c, 1.26.1). */
function hasModule({ modules }: FirmwareProfile, name: string): boolean {
  const names = name.startsWith("u") ? [name, name.slice(1)] : [name];
  return modules.some((module) => names.some((each) => module === each || module.startsWith(`${each}.`)));
}
