import { beforeAll, describe, expect, it } from "vitest";
import type { DebugMap, ScopeMap, SlotInfo } from "../../src/index.js";
import { examineExample, findMistakes, mapExample } from "../support/literate/examine-example.js";
import { type Block, readPage, replaceBlocks } from "../support/literate/literate-page.js";
import { checkScope, pairScopes } from "../support/literate/slot-evidence.js";
import { readSlotPages } from "../support/literate/slot-pages.js";
import { type CompiledScope, compileWith, isCompileError } from "../support/literate/stock-compiler.js";
import { StockMicroPython } from "../support/literate/stock-micropython.js";

const page = `
## A function with everything

\`\`\`py
def f(a, *rest, k):
    total = a
    def inner():
        return total, rest
    gone = 1
    del gone
    for x in [1, 2]:
        y = x
    return inner  # look

f(1, 2, k=3)()
\`\`\`
\`\`\`slots
\`\`\`
\`\`\`lines
\`\`\`
\`\`\`events
\`\`\`
\`\`\`memory
\`\`\`

## An error

\`\`\`py
def f(a, a):
    pass
\`\`\`
\`\`\`problem
\`\`\`
`;

async function mistakesOf(text: string): Promise<string[]> {
  const mistakes: string[] = [];
  for (const example of readPage(text))
    mistakes.push(...findMistakes(example, await examineExample(example)));
  return mistakes;
}

describe("a page", () => {
  let right = "";

  beforeAll(async () => {
    const texts = new Map<Block, string>();
    for (const example of readPage(page)) {
      for (const [block, text] of (await examineExample(example)).texts) texts.set(block, text);
    }
    right = replaceBlocks(page, texts);
  });

  it("is without mistakes as written by the update", async () => {
    expect(right).toContain("3 inner  local");
    expect(right).toContain("4 gone   unbound");
    expect(right).toContain("SyntaxError: argument name reused (line 1)");
    expect(await mistakesOf(right)).toEqual([]);
  });

  it.each([
    ["slots", "3 inner  local\n  4 gone   local", "3 gone   local\n  4 inner  local"],
    ["slots", "7 total  cell", "7 total  local"],
    ["slots", "  7 total  cell\n", ""],
    ["lines", "f: 2 3 5", "f: 2 5"],
    ["events", "line 2 3 5 6 7", "line 2 3 5 7"],
    ["memory", "0 a      1", "0 a      2"],
    ["problem", "(line 1)", "(line 2)"],
  ])("with a wrong %s block is reported: %j for %j", async (block, from, to) => {
    expect(right).toContain(from);
    const mistakes = await mistakesOf(right.replace(from, to));
    expect(mistakes.map((mistake) => mistake.split(" ")[1])).toEqual([block]);
  });
});

type Slots = readonly (SlotInfo | undefined)[];

/** Slots with the names of two of them exchanged. */
function exchange(slots: Slots, a: SlotInfo, b: SlotInfo): Slots {
  return slots.map((slot) => {
    if (slot === a) return { ...b, slot: a.slot };
    return slot === b ? { ...a, slot: b.slot } : slot;
  });
}

/** One scope of a program on the page, and what the real compiler made of it. */
interface Subject {
  readonly title: string;
  readonly source: string;
  readonly debugMap: DebugMap;
  readonly scope: ScopeMap;
  readonly compiled: CompiledScope;
}

describe("the real compiler, asked about the slots of each function of the published rules,", () => {
  const subjects: Subject[] = [];
  let micropython: StockMicroPython;
  const compile = (text: string) => compileWith(micropython, text);

  beforeAll(async () => {
    micropython = await StockMicroPython.start();
    for (const example of readSlotPages()[0]?.examples ?? []) {
      const module = compile(example.source);
      if (isCompileError(module) || example.attributes["optimisation"] !== undefined) continue;
      const { debugMap } = mapExample(example);
      for (const [scope, compiled] of pairScopes(debugMap, module)) {
        if (compiled === undefined || scope.kind === "module") continue;
        subjects.push({ title: example.title, source: example.source, debugMap, scope, compiled });
      }
    }
  });

  /** Claims that slots are as given; the names of those claims that nobody objects to. */
  function acceptedOf(claimsOf: (slots: Slots) => Slots[]): { claims: number; accepted: string[] } {
    const accepted: string[] = [];
    let claims = 0;
    for (const { title, source, debugMap, scope, compiled } of subjects) {
      for (const slots of claimsOf(scope.slots)) {
        claims++;
        const claimed = { ...scope, slots };
        const objections = checkScope(source, debugMap, claimed, compiled, compile);
        if (objections.length === 0) accepted.push(`${title}: ${slots.map((slot) => slot?.name).join(" ")}`);
      }
    }
    return { claims, accepted };
  }

  it("agrees with what is true", () => {
    const { claims, accepted } = acceptedOf((slots) => [slots]);
    expect(accepted.length).toBe(claims);
    expect(claims).toBeGreaterThan(50);
  });

  it("objects to each exchange of two neighbours", () => {
    const { claims, accepted } = acceptedOf((slots) =>
      slots.flatMap((a, i) => {
        const b = slots[i + 1];
        return a === undefined || b === undefined ? [] : [exchange(slots, a, b)];
      }),
    );
    expect(accepted).toEqual([]);
    expect(claims).toBeGreaterThan(100);
  });

  it("objects to a slot too few, a slot too many, and a variable of another kind", () => {
    const { claims, accepted } = acceptedOf((slots) => {
      const last = slots.at(-1);
      const others = slots.slice(0, -1);
      const more: Slots = [...slots, { slot: slots.length, name: "extra", kind: "local", isCell: false }];
      if (last === undefined) return [more];
      if (last.kind === "iterator") return [more, others];
      return [more, others, [...others, { ...last, isCell: !last.isCell }]];
    });
    expect(accepted).toEqual([]);
    expect(claims).toBeGreaterThan(100);
  });
});
