import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Ajv } from "ajv";
import { beforeAll, describe, expect, it } from "vitest";
import { findProfile, profiles } from "../../src/index.js";

const home = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

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
    }
  });

  it("ids are unique, and an unknown id is refused with the known ones", () => {
    expect(new Set(profiles.map(({ id }) => id)).size).toBe(profiles.length);
    expect(() => findProfile("no-such-board")).toThrow(/webassembly-pyscript-1\.29\.0-6/);
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

  it("lists the modules that the build has", () => {
    expect([...new Set(facts["modules"] as string[])].sort()).toEqual([...profile.modules].sort());
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
