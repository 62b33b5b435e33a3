/** Names of the blocks that may follow a program, each stating something about it. */
const blockNames = ["slots", "lines", "events", "memory", "problem"] as const;
type BlockName = (typeof blockNames)[number];

export interface Block {
  readonly name: BlockName;
  readonly text: string;
  /** Offsets of the text in the page. */
  readonly start: number;
  readonly end: number;
}

/** One program on a page, with what is said of it. */
export interface Example {
  /** The heading it stands under and its number there: what a failing test is called. */
  readonly title: string;
  /** Line of the page on which the program begins, counted from 1. */
  readonly line: number;
  readonly source: string;
  /** What stands after `py` on its fence: `since=1.28`, `optimisation=1`. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly blocks: readonly Block[];
}

const fence = /^```(\w*)[ \t]*([^\n]*)\n(?:(.*?)\n)??```[ \t]*$/gms;

/**
 * Reads a page of prose with programs in it (a ```py fence each) and the blocks that follow each program. Fences of
 * other languages are prose. Throws an Error for a block that no program precedes.
 */
export function readPage(page: string): Example[] {
  const examples: (Omit<Example, "blocks"> & { blocks: Block[] })[] = [];
  const counts = new Map<string, number>();
  for (const match of page.matchAll(fence)) {
    const [whole, language = "", rest = "", text = ""] = match;
    if (language === "py") {
      const heading = lastHeading(page.slice(0, match.index));
      const count = (counts.get(heading) ?? 0) + 1;
      counts.set(heading, count);
      examples.push({
        title: `${heading}, example ${count}`,
        line: page.slice(0, match.index).split("\n").length + 1,
        source: `${text}\n`,
        attributes: Object.fromEntries(
          [...rest.matchAll(/(\S+?)=(\S+)/g)].map(([, name = "", value = ""]) => [name, value]),
        ),
        blocks: [],
      });
      continue;
    }
    const name = blockNames.find((name) => name === language);
    if (name === undefined) continue;
    const example = examples.at(-1);
    if (example === undefined) throw new Error(`a ${name} block without a program`);
    const start = match.index + whole.indexOf("\n") + 1;
    example.blocks.push({ name, text, start, end: start + text.length });
  }
  return examples;
}

function lastHeading(text: string): string {
  return [...text.matchAll(/^#+ (.*)$/gm)].at(-1)?.[1] ?? "";
}

/** The page with the texts of blocks replaced; a replacement is given for the very block objects of `readPage`. */
export function replaceBlocks(page: string, texts: ReadonlyMap<Block, string>): string {
  let replaced = page;
  const lastFirst = [...texts].sort(([a], [b]) => b.start - a.start);
  for (const [block, text] of lastFirst) {
    // An empty block has no line of its own yet.
    const isOpen = page[block.end] === "\n";
    replaced = replaced.slice(0, block.start) + text + (isOpen ? "" : "\n") + replaced.slice(block.end);
  }
  return replaced;
}
