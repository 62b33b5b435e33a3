import { writeFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { languageVersions } from "../../src/index.js";
import { problemText, slotsText } from "../support/literate/block-texts.js";
import { examineExample, findMistakes, mapExample, versionsOf } from "../support/literate/examine-example.js";
import { type Block, type Example, replaceBlocks } from "../support/literate/literate-page.js";
import { readSlotPages } from "../support/literate/slot-pages.js";

/**
 * Set to `1` to write the blocks of the pages anew, where mapper and real compiler agree:
 * `UPDATE_SLOT_BLOCKS=1 pnpm exec vitest run literate-slots`. An empty block is filled.
 */
const updates = process.env["UPDATE_SLOT_BLOCKS"] === "1";

/** What an example compiles to under a version, as far as slots go. */
function outcomeOf(example: Example, version: (typeof languageVersions)[number]): string {
  const { debugMap, problems } = mapExample(example, version);
  return problems[0] === undefined ? slotsText(debugMap) : problemText(problems[0]);
}

describe.each(readSlotPages())("the programs of $name", ({ file, text, examples }) => {
  const written = new Map<Block, string>();

  afterAll(() => {
    if (updates) writeFileSync(file, replaceBlocks(text, written));
  });

  it("there are some, and each is followed by what it shows", () => {
    expect(examples.length).toBeGreaterThan(0);
    expect(examples.filter(({ blocks }) => blocks.length === 0).map(({ title }) => title)).toEqual([]);
  });

  it.each(examples.map((example) => [`${example.title} (line ${example.line})`, example] as const))(
    "%s",
    async (_, example) => {
      const examination = await examineExample(example);
      expect(examination.disagreements).toEqual([]);
      if (updates) for (const [block, text] of examination.texts) written.set(block, text);
      expect(updates ? [] : findMistakes(example, examination)).toEqual([]);
    },
  );

  it("hold for all versions that they should hold for, and for no other", () => {
    for (const example of examples) {
      const newest = outcomeOf(example, "1.29");
      const same = languageVersions.filter((version) => outcomeOf(example, version) === newest);
      expect({ title: example.title, versions: same }).toEqual({
        title: example.title,
        versions: versionsOf(example),
      });
    }
  });
});
