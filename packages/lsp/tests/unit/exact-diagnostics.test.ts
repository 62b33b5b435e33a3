import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Diagnostic, DocumentDiagnosticReport } from "vscode-languageserver";
import { describe, expect, it } from "vitest";
import { pushCapabilities, startServer } from "../support/start-server.js";

const alone = { slotscope: { python: { enabled: false } } };

describe("exact diagnostics", () => {
  it("are pushed as soon as a document is opened, in MicroPython's own words", async () => {
    const client = await startServer({ capabilities: pushCapabilities, settings: alone });
    const uri = client.open("main.py", "def f(a, /):\n    return a\n");
    const [first] = await client.diagnostics(uri, (list) => list.length > 0);
    expect(first).toMatchObject({
      source: "slotscope",
      code: "SyntaxError",
      severity: 1,
      message: "SyntaxError: invalid syntax (MicroPython 1.29.0)",
      range: { start: { line: 0, character: 9 }, end: { line: 0, character: 10 } },
    });
  });

  it("go when an edit puts the text right, without a save", async () => {
    const client = await startServer({ capabilities: pushCapabilities, settings: alone });
    const uri = client.open("main.py", "x = (1,\n");
    await client.diagnostics(uri, (list) => list.length > 0);
    const end = { line: 0, character: 7 };
    client.change(uri, 2, [{ range: { start: end, end }, text: ")" }]);
    expect(await client.diagnostics(uri, (list) => list.length === 0)).toEqual([]);
  });

  it.each([
    ["CRLF", "a = 1\r\nb = = 2\r\n", { line: 1, character: 4 }],
    ["characters outside the basic plane", "a = '😀'; b = = 2\n", { line: 0, character: 14 }],
    ["tabs", "if 1:\n\t\tx = = 1\n", { line: 1, character: 6 }],
  ])("stand at the right place after %s", async (_what, text, start) => {
    const client = await startServer({ capabilities: pushCapabilities, settings: alone });
    const uri = client.open("main.py", text);
    const [first] = await client.diagnostics(uri, (list) => list.length > 0);
    expect(first?.range.start).toEqual(start);
  });

  it("count bytes for a client that knows UTF-8 only, in edits too", async () => {
    const capabilities = { ...pushCapabilities, general: { positionEncodings: ["utf-8"] } };
    const client = await startServer({ capabilities, settings: alone });
    expect(client.initialized.capabilities.positionEncoding).toBe("utf-8");
    const uri = client.open("main.py", "a = 'ä😀'; b = 2\n");
    // The space before the 2 stands after 18 bytes.
    const at = { line: 0, character: 18 };
    client.change(uri, 2, [{ range: { start: at, end: at }, text: " = =" }]);
    const [first] = await client.diagnostics(uri, (list) => list.length > 0);
    expect(first?.range.start).toEqual({ line: 0, character: 19 });
  });

  it("are there at once for a client that asks for them", async () => {
    const client = await startServer({ settings: alone });
    expect(client.initialized.capabilities.diagnosticProvider).toBeDefined();
    const uri = client.open("main.py", "break\n");
    const report = await client.request<DocumentDiagnosticReport>("textDocument/diagnostic", {
      textDocument: { uri },
    });
    expect(report).toMatchObject({
      kind: "full",
      items: [{ message: expect.stringContaining("'break'/'continue' outside loop") }],
    });
  });

  it("are those of the firmware that slotscope.json names, and change with it", async () => {
    const client = await startServer({
      capabilities: pushCapabilities,
      settings: alone,
      files: { "slotscope.json": '{ "profile": "unix-settrace-1.26.1" }' },
    });
    const status = await client.next<{ profile: object }>("slotscope/status");
    expect(status.profile).toMatchObject({ id: "unix-settrace-1.26.1", from: "slotscope.json" });
    // Template strings came with 1.28.
    const uri = client.open("main.py", "x = t'{1}'\n");
    const found = await client.diagnostics(uri, (list) => list.length > 0);
    expect(found[0]?.message).toContain("(MicroPython 1.26.1)");
    client.settings = {
      slotscope: { python: { enabled: false }, profile: "webassembly-pyscript-1.29.0-6" },
    };
    void client.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
    expect(await client.diagnostics(uri, (list) => list.length === 0)).toEqual([]);
  });

  it("change when slotscope.json does", async () => {
    const client = await startServer({ capabilities: pushCapabilities, settings: alone });
    const registered = await client.next<object>("client/registerCapability", (params) =>
      JSON.stringify(params).includes("slotscope.json"),
    );
    expect(JSON.stringify(registered)).toContain("workspace/didChangeWatchedFiles");
    const uri = client.open("main.py", "x = = 1\n");
    await client.diagnostics(uri, (list) => JSON.stringify(list).includes("MicroPython 1.29"));
    writeFileSync(join(client.folder, "slotscope.json"), '{ "profile": "unix-settrace-1.26.1" }');
    void client.connection.sendNotification("workspace/didChangeWatchedFiles", {
      changes: [{ uri: client.uriOf("slotscope.json"), type: 1 }],
    });
    await client.diagnostics(uri, (list) => JSON.stringify(list).includes("MicroPython 1.26"));
    const status = await client.next<{ profile: { from: string } }>(
      "slotscope/status",
      ({ profile }) => profile.from !== "default",
    );
    expect(status.profile).toMatchObject({ id: "unix-settrace-1.26.1", from: "slotscope.json" });
  });

  it("say which profile is unknown, and which there are", async () => {
    const client = await startServer({
      settings: { slotscope: { python: { enabled: false }, profile: "abacus" } },
    });
    const { message } = await client.next<{ message: string }>("window/showMessage");
    expect(message).toContain('no firmware profile "abacus" (setting)');
    expect(message).toContain("unix-settrace-1.26.1");
  });

  it("are of the last text, however fast edits come", async () => {
    const client = await startServer({ capabilities: pushCapabilities, settings: alone });
    const uri = client.open("main.py", "x = 1\n");
    let version = 1;
    for (const text of ["y = (", "y = ()", "y = = 1"]) {
      version += 1;
      client.change(uri, version, [{ text }]);
    }
    const matching: Diagnostic[] = await client.diagnostics(uri, (list) =>
      list.some(({ range }) => range.start.character === 4 && range.end.character === 5),
    );
    expect(matching).toHaveLength(1);
  });
});
