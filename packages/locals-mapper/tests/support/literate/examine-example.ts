import {
  type CompilerOptions,
  type DebugMap,
  type LanguageVersion,
  languageVersions,
  type MappedSource,
  mapSource,
} from "../../../src/index.js";
import { eventsText, headingsIn, linesText, memoryText, problemText, slotsText } from "./block-texts.js";
import type { Block, Example } from "./literate-page.js";
import { checkSlots, pairScopes } from "./slot-evidence.js";
import { type CompiledScope, compileWith, isCompileError, type Optimisation } from "./stock-compiler.js";
import { StockMicroPython } from "./stock-micropython.js";
import { traceProgram } from "./trace-program.js";

/** What is true of an example. */
export interface Examination {
  /** Where the mapper and the real compiler tell different things; empty if all their answers agree. */
  readonly disagreements: readonly string[];
  /** What each block should say. */
  readonly texts: ReadonlyMap<Block, string>;
}

/** Options of the stock settrace build from npm: MicroPython 1.29-preview, pyscript variant. */
const stockOptions: CompilerOptions = {
  version: "1.29",
  featureLevel: "full",
  settrace: true,
  // ports/webassembly/mpconfigport.h: MICROPY_ENABLE_DOC_STRING.
  features: { docStrings: true },
  // Of the many constants of errno and uctypes, those the pages use.
  moduleConstants: { errno: { ENOENT: 2 } },
};

/** Comment that marks a line at which a `memory` block looks. */
const lookMarker = /#.*\blook\b/;

/** Maps an example as firmware of a version with `sys.settrace` compiles it. */
export function mapExample(example: Example, version: LanguageVersion = "1.29"): MappedSource {
  return mapSource(example.source, {
    file: "example.py",
    options: { ...stockOptions, version, optimisation: optimisationOf(example) },
  });
}

/** Versions for which an example holds: all, or those from `since` on. */
export function versionsOf(example: Example): readonly LanguageVersion[] {
  const since = example.attributes["since"];
  if (since === undefined) return languageVersions;
  const first = languageVersions.findIndex((version) => version === since);
  if (first < 0) throw new Error(`unknown version ${since}`);
  return languageVersions.slice(first);
}

function optimisationOf(example: Example): Optimisation {
  const level = Number(example.attributes["optimisation"] ?? 0);
  if (level === 0 || level === 1 || level === 2 || level === 3) return level;
  throw new Error(`unknown optimisation ${level}`);
}

/** Maps, compiles and, for `events` and `memory`, runs an example, and compares everything both sides tell. */
export async function examineExample(example: Example): Promise<Examination> {
  const optimisation = optimisationOf(example);
  const { debugMap, problems } = mapExample(example);
  const micropython = await StockMicroPython.start();
  const compile = (text: string) => compileWith(micropython, text, optimisation);
  const compiled = compile(example.source);
  const texts = new Map<Block, string>();
  if (isCompileError(compiled)) {
    const real = problemText(compiled);
    const mapped = problems[0] === undefined ? "no problem" : problemText(problems[0]);
    for (const block of example.blocks)
      texts.set(block, block.name === "problem" ? real : "does not compile");
    return { disagreements: mapped === real ? [] : [`compiler: ${real}; mapper: ${mapped}`], texts };
  }

  const disagreements = [
    ...problems.map((problem) => `the mapper reports ${problemText(problem)}, and it compiles`),
    ...checkSlots(example.source, debugMap, compiled, compile),
    ...checkCode(debugMap, compiled),
  ];
  const runs = example.blocks.some(({ name }) => name === "events" || name === "memory");
  const lookAt = example.source.split("\n").flatMap((text, i) => (lookMarker.test(text) ? [i + 1] : []));
  const trace = runs ? await traceProgram(example.source, debugMap, lookAt, optimisation) : null;
  if (trace !== null) {
    if (trace.error !== "") disagreements.push(`ends with ${trace.error}`);
    for (const { scope, event, line } of trace.events) {
      if (event === "line" && !scope.lines.includes(line)) {
        disagreements.push(`${scope.path}: line event on ${line}, which owns no code`);
      }
    }
  }

  for (const block of example.blocks) {
    const wanted = headingsIn(block.text);
    switch (block.name) {
      case "slots":
        texts.set(block, slotsText(debugMap));
        break;
      case "lines":
        texts.set(block, linesText(debugMap, wanted));
        break;
      case "events":
        texts.set(block, eventsText(debugMap, trace?.events ?? [], wanted));
        break;
      case "memory":
        texts.set(block, memoryText(debugMap, trace?.memories ?? []));
        break;
      case "problem":
        texts.set(block, "no problem");
        break;
    }
  }
  return { disagreements, texts };
}

/** Compares all else that a map says of the code: sizes, lines, and every byte. */
function* checkCode(debugMap: DebugMap, module: CompiledScope): Generator<string> {
  for (const [scope, compiled] of pairScopes(debugMap, module)) {
    if (compiled === undefined) continue;
    const bytecode = scope.bytecode();
    const pairs: [what: string, mapped: unknown, real: unknown][] = [
      ["positional parameters", scope.positionalCount, compiled.positionalCount],
      ["keyword-only parameters", scope.keywordOnlyCount, compiled.keywordOnlyCount],
      ["defaults", scope.defaultCount, compiled.defaultCount],
      // The four flags that a prelude holds (py/runtime0.h).
      ["flags", scope.flags & 0xf, compiled.flags],
      ["words of state", scope.stateSize, compiled.stateSize],
      ["call line", scope.defLine, compiled.definitionLine],
      ["lines", scope.lines.join(" "), compiled.lines.join(" ")],
      [
        "bytecode",
        Buffer.from(bytecode?.code ?? []).toString("hex"),
        Buffer.from(compiled.code).toString("hex"),
      ],
    ];
    for (const [what, mapped, real] of pairs) {
      if (mapped !== real) yield `${scope.path}: ${what}: mapper ${String(mapped)}, compiler ${String(real)}`;
    }
  }
}

/** Blocks that say something else than they should, each as a sentence. */
export function findMistakes(example: Example, { texts }: Examination): string[] {
  return example.blocks.flatMap((block) => {
    const text = texts.get(block);
    return text === block.text
      ? []
      : [`the ${block.name} block should say\n${text ?? "nothing"}\nand says\n${block.text}`];
  });
}
