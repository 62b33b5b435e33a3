import { isAbsolute, relative, sep } from "node:path";
import picomatch from "picomatch";

type Table = Readonly<Record<string, unknown>>;

/** What a configuration of ruff says of one file; ruff in WebAssembly is given texts and knows no files. */
export interface FileRules {
  readonly isLinted: boolean;
  readonly isFormatted: boolean;
  /** Whether a rule, such as `F401`, is to be passed over in this file. */
  ignores(code: string): boolean;
}

/**
 * Looks up a file in the patterns of a configuration: `exclude`, `extend-exclude`, and those of `lint` and `format`, and
 * `per-file-ignores`. Patterns are relative to the folder of the configuration.
 */
export function rulesFor(options: Table, folder: string, file: string): FileRules {
  const lint = tableIn(options, "lint");
  const format = tableIn(options, "format");
  const matches = (patterns: unknown) => listOf(patterns).some((pattern) => isMatch(pattern, folder, file));
  const isExcluded = matches(options["exclude"]) || matches(options["extend-exclude"]);
  const ignored: string[] = [];
  for (const table of [options, lint]) {
    for (const name of ["per-file-ignores", "extend-per-file-ignores"]) {
      for (const [pattern, codes] of Object.entries(tableIn(table, name))) {
        const isNegated = pattern.startsWith("!");
        const isMatched = isMatch(isNegated ? pattern.slice(1) : pattern, folder, file);
        if (isMatched !== isNegated) ignored.push(...listOf(codes));
      }
    }
  }
  return {
    isLinted: !isExcluded && !matches(lint["exclude"]),
    isFormatted: !isExcluded && !matches(format["exclude"]),
    ignores: (code) => ignored.some((prefix) => prefix === "ALL" || code.startsWith(prefix)),
  };
}

/** Whether a pattern means a file, or a folder that it is in: by its name anywhere, or by its path from the folder. */
function isMatch(pattern: string, folder: string, file: string): boolean {
  const plain = pattern.replaceAll("\\", "/").replace(/^\.\/|\/$/g, "");
  const path = slashed(isAbsolute(pattern) ? file : relative(folder, file));
  if (path.startsWith("../")) return false;
  if (picomatch([plain, `${plain}/**`], { dot: true })(path)) return true;
  const isName = picomatch(plain, { dot: true });
  return !plain.includes("/") && path.split("/").some((name) => isName(name));
}

function slashed(path: string): string {
  return path.split(sep).join("/");
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

function tableIn(table: Table, name: string): Table {
  const value = table[name];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Table) : {};
}
