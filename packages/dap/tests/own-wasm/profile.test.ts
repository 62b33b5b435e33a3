import { RawRepl } from "@slotscope/device-transport";
import { findProfile } from "@slotscope/firmware-profiles";
import { createWasmTransport, findWasmBuild } from "@slotscope/wasm-runtime";
import { beforeAll, describe, expect, it } from "vitest";

const profile = findProfile(`webassembly-slotscope-${findWasmBuild().version}`);
const { moduleConstants, internedStrings = [], features } = profile.compiler;

const question = `
import json, sys
values = {}
for name in ${JSON.stringify(Object.keys(moduleConstants))}:
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
`;

/** A string that is interned is loaded by its name's number, any other from a table: another opcode. */
const opcodes = (texts: readonly string[]): string =>
  texts.map((text) => `print((lambda: ${JSON.stringify(text)}).__code__.co_code[0])`).join("\n");

describe("the profile of our WebAssembly build, against that build", () => {
  const facts: Record<string, unknown> = {};
  let modules: string[] = [];
  let loads: string[] = [];

  beforeAll(async () => {
    const transport = createWasmTransport();
    await transport.open();
    try {
      const repl = new RawRepl(transport);
      await repl.enter();
      const [first = "", ...listed] = (await repl.evaluate(question)).split("\n");
      Object.assign(facts, JSON.parse(first));
      modules = listed
        .filter((line) => !line.startsWith("Plus any"))
        .flatMap((line) => line.trim().split(/\s+/))
        .map((name) => name.replace(/\/__init__$/, "").replaceAll("/", "."))
        .filter((name) => name !== "" && name !== "__main__");
      loads = (await repl.evaluate(opcodes([...internedStrings, "surely not a name of the firmware"])))
        .trim()
        .split("\n");
    } finally {
      await transport.close();
    }
  });

  it("says what the build says of itself", () => {
    expect(facts).toMatchObject({
      version: profile.version,
      variant: profile.variant,
      platform: profile.platform,
      settrace: profile.settrace,
      maxsize: 2 ** (profile.wordBits - 1) - 1,
      docStrings: features?.docStrings,
      constants: moduleConstants,
    });
  });

  it("lists the modules that the build has", () => {
    expect([...new Set(modules)].sort()).toEqual([...profile.modules].sort());
  });

  it("lists strings only that the build has interned", () => {
    const ofAnObject = loads.pop();
    expect(loads).toHaveLength(internedStrings.length);
    expect(loads).not.toContain(ofAnObject);
    expect(new Set(loads).size).toBe(1);
  });
});
