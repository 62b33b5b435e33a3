import { readdirSync, readFileSync } from "node:fs";
import { ResponseError } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { describe, expect, it } from "vitest";
import { mapSource } from "@slotscope/locals-mapper";
import { findProfile } from "@slotscope/firmware-profiles";
import { type Client, pushCapabilities, startServer } from "../support/start-server.js";

const programs = new URL("../../../../fixtures/programs/", import.meta.url);
const profile = "unix-settrace-1.26.1";
const pieces = [
  "(",
  ")",
  ":",
  "\n",
  "\r\n",
  "    ",
  "def f(x):\n",
  "'",
  '"""',
  "😀",
  "ä",
  "#",
  "lambda x: y",
  "f'{a}'",
  "=",
  "import os\n",
  "\t",
  "if 1:\n  pass\n",
];

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** All positions in an answer about one document, whatever its shape. */
function positionsIn(value: unknown): { line: number; character: number }[] {
  if (typeof value !== "object" || value === null) return [];
  if ("line" in value && "character" in value) return [value as { line: number; character: number }];
  return Object.values(value).flatMap(positionsIn);
}

const requests = [
  "textDocument/hover",
  "textDocument/completion",
  "textDocument/semanticTokens/full",
  "textDocument/documentSymbol",
  "textDocument/foldingRange",
  "textDocument/selectionRange",
  "textDocument/inlayHint",
  "textDocument/codeLens",
  "textDocument/codeAction",
  "textDocument/documentHighlight",
  "textDocument/formatting",
  "textDocument/signatureHelp",
];

/** Errors by which a request may fail here: the text has changed, or is not one to format. */
const allowed = new Set([-32801, -32803]);

/** What requests take beside a place. */
const rest = { context: { diagnostics: [] }, options: { tabSize: 4, insertSpaces: true } };

/** Asks about a text: whether there is an answer. One that is about another text fails the test. */
async function ask(client: Client, method: string, params: object, text: TextDocument): Promise<boolean> {
  let answer: unknown;
  try {
    answer = await client.request(method, params);
  } catch (error) {
    if (error instanceof ResponseError && allowed.has(error.code)) return false;
    throw error;
  }
  for (const each of positionsIn(answer)) {
    const inText = text.positionAt(text.offsetAt(each));
    expect({ method, ...each }).toEqual({ method, ...inText });
  }
  return true;
}

async function editAtRandom(client: Client, seed: number, steps: number): Promise<void> {
  const random = seeded(seed);
  const choose = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) throw new Error("There is nothing to choose from.");
    return item;
  };
  const files = readdirSync(programs).filter((name) => name.endsWith(".py"));
  const source = readFileSync(new URL(choose(files), programs), "utf8");
  const uri = client.open(`random${seed}.py`, source);
  let document = TextDocument.create(uri, "python", 1, source);
  let answers: Promise<boolean>[] = [];
  let answered = 0;
  const settle = async () => {
    for (const isAnswered of await Promise.all(answers)) answered += isAnswered ? 1 : 0;
    answers = [];
  };
  for (let step = 0; step < steps; step++) {
    const length = document.getText().length;
    const start = Math.floor(random() * length);
    const end = random() < 0.5 ? start : Math.min(length, start + Math.floor(random() * 30));
    const range = { start: document.positionAt(start), end: document.positionAt(end) };
    const change = { range, text: random() < 0.3 ? "" : choose(pieces) };
    // A document of its own for each version: an update changes the one it is given.
    const version = document.version + 1;
    document = TextDocument.create(
      uri,
      "python",
      version,
      TextDocument.applyEdits(document, [{ range, newText: change.text }]),
    );
    client.change(uri, document.version, [change]);
    for (let asked = 0; asked < 2; asked++) {
      const method = choose(requests);
      const position = document.positionAt(Math.floor(random() * document.getText().length));
      const whole = { start: { line: 0, character: 0 }, end: document.positionAt(length) };
      const params = { textDocument: { uri }, position, positions: [position], range: whole, ...rest };
      answers.push(ask(client, method, params, document));
    }
    if (random() < 0.2) await settle();
  }
  await settle();
  expect(answered).toBeGreaterThan(steps / 4);
  // What is told in the end is what a mapping of the whole text gives.
  const { problems } = mapSource(document.getText(), {
    file: `random${seed}.py`,
    options: findProfile(profile).compiler,
  });
  const expected = problems.map((problem) => document.positionAt(problem.start));
  client.change(uri, document.version + 1, [
    { range: { start: document.positionAt(0), end: document.positionAt(0) }, text: "" },
  ]);
  const report = await client.request<{ items: { source: string; range: { start: object } }[] }>(
    "textDocument/diagnostic",
    { textDocument: { uri } },
  );
  const exact = report.items.filter(
    (item) => item.source === "slotscope" && !("code" in item && item.code === "missing-module"),
  );
  expect(exact.map(({ range }) => range.start)).toEqual(expected);
}

describe("random edits and requests", () => {
  it.each([1, 2, 3, 4, 5, 6])(
    "neither end the server nor get an answer for another text (seed %i)",
    async (seed) => {
      const client = await startServer({
        settings: { slotscope: { profile } },
        capabilities: pushCapabilities,
      });
      await editAtRandom(client, seed, 120);
      expect(client.child.exitCode).toBeNull();
      expect(client.received.filter(({ method }) => method === "window/showMessage")).toEqual([]);
    },
  );
});
