import { readFileSync } from "node:fs";
import { join } from "node:path";
import { programsFolder } from "./start-cli.js";

/** The line of a fixture program that ends in the comment `# @name`. */
export function markedLine(program: string, name: string): number {
  const lines = readFileSync(join(programsFolder, program), "utf8").split("\n");
  const found = lines.flatMap((line, index) => (line.endsWith(`# @${name}`) ? [index + 1] : []));
  const [line] = found;
  if (line === undefined || found.length > 1)
    throw new Error(`${program} has ${found.length} markers @${name}`);
  return line;
}
