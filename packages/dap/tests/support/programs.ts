import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const here = dirname(fileURLToPath(import.meta.url));
const shared = join(here, "../../../../fixtures/programs");
const own = join(here, "../programs");

/** A program to debug, and the lines of its markers. */
export interface Program {
  readonly path: string;
  readonly folder: string;
  /** Names of all markers, in the order of lines. */
  readonly markers: readonly string[];
  /** The line that ends in the comment `# @name`; throws if there is none or more than one. */
  line(name: string): number;
}

function programAt(path: string): Program {
  const lines = readFileSync(path, "utf8").split("\n");
  return {
    path,
    folder: dirname(path),
    markers: lines.flatMap((text) => /# @(\w+)\s*$/.exec(text)?.[1] ?? []),
    line(name) {
      const found = lines.flatMap((text, index) =>
        text.trimEnd().endsWith(`# @${name}`) ? [index + 1] : [],
      );
      const [line] = found;
      if (line === undefined || found.length > 1)
        throw new Error(`${path} has ${found.length} markers @${name}`);
      return line;
    },
  };
}

/** A program of fixtures/programs. */
export function fixture(name: string): Program {
  return programAt(join(shared, name));
}

/** What a program of fixtures/programs prints, and what it is given to read. */
export function transcript(name: string): { output: string; input: string } {
  const input = join(shared, "input", `${name}.txt`);
  return {
    output: readFileSync(join(shared, "output", `${name}.txt`), "utf8"),
    input: existsSync(input) ? readFileSync(input, "utf8") : "",
  };
}

/** A program of this package's tests. */
export function program(name: string): Program {
  return programAt(join(own, name));
}

/** A copy of a folder, for programs that write files beside themselves. */
export function copyFolder(original: string): ReturnType<typeof makeFolder> {
  const copy = makeFolder({});
  cpSync(original, copy.folder, { recursive: true });
  return copy;
}

/** A folder of its own for one test, with these files; removed when the test is over. */
export function makeFolder(files: Readonly<Record<string, string>>): {
  folder: string;
  readonly file: (name: string) => Program;
  readonly write: (name: string, text: string) => void;
} {
  const folder = mkdtempSync(join(tmpdir(), "slotscope-dap-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  return { folder, file: (name) => programAt(join(folder, name)), write };
}
