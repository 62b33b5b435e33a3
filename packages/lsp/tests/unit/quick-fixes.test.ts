import type { CodeAction } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, startServer } from "../support/start-server.js";

let client: Client;
beforeAll(async () => {
  client = await startServer({ settings: { slotscope: { python: { enabled: false } } }, isShared: true });
}, 30_000);
afterAll(() => client.kill());

let opened = 0;

/** The titles of all fixes for a text, and the text after the first. */
async function fix(text: string): Promise<{ titles: string[]; fixed: string }> {
  opened += 1;
  const uri = client.open(`fix${opened}.py`, text);
  const document = TextDocument.create(uri, "python", 1, text);
  const actions = await client.request<CodeAction[]>("textDocument/codeAction", {
    textDocument: { uri },
    range: { start: { line: 0, character: 0 }, end: document.positionAt(text.length) },
    context: { diagnostics: [] },
  });
  const edits = actions[0]?.edit?.changes?.[uri] ?? [];
  return { titles: actions.map(({ title }) => title), fixed: TextDocument.applyEdits(document, edits) };
}

describe("a fix for what MicroPython refuses", () => {
  it.each([
    ["def f(a, /, b): pass\n", "Remove the mark of positional-only parameters", "def f(a, b): pass\n"],
    ["def f(a, /): pass\n", "Remove the mark of positional-only parameters", "def f(a): pass\n"],
    [
      "try:\n    a\nexcept* ValueError:\n    b\n",
      "Catch single exceptions: except",
      "try:\n    a\nexcept ValueError:\n    b\n",
    ],
    [
      "class A:\n    def f(self, a):\n        async with a: pass\n",
      "Make f async",
      "class A:\n    async def f(self, a):\n        async with a: pass\n",
    ],
  ])("of %j", async (text, title, fixed) => {
    expect(await fix(text)).toEqual({ titles: [title], fixed });
    expect((await fix(fixed)).titles).toEqual([]);
  });

  it("is not offered where there is none", async () => {
    expect((await fix("a = b / / c\nx = = 1\n")).titles).toEqual([]);
  });
});
