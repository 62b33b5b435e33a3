import type {
  CallHierarchyItem,
  CompletionItem,
  CompletionList,
  DocumentSymbol,
  Hover,
  Location,
  PublishDiagnosticsParams,
  SignatureHelp,
  WorkspaceEdit,
} from "vscode-languageserver";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cursorIn } from "../support/cursor.js";
import { type Client, pushCapabilities, startServer } from "../support/start-server.js";

/** Opens a text with a cursor in it; gives what a request about the cursor takes. */
function openAt(client: Client, path: string, marked: string) {
  const { text, position } = cursorIn(marked);
  return { textDocument: { uri: client.open(path, text) }, position };
}

const board = { slotscope: { profile: "qemu-settrace-1.26.1" } };

const files = {
  "lights.py": "def blink_slowly(times):\n    return times\n",
  "user.py": "import lights\nlights.blink_slowly(1)\n",
};

describe("general Python", () => {
  let client: Client;
  beforeAll(async () => {
    client = await startServer({ settings: board, capabilities: pushCapabilities, files, isShared: true });
  }, 60_000);
  afterAll(() => client.kill());

  it("completes names of the board's modules, with their documentation when asked", async () => {
    const at = openAt(client, "main1.py", "from machine import Pin\np = Pin(2, Pin.OUT)\np.val$0");
    const { items } = await client.request<CompletionList>("textDocument/completion", at);
    const value = items.find(({ label }) => label === "value");
    expect(value).toBeDefined();
    const resolved = await client.request<CompletionItem>("completionItem/resolve", value ?? {});
    expect(JSON.stringify(resolved.documentation)).toContain("pin");
  });

  it("completes names of other files of the workspace by an import", async () => {
    const at = openAt(client, "main2.py", "blink_slo$0");
    // The index of the workspace is made after the start.
    let found: CompletionItem | undefined;
    for (let tries = 0; found === undefined && tries < 50; tries++) {
      const { items } = await client.request<CompletionList>("textDocument/completion", at);
      found = items.find(({ label }) => label === "blink_slowly");
    }
    expect(found).toBeDefined();
    const resolved = await client.request<CompletionItem>("completionItem/resolve", found ?? {});
    expect(JSON.stringify(resolved.additionalTextEdits)).toContain("from lights import blink_slowly");
  });

  it("shows basedpyright's hover, and what the compiler made of the name below it", async () => {
    const at = openAt(client, "main3.py", "def f(count):\n    tot$0al = count + 1\n    return total\n");
    const { contents } = await client.request<Hover>("textDocument/hover", at);
    const { value } = contents as { value: string };
    expect(value).toMatch(/\(variable\) total[\s\S]*---\n\*\*slot 1\*\*, local of `f`/);
    expect(value).toContain("`f` takes 4 words of state (16 bytes) a call");
  });

  it("has documentation for the modules of a board", async () => {
    const at = openAt(client, "main4.py", "import machine\nmachine.Pi$0n\n");
    const { contents } = await client.request<Hover>("textDocument/hover", at);
    expect((contents as { value: string }).value).toContain("A pin object is used to control I/O pins");
  });

  it("helps with signatures", async () => {
    const at = openAt(client, "main5.py", "def f(left, right): pass\nf(1, $0)\n");
    const help = await client.request<SignatureHelp>("textDocument/signatureHelp", at);
    expect(help).toMatchObject({
      activeParameter: 1,
      signatures: [{ label: expect.stringContaining("left") }],
    });
  });

  it("finds definition, declaration, type, uses and highlights", async () => {
    const at = openAt(client, "main6.py", "class A: pass\nthing = A()\nprint(th$0ing)\n");
    for (const what of ["definition", "declaration"]) {
      const [found] = await client.request<Location[]>(`textDocument/${what}`, at);
      expect(found).toMatchObject({ uri: at.textDocument.uri, range: { start: { line: 1, character: 0 } } });
    }
    const [type] = await client.request<Location[]>("textDocument/typeDefinition", at);
    expect(type?.range.start).toEqual({ line: 0, character: 6 });
    const context = { includeDeclaration: true };
    const uses = await client.request<Location[]>("textDocument/references", { ...at, context });
    expect(uses.map(({ range }) => range.start.line)).toEqual([1, 2]);
    const highlights = await client.request<object[]>("textDocument/documentHighlight", at);
    expect(highlights).toHaveLength(2);
  });

  it("finds what implements a method", async () => {
    const text = "class A:\n    def $0m(self): pass\nclass B(A):\n    def m(self): pass\n";
    const at = openAt(client, "main7.py", text);
    const found = await client.request<Location[]>("textDocument/implementation", at);
    expect(found.map(({ range }) => range.start.line)).toContain(3);
  });

  it("renames in all files, where there is something to rename", async () => {
    const at = openAt(client, "lights.py", "def bl$0ink_slowly(times):\n    return times\n");
    expect(await client.request("textDocument/prepareRename", at)).toMatchObject({
      start: { line: 0, character: 4 },
    });
    const edit = await client.request<WorkspaceEdit>("textDocument/rename", { ...at, newName: "shine" });
    const edited = JSON.stringify(edit);
    expect(edited).toContain(client.uriOf("user.py"));
    expect(edited).toContain(client.uriOf("lights.py"));
    const nothing = { ...at, position: { line: 0, character: 1 } };
    expect(await client.request("textDocument/prepareRename", nothing)).toBeNull();
  });

  it("lists the symbols of a document and of the workspace", async () => {
    const uri = client.open("main9.py", "class A:\n    def m(self): pass\n");
    const symbols = await client.request<DocumentSymbol[]>("textDocument/documentSymbol", {
      textDocument: { uri },
    });
    expect(symbols).toMatchObject([{ name: "A", children: [{ name: "m" }] }]);
    const found = await client.request<object[]>("workspace/symbol", { query: "blink" });
    expect(JSON.stringify(found)).toContain("lights.py");
  });

  it("knows who calls whom", async () => {
    const at = openAt(client, "main10.py", "def inner(): pass\ndef outer(): in$0ner()\n");
    const [item] = await client.request<CallHierarchyItem[]>("textDocument/prepareCallHierarchy", at);
    expect(item?.name).toBe("inner");
    const calls = await client.request("callHierarchy/incomingCalls", { item });
    expect(calls).toMatchObject([{ from: { name: "outer" } }]);
    const [caller] = await client.request<CallHierarchyItem[]>("textDocument/prepareCallHierarchy", {
      ...at,
      position: { line: 1, character: 5 },
    });
    const outgoing = await client.request("callHierarchy/outgoingCalls", { item: caller });
    expect(outgoing).toMatchObject([{ to: { name: "inner" } }]);
  });

  it("marks names as local, cell, free or global on basedpyright's tokens", async () => {
    const uri = client.open("main11.py", "def f(a):\n    def g(): return a\n    return g, len\n");
    const { data } = await client.request<{ data: number[] }>("textDocument/semanticTokens/full", {
      textDocument: { uri },
    });
    const legend = client.initialized.capabilities.semanticTokensProvider?.legend;
    const tokens = [];
    for (let i = 0, line = 0; i < data.length; i += 5) {
      line += data[i] ?? 0;
      const modifiers = legend?.tokenModifiers.filter((_, bit) => (data[i + 4] ?? 0) & (1 << bit));
      tokens.push(`${line} ${legend?.tokenTypes[data[i + 3] ?? 0]} ${modifiers?.join(" ")}`);
    }
    expect(tokens).toEqual([
      "0 function declaration global",
      "0 parameter declaration parameter cell",
      "1 function declaration local",
      "1 parameter parameter free",
      "2 function local",
      "2 function defaultLibrary builtin global",
    ]);
  });

  it("offers its fixes", async () => {
    const uri = client.open("main12.py", "blink_slowly(1)\n");
    const found = await client.diagnostics(uri, (list) =>
      list.some(({ code }) => code === "reportUndefinedVariable"),
    );
    const [diagnostic] = found;
    const actions = await client.request<{ title: string }[]>("textDocument/codeAction", {
      textDocument: { uri },
      range: diagnostic?.range,
      context: { diagnostics: found },
    });
    expect(actions.map(({ title }) => title)).toContain("from lights import blink_slowly");
  });
});

describe("diagnostics of basedpyright", () => {
  let client: Client;
  beforeAll(async () => {
    client = await startServer({ settings: board, capabilities: pushCapabilities, files, isShared: true });
  }, 60_000);
  afterAll(() => client.kill());

  it("say what a board does not have, once each", async () => {
    const uri = client.open("main13.py", "import threading\nimport machine\nmachine.Pin(0).nothing()\n");
    const found = await client.diagnostics(uri, (list) =>
      list.some(({ source }) => source === "basedpyright"),
    );
    const errors = found.filter(({ severity }) => severity === 1);
    expect(errors.map(({ range, code }) => [range.start.line, code])).toEqual([
      [0, "reportMissingImports"],
      [2, "reportAttributeAccessIssue"],
    ]);
  });

  it("leave syntax to the exact compiler", async () => {
    const uri = client.open("main14.py", "x = = 1\nprint(undefined_name)\n");
    const found = await client.diagnostics(uri, (list) =>
      list.some(({ code }) => code === "reportUndefinedVariable"),
    );
    const onFirst = found.filter(({ range, severity }) => range.start.line === 0 && severity === 1);
    expect(onFirst.map(({ source }) => source)).toEqual(["slotscope"]);
  });

  it("say nothing against assembler, viper and awaited generators", async () => {
    const text = [
      "from rp2 import asm_pio",
      "@asm_pio(",
      "    set_init=0,",
      ")",
      "def blink():",
      "    set(pins, 1) [31]",
      "@micropython.asm_thumb",
      "def add(r0, r1):",
      "    add(r0, r0, r1)",
      "    label(END)",
      "@micropython.viper",
      "def first(buffer: ptr8) -> int:",
      "    return ptr8(buffer)[0]",
      "def generate():",
      "    yield 1",
      "async def go():",
      "    await generate()",
      "undefined_name",
    ].join("\n");
    const uri = client.open("main15.py", text);
    const found = await client.diagnostics(uri, (list) =>
      list.some(({ code }) => code === "reportUndefinedVariable"),
    );
    const errors = found.filter(({ severity }) => severity === 1);
    expect(errors.map(({ range }) => range.start.line)).toEqual([0, 17]);
  });

  it("come by a request to ask again, to clients that ask for them", async () => {
    const asking = await startServer({ settings: board });
    const uri = asking.open("main16.py", "import threading\n");
    for (;;) {
      await asking.next("workspace/diagnostic/refresh");
      const { items } = await asking.request<{ items: { code: string }[] }>("textDocument/diagnostic", {
        textDocument: { uri },
      });
      if (items.some(({ code }) => code === "reportMissingImports")) break;
    }
    expect(asking.received.map(({ method }) => method)).not.toContain("textDocument/publishDiagnostics");
  });

  it("move with the text until there are new ones", async () => {
    const uri = client.open("main17.py", "import threading\nx = = 1\n");
    await client.diagnostics(uri, (list) => list.some(({ code }) => code === "reportMissingImports"));
    const start = { line: 0, character: 0 };
    client.change(uri, 2, [{ range: { start, end: start }, text: "\n\n" }]);
    const moved = await client.next<PublishDiagnosticsParams>(
      "textDocument/publishDiagnostics",
      ({ version }) => version === 2,
    );
    expect(moved.diagnostics.map(({ code, range }) => [code, range.start.line])).toEqual(
      expect.arrayContaining([
        ["SyntaxError", 3],
        ["reportMissingImports", 2],
      ]),
    );
  });
});

describe("a client that counts bytes", () => {
  it("gets all of basedpyright's places in bytes", async () => {
    const capabilities = { ...pushCapabilities, general: { positionEncodings: ["utf-8"] } };
    const client = await startServer({ settings: board, capabilities });
    const uri = client.open("main.py", "ä = '😀'; name = 1; print('ö', name)\n");
    // The last name stands after 'ä' (2), '😀' (4) and 'ö' (2), which are 1, 2 and 1 in UTF-16.
    const position = { line: 0, character: 36 };
    const at = { textDocument: { uri }, position };
    const [found] = await client.request<Location[]>("textDocument/definition", at);
    expect(found?.range).toEqual({ start: { line: 0, character: 13 }, end: { line: 0, character: 17 } });
    const { range } = await client.request<Hover>("textDocument/hover", at);
    expect(range).toEqual({ start: { line: 0, character: 35 }, end: { line: 0, character: 39 } });
    const context = { includeDeclaration: true };
    const uses = await client.request<Location[]>("textDocument/references", { ...at, context });
    expect(uses.map((use) => use.range.start.character)).toEqual([13, 35]);
    const edit = await client.request<WorkspaceEdit>("textDocument/rename", { ...at, newName: "other" });
    const edits = JSON.stringify(edit.documentChanges).matchAll(/"start":\{"line":0,"character":(\d+)\}/g);
    expect([...edits].map(([, character]) => character)).toEqual(["13", "35"]);
  });
});
