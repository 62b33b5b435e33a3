import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { parser as lezer } from "@lezer/python";
import { Language, Parser } from "web-tree-sitter";
import { joinPrograms } from "./python-source.mjs";
import { summarise, table } from "./statistics.mjs";

export const name = "mapper";
export const what =
  "a megabyte of Python, mapped to scopes, slots and lines, beside what parses it only; and a file mapped again as it is typed in";

const size = 1_000_000;
const warmUps = 3;
const rounds = 11;
const typedLines = 2000;
const typedCharacters = 600;
const untimedCharacters = 200;

const require = createRequire(import.meta.url);

/** The mapper that the `slotscope` command uses. */
async function loadMapper() {
  const command = createRequire(require.resolve("slotscope/package.json"));
  return import(pathToFileURL(command.resolve("@slotscope/locals-mapper")).href);
}

async function loadTreeSitter() {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(require.resolve("tree-sitter-python/tree-sitter-python.wasm")));
  return parser;
}

/** What is measured: each gives how many things it found, so that none can be left out. */
async function contestants({ mapSource }) {
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

/** A text's first lines, at most so many, that are a whole program. */
function firstLines(text, count, isGood) {
  const lines = text.split("\n", count);
  for (;;) {
    const program = `${lines.join("\n")}\n`;
    if (isGood(program)) return program;
    lines.pop();
  }
}

/** Numbers from 0 to below 1, the same ones every time. */
function* numbers() {
  for (let state = 1; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

function timed(measured) {
  const start = performance.now();
  const { debugMap } = measured();
  const milliseconds = performance.now() - start;
  if (!(debugMap.scopes.length > 0)) throw new Error("no scopes were found");
  return milliseconds;
}

function rowOf(label, values) {
  const { min, median, p95, max } = summarise(values);
  return [label, ...[median, min, p95, max].map((value) => value.toFixed(2))];
}

/** Types a character at a random place of a file, maps the file both ways, and takes the character back; again and again. */
function typeInto(text, { createMapper, mapSource }) {
  const mapper = createMapper({ file: "typed.py" });
  mapper.replace(text);
  const random = numbers();
  const characters = "abcdefghijklmnopqrstuvwxyz_0123456789 .,:()=";
  const times = { again: [], whole: [], ratio: [] };
  for (let i = -untimedCharacters; i < typedCharacters; i++) {
    const at = Math.floor(random.next().value * text.length);
    const typed = characters[Math.floor(random.next().value * characters.length)];
    const after = text.slice(0, at) + typed + text.slice(at);
    const again = timed(() => mapper.update([{ start: at, end: at, text: typed }]));
    const whole = timed(() => mapSource(after, { file: "typed.py" }));
    mapper.update([{ start: at, end: at + 1, text: "" }]);
    if (i < 0) continue;
    times.again.push(again);
    times.whole.push(whole);
    times.ratio.push(again / whole);
  }
  return table([
    ["", "median", "least", "95 % below", "most"],
    rowOf("milliseconds, createMapper", times.again),
    rowOf("milliseconds, mapSource", times.whole),
    rowOf("ratio of the two", times.ratio),
  ]);
}

export async function run() {
  const mapper = await loadMapper();
  const { all, isGood } = await contestants(mapper);
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
  const typed = firstLines(text, typedLines, isGood);
  return [
    `${megabytes.toFixed(2)} MB joined from ${origin}, ${rounds} rounds in turns, in one thread`,
    table([["", "MB/s, median", "slowest", "fastest", "mapper is ... times as fast"], ...rows]),
    "",
    `${typed.split("\n").length - 1} lines (${typed.length} characters) of it, mapped after each of ${typedCharacters} typed characters`,
    typeInto(typed, mapper),
  ].join("\n");
}
