import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Ajv } from "ajv";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type FirmwareProfile,
  findProfile,
  matchProfile,
  profileFromFacts,
  profiles,
} from "../../src/index.js";

const home = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The properties of a profile that state something about the firmware or the board. */
function factsOf(profile: FirmwareProfile): string[] {
  const others = ["id", "name", "writtenBy", "notes", "sources"];
  // These name the profile's subject.
  const subject = ["port", "board", "variant", "version"];
  return Object.keys(profile).filter((name) => ![...others, ...subject].includes(name));
}

describe("firmware profiles", () => {
  it("each profile is valid by the schema and names its sources", () => {
    const validate = new Ajv({ allErrors: true }).compile(
      JSON.parse(readFileSync(join(home, "schema.json"), "utf8")) as object,
    );
    for (const profile of profiles) {
      expect({ id: profile.id, valid: validate(profile), errors: validate.errors }).toEqual({
        id: profile.id,
        valid: true,
        errors: null,
      });
      for (const property of Object.keys(profile.sources)) expect(profile).toHaveProperty(property);
      for (const property of factsOf(profile)) expect(profile.sources).toHaveProperty(property);
    }
  });

  it("ids are unique, and an unknown id is refused with the known ones", () => {
    expect(new Set(profiles.map(({ id }) => id)).size).toBe(profiles.length);
    expect(() => findProfile("no-such-board")).toThrow(/webassembly-pyscript-1\.29\.0-6/);
  });
});

describe("profiles of boards that were read in MicroPython's source", () => {
  const boards = profiles.filter(({ writtenBy }) => writtenBy === "source");

  it("are there for the common boards", () => {
    expect(boards.map(({ board }) => board)).toEqual(
      expect.arrayContaining([
        "RPI_PICO",
        "RPI_PICO_W",
        "RPI_PICO2",
        "ESP32_GENERIC",
        "ESP32_GENERIC_S3",
        "ESP32_GENERIC_C3",
        "ESP8266_GENERIC",
        "PYBV11",
        "MICROBIT",
      ]),
    );
  });

  it("name a file of MicroPython's for each fact of the compiler, and claim no tier", () => {
    for (const { id, sources, tiers, settrace } of boards) {
      for (const fact of ["featureLevel", "floatBits", "features"])
        expect(`${id}, ${sources[`compiler.${fact}`]}`).toMatch(/, (py|ports)\/[\w/]+\.h\b/);
      expect({ id, tiers, settrace }).toEqual({ id, tiers: [], settrace: false });
    }
  });
});

describe("a firmware that is connected", () => {
  const pico = {
    port: "rp2",
    board: "RPI_PICO",
    machine: "Raspberry Pi Pico with RP2040",
    version: "1.28.0",
  };

  it("is matched by its board, whatever its version", () => {
    expect(matchProfile(pico)?.board).toBe("RPI_PICO");
  });

  it("of a board without a profile is matched by its microcontroller", () => {
    const clone = { ...pico, board: "CLONE", machine: "Some clone with RP2350" };
    expect(matchProfile(clone)?.mcu).toBe("rp2350");
    expect(
      matchProfile({ port: "esp32", board: "X", machine: "X with ESP32C3", version: "1.26.1" })?.board,
    ).toBe("ESP32_GENERIC_C3");
  });

  it("is matched by the way it is debugged", () => {
    const unix = {
      port: "unix",
      variant: "standard",
      version: "1.26.1",
      wordBits: 64,
      settrace: true,
    } as const;
    expect(matchProfile({ ...unix, tiers: ["native"] })?.tiers).toEqual(["native"]);
    expect(matchProfile({ ...unix, tiers: ["peek"] })?.tiers).toEqual(["peek"]);
  });

  it("of an unknown port has no profile", () => {
    expect(matchProfile({ port: "abacus", version: "1.26.1" })).toBeUndefined();
  });

  it("that was probed becomes a profile of the name that is asked for, and of no impossible one", () => {
    const { id: _, name: __, writtenBy: ___, ...facts } = findProfile("rp2-rpi-pico-1.26.1");
    expect(profileFromFacts(facts, "my-pico")).toMatchObject({
      id: "my-pico",
      name: "Raspberry Pi Pico with RP2040, MicroPython 1.26.1",
      writtenBy: "probe",
      board: "RPI_PICO",
    });
    expect(() => profileFromFacts(facts, "My Pico")).toThrow(/lower-case letters/);
  });
});

describe("the profile of npm's WebAssembly build, against that build", () => {
  const profile = findProfile("webassembly-pyscript-1.29.0-6");
  const facts: Record<string, unknown> = {};

  beforeAll(async () => {
    const folder = dirname(
      createRequire(import.meta.url).resolve("@micropython/micropython-webassembly-pyscript/package.json"),
    );
    const { loadMicroPython } = (await import(pathToFileURL(join(folder, "micropython.mjs")).href)) as {
      loadMicroPython: (options: object) => Promise<{ runPython(source: string): void }>;
    };
    const lines: string[] = [];
    const target = await loadMicroPython({
      heapsize: 1 << 20,
      url: join(folder, "micropython-settrace.wasm"),
      stdout: (line: string) => lines.push(line),
    });
    target.runPython(`
import json, sys
values = {}
for name in ${JSON.stringify(Object.keys(profile.compiler.moduleConstants))}:
    module = __import__(name)
    values[name] = {key: getattr(module, key) for key in dir(module) if type(getattr(module, key)) in (int, float)}
names = {}
exec("'Text.'", names)
print(json.dumps({
    "version": ".".join(str(part) for part in sys.implementation.version[:3]), "variant": sys.implementation._build,
    "platform": sys.platform, "settrace": hasattr(sys, "settrace"), "maxsize": sys.maxsize, "constants": values,
    "docStrings": "__doc__" in names,
}))
help("modules")
`);
    // A string that is interned is loaded by its name's number, any other from the table of constants: another opcode.
    const candidates = [...(profile.compiler.internedStrings ?? []), "surely not a name of the firmware"];
    const before = lines.length;
    target.runPython(
      candidates.map((text) => `print((lambda: ${JSON.stringify(text)}).__code__.co_code[0])`).join("\n"),
    );
    facts["opcodes"] = lines.splice(before).map(Number);
    const report = lines.findIndex((line) => line.startsWith("{"));
    Object.assign(facts, JSON.parse(lines[report] ?? ""));
    facts["modules"] = lines
      .slice(report + 1)
      .filter((line) => !line.startsWith("Plus any"))
      .flatMap((line) => line.trim().split(/\s+/))
      .map((name) => name.replace(/\/__init__$/, "").replaceAll("/", "."))
      .filter((name) => name !== "" && name !== "__main__");
  });

  it("says what the build says of itself", () => {
    expect(facts).toMatchObject({
      version: profile.version,
      variant: profile.variant,
      platform: profile.platform,
      settrace: profile.settrace,
      maxsize: 2 ** (profile.wordBits - 1) - 1,
    });
  });

  it("lists the modules that the build has, but for those below a package", () => {
    const names = (facts["modules"] as string[]).map((name) => name.split(".")[0]);
    expect([...new Set(names)].sort()).toEqual([...profile.modules].sort());
  });

  it("knows whether docstrings are kept", () => {
    expect(facts["docStrings"]).toBe(profile.compiler.features?.["docStrings"] === true);
  });

  it("lists strings only that the build has interned", () => {
    const opcodes = [...(facts["opcodes"] as number[])];
    const ofAnObject = opcodes.pop();
    expect(opcodes).toHaveLength(profile.compiler.internedStrings?.length ?? 0);
    expect(opcodes).not.toContain(ofAnObject);
    expect(new Set(opcodes).size).toBe(1);
  });

  it("holds the values of the constants that fold", () => {
    expect(facts["constants"]).toEqual(profile.compiler.moduleConstants);
  });
});
