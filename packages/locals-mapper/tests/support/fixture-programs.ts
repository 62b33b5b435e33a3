import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { readSnippet, snippetTruth } from "../truth-files.js";

/** A program of the fixtures, whether the compiler takes it or not. */
interface FixtureProgram {
  readonly path: string;
  readonly text: string;
}

const folder = fileURLToPath(new URL("../../../../fixtures/programs/", import.meta.url));

/** Programs that do something, of some dozens to some hundred lines. */
export const wholePrograms: readonly FixtureProgram[] = readdirSync(folder, {
  recursive: true,
  withFileTypes: true,
})
  .filter((entry) => entry.isFile() && entry.name.endsWith(".py"))
  .map((entry) => join(entry.parentPath, entry.name))
  .sort()
  .map((path) => ({ path: relative(folder, path), text: readFileSync(path, "utf8") }));

/** The same, and the snippets that each show some rules. */
export const fixturePrograms: readonly FixtureProgram[] = [
  ...wholePrograms,
  ...snippetTruth.map(({ path }) => ({ path, text: readSnippet(path) })),
];
