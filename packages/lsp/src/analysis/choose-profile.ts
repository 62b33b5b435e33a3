import { type FirmwareProfile, findProfile, profiles } from "@slotscope/firmware-profiles";

/** The firmware that programs are checked against where nothing says which: the one that needs no hardware. */
const defaultProfileId = "webassembly-pyscript-1.29.0-6";

/** A firmware profile, and what chose it. */
export interface ChosenProfile {
  readonly profile: FirmwareProfile;
  readonly from: "setting" | "slotscope.json" | "default";
  /** Why another choice was passed over, in words for the user. */
  readonly problem?: string;
}

/**
 * Chooses the profile of a workspace folder: by the setting, else by the folder's slotscope.json, else the default. An
 * unknown id falls through to the next and is told of.
 *
 * @param setting the setting `slotscope.profile`; empty for none
 * @param workspaceFile the text of slotscope.json, such as `{ "profile": "rp2-pico-1.26.1" }`; undefined if there is none
 */
export function chooseProfile(setting: string, workspaceFile: string | undefined): ChosenProfile {
  const problems: string[] = [];
  const wishes = [
    { from: "setting", id: setting },
    { from: "slotscope.json", id: idInFile(workspaceFile, problems) },
  ] as const;
  for (const { from, id } of wishes) {
    if (id === "") continue;
    const profile = profiles.find((each) => each.id === id);
    if (profile) return withProblems({ profile, from }, problems);
    const known = profiles.map((each) => each.id).join(", ");
    problems.push(`There is no firmware profile ${JSON.stringify(id)} (${from}). Known: ${known}.`);
  }
  return withProblems({ profile: findProfile(defaultProfileId), from: "default" }, problems);
}

function withProblems(chosen: ChosenProfile, problems: readonly string[]): ChosenProfile {
  return problems.length === 0 ? chosen : { ...chosen, problem: problems.join(" ") };
}

function idInFile(text: string | undefined, problems: string[]): string {
  if (text === undefined) return "";
  try {
    const content: unknown = JSON.parse(text);
    const id =
      typeof content === "object" && content !== null && "profile" in content ? content.profile : undefined;
    if (id === undefined) return "";
    if (typeof id === "string") return id;
    problems.push(`In slotscope.json, "profile" is to be a string, not ${JSON.stringify(id)}.`);
  } catch (error) {
    problems.push(`slotscope.json can't be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
  return "";
}
