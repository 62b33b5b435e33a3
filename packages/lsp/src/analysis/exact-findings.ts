import type { FirmwareProfile } from "@slotscope/firmware-profiles";
import type { MappedSource, Problem } from "@slotscope/locals-mapper";
import type { Finding } from "./finding.js";
import { fixProblem } from "./fix-problem.js";

/**
 * What MicroPython of that firmware refuses about a text. The first is its own error, word for word; the others are what it
 * would say next, if the first were put right.
 */
export function exactFindings({ problems, debugMap }: MappedSource, profile: FirmwareProfile): Finding[] {
  return problems.map((problem) => {
    const fix = fixProblem(problem, debugMap);
    return {
      start: problem.start,
      end: problem.end,
      severity: "error",
      code: problem.type,
      source: "slotscope",
      message: describeProblem(problem, profile),
      ...(fix === undefined ? {} : { fix }),
    };
  });
}

/** MicroPython's words, and whose they are: the same text may be fine on another version. */
function describeProblem({ type, message }: Problem, profile: FirmwareProfile): string {
  const words = message === "" ? type : `${type}: ${message}`;
  return `${words} (MicroPython ${profile.version})`;
}
