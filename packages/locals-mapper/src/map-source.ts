import { type CompiledModule, compileModule } from "./compile-module.js";
import { buildDebugMap, type DebugMap } from "./debug-map.js";
import { type CompilerOptions, type ResolvedOptions, resolveOptions } from "./options.js";
import { parseSource } from "./parser.js";
import { markedExtent, type Problem } from "./problems.js";

/** How to map a source. */
export interface MapOptions {
  /** The name the target compiles the text under (`co_filename`), for example `main.py`. It is part of what is compiled. */
  readonly file: string;
  readonly options?: CompilerOptions;
}

export interface MappedSource {
  readonly debugMap: DebugMap;
  /** What is wrong with the text; the first is MicroPython's own error. */
  readonly problems: readonly Problem[];
}

/**
 * Works out from a text alone what MicroPython's compiler makes of it: scopes, slots, lines, bytecode. Never throws; of
 * a text with errors it maps all that is whole.
 */
export function mapSource(text: string, { file, options }: MapOptions): MappedSource {
  return mapResolved(text, file, resolveOptions(options));
}

/** The same with all options set. */
export function mapResolved(text: string, file: string, resolved: ResolvedOptions): MappedSource {
  const parsed = parseSource(text, resolved);
  const module = compileModule(parsed.tree, file, resolved);
  return {
    debugMap: buildDebugMap(text, file, resolved, module),
    problems: problemsOf(parsed.problems, module, text.length),
  };
}

/** All problems of a text: the parser's, then the compiler's. */
export function problemsOf(
  parsed: readonly Problem[],
  module: CompiledModule,
  textLength: number,
): Problem[] {
  const compiled = module.problems.map((problem) => ({
    ...problem,
    ...markedExtent(problem.start, problem.end, textLength),
  }));
  return [...parsed, ...compiled];
}
