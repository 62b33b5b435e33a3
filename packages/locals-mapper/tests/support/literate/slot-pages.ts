import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type Example, readPage } from "./literate-page.js";

/** A page whose programs are tests. */
export interface SlotPage {
  /** Path from the root of the repository. */
  readonly name: string;
  readonly file: string;
  readonly text: string;
  readonly examples: readonly Example[];
}

/** The published rules, and the pages that go through them one by one. */
export function readSlotPages(): SlotPage[] {
  const root = fileURLToPath(new URL("../../../../../", import.meta.url));
  const folder = join(root, "fixtures/slots");
  const more = readdirSync(folder).filter((name) => name.endsWith(".md"));
  return [join(root, "docs/local-slots.md"), ...more.map((name) => join(folder, name))].map((file) => {
    const text = readFileSync(file, "utf8");
    return { name: relative(root, file), file, text, examples: readPage(text) };
  });
}
