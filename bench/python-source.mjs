import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fetchSource } from "../scripts/micropython-source.mjs";

const fixtures = fileURLToPath(new URL("../fixtures/programs/", import.meta.url));

function programsIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".py"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => readFileSync(path, "utf8"));
}

/** MicroPython's own Python files, or where they can't be had the fixture programs; and which of the two. */
async function programs() {
  try {
    return { texts: programsIn(await fetchSource()), origin: "MicroPython's own Python files" };
  } catch {
    return { texts: programsIn(fixtures), origin: "the fixture programs, repeated" };
  }
}

/**
 * One Python text of at least `size` bytes, joined from whole programs, and what it was made of. `isGood` says whether
 * a text compiles; programs are left out that don't, alone or with those before them.
 */
export async function joinPrograms(size, isGood) {
  const { texts, origin } = await programs();
  // Constants would go on meaning the same in the programs behind.
  const usable = texts.filter((text) => !/\bconst\(/.test(text) && !text.includes("\ufffd") && isGood(text));
  let joined = "";
  let group = "";
  for (let i = 0; Buffer.byteLength(joined) < size; i = (i + 1) % usable.length) {
    group += `${usable[i]}\n`;
    if (group.length < size / 20) continue;
    if (isGood(joined + group)) joined += group;
    group = "";
  }
  return { text: joined, origin };
}
