import type {
  CodeLens,
  FoldingRange,
  Hover,
  InlayHint,
  SelectionRange,
  TextEdit,
} from "vscode-languageserver";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cursorIn } from "../support/cursor.js";
import { type Client, startServer } from "../support/start-server.js";

const program = `from machine import Pin
_COUNT = const(4)

def outer(first, *rest, step=1):
    total = first
    def inner(extra):
        return total + extra + _COUNT
    for index in range(step):
        print(index, rest)
    return inner

class Lamp:
    color = 1
    def on(self):
        return super().on(self.color)
`;

let client: Client;
beforeAll(async () => {
  client = await startServer({ settings: { slotscope: { python: { enabled: false } } }, isShared: true });
}, 30_000);
afterAll(() => client.kill());

let opened = 0;
function open(text: string): { uri: string } {
  opened += 1;
  return { uri: client.open(`program${opened}.py`, text) };
}

async function hoverAt(marked: string): Promise<string> {
  const { text, position } = cursorIn(marked);
  const hover = await client.request<Hover | null>("textDocument/hover", {
    textDocument: open(text),
    position,
  });
  return hover === null ? "" : (hover.contents as { value: string }).value;
}

/** The program with the cursor before the first stretch of text that follows a mark. */
function at(before: string, name: string): string {
  const start = program.indexOf(name, program.indexOf(before));
  return `${program.slice(0, start)}$0${program.slice(start)}`;
}

describe("hover on a name", () => {
  it.each([
    ["def outer", "first", "**slot 0**, parameter of `outer`"],
    ["def outer", "rest", "**slot 2**, parameter * of `outer`"],
    ["def outer", "step", "**slot 1**, parameter of `outer`"],
    [
      "    total",
      "total",
      "**slot 5**, cell, captured by `inner`: each access goes through a cell on the heap",
    ],
    [
      "return total",
      "total",
      "**slot 0**, free, captured from `outer`: each access goes through a cell on the heap",
    ],
    ["return total", "extra", "**slot 1**, parameter of `inner`"],
    ["+ _COUNT", "_COUNT", "**constant**: its value stands in the bytecode, and no name is looked up"],
    ["print(", "print", "**global**: a dictionary look-up by name at each use"],
    ["print(", "index", "**slot 4**, local of `outer`"],
    ["import Pin", "Pin", "**global**: in the module's dictionary, by name"],
    ["    color", "color", "**attribute** of the class `Lamp`: in its dictionary, by name"],
  ])("in %j tells of %s", async (before, name, told) => {
    expect(await hoverAt(at(before, name))).toContain(told);
  });

  it("tells what a call of a function takes where the function is defined", async () => {
    const text = await hoverAt("def $0add(a, b):\n    return a + b\n");
    expect(text).toContain("`add` takes 4 words of state (16 bytes) a call");
  });

  it("tells nothing of attributes, keywords and text", async () => {
    expect(await hoverAt("print('a').b$0it(c=1)")).toBe("");
    expect(await hoverAt("print(e$0nd='')")).toBe("");
    expect(await hoverAt("print('wo$0rd')")).toBe("");
  });

  it("works in a text with errors, with tabs, CRLF and characters of two units before the name", async () => {
    const text = await hoverAt("x = = 1\r\ndef f(ä):\r\n\tb = '😀'; return $0b\r\n");
    expect(text).toContain("**slot 1**, local of `f`");
  });
});

describe("hints", () => {
  const whole = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };

  it("are off at first, and turned on and off by a command", async () => {
    const textDocument = open(program);
    const hints = () => client.request<InlayHint[]>("textDocument/inlayHint", { textDocument, range: whole });
    const lenses = () => client.request<CodeLens[]>("textDocument/codeLens", { textDocument });
    const toggle = () => client.request("workspace/executeCommand", { command: "slotscope.toggleSlotHints" });
    expect([await hints(), await lenses()]).toEqual([[], []]);
    await toggle();
    await client.next("workspace/inlayHint/refresh");
    await client.next("workspace/codeLens/refresh");
    const shown = await hints();
    expect(shown.map(({ label, position }) => [position.line, label])).toEqual([
      [3, "slot 0"],
      [3, "slot 2"],
      [3, "slot 1"],
      [4, "cell 5"],
      [5, "slot 3"],
      [5, "slot 1"],
      [6, "free 0"],
      [7, "slot 4"],
      [13, "slot 1"],
    ]);
    const frames = await lenses();
    expect(frames.map(({ range, command }) => [range.start.line, command?.title.split(",")[0]])).toEqual([
      [3, "6 slots"],
      [5, "2 slots"],
      [13, "2 slots"],
    ]);
    await toggle();
    expect([await hints(), await lenses()]).toEqual([[], []]);
  });
});

describe("syntax", () => {
  it("folds blocks, imports, comments, strings and brackets", async () => {
    const text = [
      "import a",
      "import b",
      "# one",
      "# two",
      "def f():",
      '    """Doc',
      '    string"""',
      "    if a:",
      "        b = [",
      "            1,",
      "        ]",
      "",
      "    else:",
      "        pass",
      "",
      "c = 1",
    ].join("\r\n");
    const folds = await client.request<FoldingRange[]>("textDocument/foldingRange", {
      textDocument: open(text),
    });
    expect(folds.map(({ startLine, endLine, kind }) => [startLine, endLine, kind])).toEqual([
      [0, 1, "imports"],
      [2, 3, "comment"],
      [4, 13, undefined],
      [5, 6, undefined],
      [7, 10, undefined],
      [8, 9, undefined],
      [12, 13, undefined],
    ]);
  });

  it("widens a selection from a name to the whole text", async () => {
    const { text, position } = cursorIn("def f(a):\n    return g(a$0 + 1)\n");
    const [selection] = await client.request<SelectionRange[]>("textDocument/selectionRange", {
      textDocument: open(text),
      positions: [position],
    });
    const lengths: number[] = [];
    for (let each = selection; each !== undefined; each = each.parent) {
      const { start, end } = each.range;
      lengths.push(start.line === end.line ? end.character - start.character : -1);
    }
    // `a`, `a + 1`, ... `g(a + 1)`, `return g(a + 1)`, and what goes over lines.
    expect(lengths.slice(0, 2)).toEqual([1, 5]);
    expect(lengths).toEqual(expect.arrayContaining([8, 15]));
    expect(lengths.at(-1)).toBe(-1);
  });

  it("is formatted by ruff, with the document's line breaks and no change outside of what differs", async () => {
    const edits = await client.request<TextEdit[]>("textDocument/formatting", {
      textDocument: open("a = 1\r\nb=2\r\nc = 3\r\n"),
      options: {},
    });
    expect(edits).toEqual([
      {
        range: { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } },
        newText: "b = 2\r\n",
      },
    ]);
  });

  it("with errors is not formatted, and the reason is told", async () => {
    const asked = client.request("textDocument/formatting", { textDocument: open("a = = 1\n"), options: {} });
    await expect(asked).rejects.toThrow("ruff can't format this");
  });
});
