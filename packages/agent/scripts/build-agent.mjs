/**
 * Makes TypeScript constants of the agent's MicroPython code, in two forms: `.mpy`, and source text for targets that
 * can't take that. Run by `pnpm build` before tsc.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { compileMpy } from "./compile-mpy.mjs";
import { minify } from "./minify.mjs";

const folder = new URL("../python/", import.meta.url);
const read = (names) => names.map((name) => readFileSync(new URL(`${name}.py`, folder), "utf8")).join("\n");

/** The file that the agent's code objects name; its trace functions know it. */
const file = "/.slotscope/agent.py";
const agentModule = "_slotscope_agent";

/** What every session loads, in order, and the parts that it loads when they are needed. */
const tiers = {
  native: {
    core: ["wire", "values", "stop", "native", "program"],
    parts: {
      start: ["parts/start", "parts/check-native"],
      points: ["parts/points", "parts/points-native"],
    },
  },
  peek: {
    core: ["wire", "values", "stop", "peek", "trace", "program"],
    parts: {
      start: ["parts/start", "parts/calibrate"],
      points: ["parts/points", "parts/points-peek"],
      scan: ["parts/scan"],
      step: ["parts/step"],
      raise: ["parts/raise"],
    },
  },
};
const commonParts = {
  run: ["parts/run"],
  look: ["parts/slot-rule", "parts/look"],
  code: ["parts/slot-rule", "parts/code"],
  error: ["parts/error"],
  input: ["parts/input"],
  guest: ["parts/guest"],
};

/** The part whose code runs under the trace function, and so needs its lines. */
const withLines = "start";

/** Names that are known outside the code, or by which it knows its own frames. */
const kept =
  "session poll attend before version names reach probe sleeper yielder expand slots frames evaluate assign guest on_raise".split(
    " ",
  );

/** Most bytes of a `.mpy` file, or characters of source, in a piece. */
const mpyPiece = 576;
const textPiece = 3000;

/**
 * Imports a module from the bytes `index`, by a file system of one file. The file is an object of another class: what has a
 * stream's methods in C can't be mounted. Its names are such as all firmware holds.
 */
const importer = (module) => `import uio,sys
try:
 import vfs as key
except ImportError:
 import uos as key
class list(uio.IOBase):
 end=0
 def readinto(self,args):
  find=min(len(args),len(index)-self.end)
  args[:find]=index[self.end:self.end+find]
  self.end+=find
  return find
 def ioctl(self,*args):
  return 0
class map:
 def mount(self,*args):
  if args and args[-1]=="rb":
   return list()
  if args and args[0] and args[0][-4:]!=".mpy":
   raise OSError(2)
  return (32768,0,0,0,0,0,0,0,0,0)
 umount=stat=open=mount
key.mount(map(),"/.slotscope")
items=sys.path[:]
sys.path[:]=["/.slotscope"]
try:
 __import__("${module}")
finally:
 sys.path[:]=items
 key.umount("/.slotscope")`;

/** Pieces of whole statements of the outermost level. */
function split(source) {
  const chunks = [""];
  for (const statement of source.split(/\n(?=[^ \n)\]}])/)) {
    const last = chunks.at(-1);
    if (last !== "" && last.length + statement.length > textPiece) chunks.push(statement);
    else chunks[chunks.length - 1] = last === "" ? statement : `${last}\n${statement}`;
  }
  return chunks;
}

/** A Python string literal in ASCII, without control characters: the raw REPL takes none. */
function literal(text) {
  return JSON.stringify(text).replaceAll(/[^\x20-\x7e]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** Statements that fill `index` with the bytes, import them as a module, and forget them. */
function mpyPieces(mpy, module) {
  const pieces = [`from ubinascii import a2b_base64 as hex\nindex=memoryview(bytearray(${mpy.length}))`];
  for (let at = 0; at < mpy.length; at += mpyPiece) {
    const part = mpy.subarray(at, at + mpyPiece);
    pieces.push(`index[${at}:${at + part.length}]=hex("${part.toString("base64")}")`);
  }
  return [...pieces, importer(module)];
}

/** Statements that run the text with the globals `A`. */
const textPieces = (text, hasLines) =>
  split(text).map((piece) => `A["load"](${literal(piece)},${hasLines ? 0 : 3})`);

const output = {};
for (const [tier, { core, parts }] of Object.entries(tiers)) {
  const all = { ...parts, ...commonParts };
  const names = Object.keys(all);
  const [main, ...minified] = minify([read(core), ...Object.values(all).map(read)], kept);
  const mpy = { core: [], parts: {} };
  const text = { core: textPieces(main.shared, false), parts: {} };
  mpy.core = mpyPieces(await compileMpy(main.apart, file, false), agentModule);
  for (const [at, name] of names.entries()) {
    const hasLines = name === withLines;
    const partModule = "_slotscope_part";
    mpy.parts[name] = [
      ...mpyPieces(await compileMpy(minified[at].apart, file, hasLines), partModule),
      `P=sys.modules.pop("${partModule}").__dict__\nindex=None`,
    ];
    text.parts[name] = [...textPieces(minified[at].shared, hasLines), "P=A"];
  }
  output[tier] = { mpy, text };
}

const hash = createHash("sha256").update(JSON.stringify(output)).digest("hex").slice(0, 16);
writeFileSync(
  new URL("../src/sources.generated.ts", import.meta.url),
  `/** Statements, in the order in which a target runs them, that make an agent: what lasts, and what is loaded when it is needed. */
interface AgentPieces {
  readonly core: readonly string[];
  readonly parts: Readonly<Record<string, readonly string[]>>;
}

/** Written by scripts/build-agent.mjs from python/. */
export const sources: Readonly<Record<"native" | "peek", Readonly<Record<"mpy" | "text", AgentPieces>>>> = ${JSON.stringify(output, null, 2)};

export const sourcesHash = ${JSON.stringify(hash)};
`,
);
