// `node packages/firmware/targets/write-wasm-profile.mjs`: writes the firmware profile of our WebAssembly build, with
// what the build itself answers. To be run when the version of MicroPython or what is frozen into the build changes.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { packWasm } from "./pack-wasm.mjs";

const profiles = fileURLToPath(new URL("../../../firmware-profiles/profiles/", import.meta.url));

/** Modules whose constants fold while a program is compiled (MICROPY_COMP_MODULE_CONST). */
const foldingModules = ["errno", "uctypes"];

/** In the order of their UTF-16 codes. */
const inOrder = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

/** A string of so many bytes at most is interned whoever writes it (MICROPY_ALLOC_PARSE_INTERN_STRING_LEN). */
const alwaysInterned = 10;

const question = `
import json, sys
def constants(name):
    names = __import__(name).__dict__
    return {key: names[key] for key in names if type(names[key]) in (int, float)}
doc = {}
exec("'Text.'", doc)
print(json.dumps({
    "version": ".".join(str(part) for part in sys.implementation.version[:3]), "variant": sys.implementation._build,
    "platform": sys.platform, "settrace": hasattr(sys, "settrace"), "maxsize": sys.maxsize,
    "optimisation": __import__("micropython").opt_level(), "docStrings": "__doc__" in doc,
    "constants": {name: constants(name) for name in ${JSON.stringify(foldingModules)}},
}))
help("modules")
`;

/** Loads a build and returns a function that runs code and gives the lines that it printed. */
async function load(folder) {
  const { loadMicroPython } = await import(pathToFileURL(join(folder, "micropython.mjs")).href);
  let lines = [];
  const target = await loadMicroPython({
    heapsize: 4 << 20,
    url: join(folder, "micropython.wasm"),
    stdout: (line) => lines.push(line),
  });
  return (code) => {
    lines = [];
    target.runPython(code);
    return lines;
  };
}

/** Every text that the wasm file could hold as an interned string: all ends of all texts, since the linker shares ends. */
function textsOf(file) {
  const texts = new Set();
  for (const [text] of readFileSync(file, "latin1").matchAll(/[\t\n\r -~]+(?=\0)/g)) {
    for (let at = Math.max(0, text.length - 255); at < text.length - alwaysInterned; at++)
      texts.add(text.slice(at));
  }
  return [...texts];
}

/** Those of the texts that are interned: they load by number, all others from a table of constants. */
function findInterned(run, texts) {
  const opcodes = (some) =>
    run(some.map((text) => `print((lambda: ${JSON.stringify(text)}).__code__.co_code[0])`).join("\n"));
  const [byNumber] = opcodes(["print"]);
  const found = [];
  for (let at = 0; at < texts.length; at += 500) {
    const some = texts.slice(at, at + 500);
    found.push(...opcodes(some).flatMap((opcode, index) => (opcode === byNumber ? [some[index]] : [])));
  }
  return found.sort(inOrder);
}

const folder = join(await packWasm(), "collecting");
const run = await load(folder);
const [first, ...listed] = run(question);
const facts = JSON.parse(first);
const modules = listed
  .filter((line) => !line.startsWith("Plus any"))
  .flatMap((line) => line.trim().split(/\s+/))
  .map((name) => name.replace(/\/__init__$/, "").replaceAll("/", "."))
  .filter((name) => name !== "" && name !== "__main__");
const wordBits = Math.log2(facts.maxsize + 1) + 1;
const profile = {
  id: `webassembly-slotscope-${facts.version}`,
  name: `WebAssembly, Slotscope's own build, ${facts.version}`,
  port: "webassembly",
  variant: facts.variant,
  version: facts.version,
  platform: facts.platform,
  wordBits,
  settrace: facts.settrace,
  tiers: ["native"],
  compiler: {
    version: facts.version.split(".").slice(0, 2).join("."),
    featureLevel: "full",
    settrace: facts.settrace,
    optimisation: facts.optimisation,
    smallIntBits: wordBits - 1,
    floatBits: 64,
    crossCompiled: false,
    features: { docStrings: facts.docStrings, nativeEmitter: false, inlineAssemblers: [] },
    moduleConstants: facts.constants,
    internedStrings: findInterned(run, textsOf(join(folder, "micropython.wasm"))),
  },
  modules: [...new Set(modules)].sort(inOrder),
  sources: {
    version: "sys.implementation of the build",
    variant: "sys.implementation of the build",
    platform: "sys.platform of the build",
    wordBits: "sys.maxsize of the build",
    settrace: "dir(sys) of the build",
    tiers: "packages/firmware/module, which the build holds",
    compiler:
      "packages/firmware/targets/wasm/variant/mpconfigvariant.h (ROM level full), ports/webassembly/mpconfigport.h (no native emitter); all else read on the build",
    modules: "help('modules') on the build with an empty file system",
  },
};
const file = join(profiles, `${profile.id}.json`);
writeFileSync(file, `${JSON.stringify(profile, null, 2)}\n`);
process.stderr.write(
  `${file}: ${profile.modules.length} modules, ${profile.compiler.internedStrings.length} interned strings\n`,
);
