import type { CodeAction, TextEdit } from "vscode-languageserver";
import { describe, expect, it } from "vitest";
import { pushCapabilities, startServer } from "../support/start-server.js";

const alone = { slotscope: { python: { enabled: false } } };
const messy = "import os\nx = 'a'\nif x == None: pass\n";
const unused = "def f():\n    y = 1\n";

describe("ruff", () => {
  it("lints where the project configures it, as that says", async () => {
    const client = await startServer({
      settings: alone,
      capabilities: pushCapabilities,
      files: {
        "pyproject.toml":
          '[tool.ruff.lint]\nselect = ["F401", "E711", "F841"]\nper-file-ignores = { "main.py" = ["F8"] }\n',
      },
    });
    const uri = client.open("main.py", messy + unused);
    const found = await client.diagnostics(uri, (list) => list.length > 0);
    expect(found.map(({ code, source, range }) => [code, source, range.start.line])).toEqual([
      ["F401", "ruff", 0],
      ["E711", "ruff", 2],
    ]);
    const actions = await client.request<CodeAction[]>("textDocument/codeAction", {
      textDocument: { uri },
      range: found[1]?.range,
      context: { diagnostics: [] },
    });
    expect(actions.map(({ title }) => title)).toEqual(["Replace with `cond is None`"]);
    const [edit] = actions[0]?.edit?.changes?.[uri] ?? [];
    expect(edit?.range.start.line).toBe(2);
  });

  it("takes a configuration that extends another", async () => {
    const client = await startServer({
      settings: alone,
      capabilities: pushCapabilities,
      files: {
        "base.toml": 'line-length = 20\n[lint]\nselect = ["F401"]\n',
        "ruff.toml": 'extend = "base.toml"\n[format]\nquote-style = "single"\n',
      },
    });
    const uri = client.open("main.py", messy);
    const found = await client.diagnostics(uri, (list) => list.length > 0);
    expect(found.map(({ code }) => code)).toEqual(["F401"]);
    const edits = await client.request<TextEdit[]>("textDocument/formatting", {
      textDocument: { uri },
      options: {},
    });
    expect(edits).toMatchObject([{ newText: "\nx = 'a'\nif x == None:\n    pass\n" }]);
  });

  it("says nothing where nothing configures it, unless it is turned on", async () => {
    const client = await startServer({
      settings: { slotscope: { python: { enabled: false }, lint: { enabled: "on" } } },
      capabilities: pushCapabilities,
    });
    const uri = client.open("main.py", messy);
    const found = await client.diagnostics(uri, (list) => list.length > 0);
    expect(found.map(({ code }) => code)).toContain("F401");
    client.settings = alone;
    void client.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
    expect(await client.diagnostics(uri, (list) => list.length === 0)).toEqual([]);
  });

  it.each([
    ["that can't be read", "line-length = \n"],
    ["of options that there aren't", "line-lenght = 80\n"],
  ])("with a configuration %s formats nothing, and says why", async (_how, configuration) => {
    const client = await startServer({ settings: alone, files: { "ruff.toml": configuration } });
    const uri = client.open("main.py", messy);
    const asked = client.request("textDocument/formatting", { textDocument: { uri }, options: {} });
    await expect(asked).rejects.toThrow(/ruff\.toml|configuration of ruff/);
  });
});
