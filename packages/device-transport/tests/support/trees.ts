import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pickNumber } from "./random.js";

/** Path → content of every file of a tree. */
export type Tree = ReadonlyMap<string, string>;

const words = ["main", "lib", "net", "boot", "data", "é", "a b"];

/** A tree of some files, small and large, in folders that may be nested. */
export function randomTree(random: () => number, most = 12): Map<string, string> {
  const tree = new Map<string, string>();
  const count = 1 + pickNumber(random, most);
  for (let index = 0; index < count; index++) {
    const depth = pickNumber(random, 3);
    const folders = Array.from({ length: depth }, () => `${words[pickNumber(random, words.length)]}.d`);
    const name = `${words[pickNumber(random, words.length)]}${pickNumber(random, 4)}.py`;
    tree.set([...folders, name].join("/"), randomText(random));
  }
  return tree;
}

function randomText(random: () => number): string {
  const size = [0, 20, 300, 3000, 12_000][pickNumber(random, 5)] ?? 0;
  const line = `x = ${pickNumber(random, 1e9)}\n`;
  if (random() < 0.5) return line.repeat(Math.ceil(size / line.length));
  let text = "";
  while (text.length < size) text += String.fromCharCode(32 + pickNumber(random, 95));
  return text;
}

/** The tree with some files changed, removed and added. */
export function changeTree(random: () => number, tree: Tree): Map<string, string> {
  const changed = new Map(tree);
  for (const [path, content] of tree) {
    const dice = random();
    if (dice < 0.3) changed.delete(path);
    // Often of the same length.
    else if (dice < 0.6) changed.set(path, random() < 0.5 ? content.replace("x", "y") : randomText(random));
  }
  for (const [path, content] of randomTree(random, 4)) changed.set(path, content);
  return changed;
}

/** Makes a folder hold exactly this tree. */
export function writeTree(folder: string, tree: Tree): void {
  if (existsSync(folder)) {
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  }
  for (const [path, content] of tree) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

/** All files of a folder, our own on the board left out. */
export function readTree(folder: string): Map<string, string> {
  const tree = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const path = file.slice(folder.length + 1).replaceAll("\\", "/");
    if (entry.isFile() && !path.startsWith(".slotscope/")) tree.set(path, readFileSync(file, "utf8"));
  }
  return tree;
}
