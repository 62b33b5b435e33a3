import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { parser as lezer } from "@lezer/python";
import { Language, Parser } from "web-tree-sitter";
import { joinPrograms } from "./python-source.mjs";
import { summarise, table } from "./statistics.mjs";

export const name = "mapper";
export const what = "a megabyte of Python, mapped to scopes, slots and lines, beside what parses it only";

const size = 1_000_000;
const warmUps = 3;
const rounds = 11;

const require = createRequire(import.meta.url);

/** The mapper that the `slotscope` command uses. */
async function loadMapper() {
  const command = createRequire(require.resolve("slotscope/package.json"));
  const { mapSource } = await import(pathToFileURL(command.resolve("@slotscope/locals-mapper")).href);
  return mapSource;
}

async function loadTreeSitter() {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(require.resolve("tree-sitter-python/tree-sitter-python.wasm")));
  return parser;
}

/** What is measured: each gives how many things it found, so that none can be left out. */
async function contestants() {
  const mapSource = await loadMapper();
  const treeSitter = await loadTreeSitter();
  const map = (text) => mapSource(text, { file: "joined.py" }).debugMap.scopes;
  return {
    isGood: (text) => mapSource(text, { file: "joined.py" }).problems.length === 0,
    all: [
      { label: "mapper: scopes, slots, lines", run: (text) => map(text).length },
      {
        label: "mapper: bytecode of all scopes too",
        run: (text) => map(text).reduce((sum, scope) => sum + (scope.bytecode()?.code.length ?? 0), 0),
      },
      {
        label: "web-tree-sitter: parse",
        run(text) {
          const tree = treeSitter.parse(text);
          const end = tree.rootNode.endIndex;
          tree.delete();
          return end;
        },
      },
      { label: "@lezer/python: parse", run: (text) => lezer.parse(text).length },
    ],
  };
}

export async function run() {
  const { all, isGood } = await contestants();
  const { text, origin } = await joinPrograms(size, isGood);
  const megabytes = Buffer.byteLength(text) / 1e6;
  const speeds = all.map(() => []);
  for (let round = -warmUps; round < rounds; round++) {
    for (const [i, { label, run: measured }] of all.entries()) {
      const start = performance.now();
      const found = measured(text);
      const seconds = (performance.now() - start) / 1000;
      if (!(found > 0)) throw new Error(`${label} found nothing`);
      if (round >= 0) speeds[i].push(megabytes / seconds);
    }
  }
  const medians = speeds.map((each) => summarise(each).median);
  const rows = all.map(({ label }, i) => {
    const { min, max } = summarise(speeds[i]);
    const ratio = (medians[0] / medians[i]).toFixed(2);
    return [label, medians[i].toFixed(2), min.toFixed(2), max.toFixed(2), ratio];
  });
  return [
    `${megabytes.toFixed(2)} MB joined from ${origin}, ${rounds} rounds in turns, in one thread`,
    table([["", "MB/s, median", "slowest", "fastest", "mapper is ... times as fast"], ...rows]),
  ].join("\n");
}
