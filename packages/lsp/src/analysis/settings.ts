/**
 * What a user can set, under `slotscope.`: the one description of the settings. Editors' own schemas are made of it, and
 * what a client sends is checked by it.
 */
export const settingsSchema = {
  profile: {
    type: "string",
    default: "",
    description:
      "Id of the firmware profile to check programs against. Empty: what slotscope.json says, else MicroPython for WebAssembly.",
  },
  "hints.slots": {
    type: "boolean",
    default: false,
    description: "Show the slot of each local name where it is first met.",
  },
  "hints.frames": {
    type: "boolean",
    default: false,
    description: "Show above each function what a frame of it takes.",
  },
  "lint.enabled": {
    type: "string",
    enum: ["auto", "on", "off"],
    default: "auto",
    description: "Lint by ruff: auto does so where the project has a ruff configuration.",
  },
  "python.enabled": {
    type: "boolean",
    default: true,
    description: "Run basedpyright for all that is not MicroPython's own. Takes effect at the next start.",
  },
} as const;

type Schema = typeof settingsSchema;
type Value<Property> = Property extends { readonly enum: readonly (infer Option)[] }
  ? Option
  : Property extends { readonly type: "boolean" }
    ? boolean
    : string;

/** All settings, by the names of the schema. */
export type Settings = { readonly [Name in keyof Schema]: Value<Schema[Name]> };

/** The settings of a user who set none. */
export const defaultSettings: Settings = Object.fromEntries(
  Object.entries(settingsSchema).map(([name, { default: value }]) => [name, value]),
) as Settings;

/**
 * Reads what a client sent for the section `slotscope`: nested objects or dotted names. What is missing or of the wrong type
 * has its default; `problems` tells of each value that was refused, in words for the user.
 */
export function readSettings(section: unknown): { settings: Settings; problems: string[] } {
  const settings: Record<string, unknown> = { ...defaultSettings };
  const problems: string[] = [];
  for (const [name, property] of Object.entries(settingsSchema)) {
    const value = lookUp(section, name);
    if (value === undefined || value === null) continue;
    if (typeof value !== property.type) {
      problems.push(`slotscope.${name} is to be a ${property.type}, not ${JSON.stringify(value)}.`);
    } else if ("enum" in property && !property.enum.some((option) => option === value)) {
      problems.push(`slotscope.${name} is one of ${property.enum.join(", ")}, not ${JSON.stringify(value)}.`);
    } else settings[name] = value;
  }
  return { settings: settings as Settings, problems };
}

function lookUp(section: unknown, name: string): unknown {
  const direct = propertyOf(section, name);
  if (direct !== undefined) return direct;
  return name.split(".").reduce(propertyOf, section);
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
