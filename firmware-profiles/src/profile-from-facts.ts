import type { FirmwareProfile, ProbedFacts } from "./profile.js";

/** The machine that a program of a computer names is the computer that it was built on. */
const portsOfComputers = ["unix", "windows"];

/**
 * The profile of a firmware that was probed. Its name is made of what it told; `id` is lower-case letters, digits, dots and
 * dashes, and throws a RangeError if it is anything else.
 */
export function profileFromFacts(facts: ProbedFacts, id: string): FirmwareProfile {
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(id))
    throw new RangeError(
      `A profile can't be called ${JSON.stringify(id)}: its name may have lower-case letters, digits, dots and dashes.`,
    );
  const { port, board, variant, machine, version, platform, wordBits, settrace, tiers } = facts;
  const isOfComputer = portsOfComputers.includes(port);
  const sources = Object.entries(facts.sources).filter(([name]) => !isOfComputer || name !== "machine");
  return {
    id,
    name: nameOf(facts),
    writtenBy: "probe",
    port,
    ...(board === undefined ? {} : { board }),
    ...(variant === undefined ? {} : { variant }),
    ...(machine === undefined || isOfComputer ? {} : { machine }),
    version,
    ...(platform === undefined ? {} : { platform }),
    wordBits,
    settrace,
    tiers,
    compiler: facts.compiler,
    modules: facts.modules,
    sources: Object.fromEntries(sources),
  };
}

function nameOf({ port, board, variant, machine, version, settrace, tiers }: ProbedFacts): string {
  const what = board === undefined ? [port, variant].filter(Boolean).join(" ") : (machine ?? board);
  const how = tiers.includes("native") ? " with the module _slotscope" : settrace ? " with sys.settrace" : "";
  return `${what}, MicroPython ${version}${how}`;
}
