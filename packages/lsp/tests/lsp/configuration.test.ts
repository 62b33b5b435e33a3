import type { PublishDiagnosticsParams } from "vscode-languageserver";
import { describe, expect, it } from "vitest";
import { pushCapabilities, startServer } from "../support/start-server.js";

const board = { slotscope: { profile: "qemu-settrace-1.26.1" } };

/** A program that shows by its errors what is known: a module that no board has, a board's, and one of the user's stubs. */
const program = "import threading\nimport machine\nimport gadget\nx: int = 'a'\nmachine, gadget, threading\n";

async function errorsIn(files: Readonly<Record<string, string>>) {
  const client = await startServer({ settings: board, capabilities: pushCapabilities, files });
  const uri = client.open("main.py", program);
  const { diagnostics } = await client.next<PublishDiagnosticsParams>(
    "textDocument/publishDiagnostics",
    (each) => each.uri === uri && each.diagnostics.some(({ code }) => code === "reportMissingImports"),
  );
  const errors = diagnostics.filter(({ severity }) => severity === 1);
  return { client, errors: errors.map(({ range, code }) => `${range.start.line} ${code}`) };
}

describe("a project's own configuration of pyright", () => {
  it("is not needed", async () => {
    const { errors } = await errorsIn({});
    expect(errors).toEqual(["0 reportMissingImports", "2 reportMissingImports", "3 reportAssignmentType"]);
  });

  it.each([
    ["pyrightconfig.json", '{\n  // Off.\n  "reportAssignmentType": "none",\n}'],
    ["pyproject.toml", '[tool.basedpyright]\nreportAssignmentType = "none"\n'],
  ])("in %s holds, over MicroPython's modules", async (name, text) => {
    const { errors } = await errorsIn({ [name]: text });
    expect(errors).toEqual(["0 reportMissingImports", "2 reportMissingImports"]);
  });

  it("with stubs of its own has them, and those of the board", async () => {
    const { errors } = await errorsIn({
      "pyrightconfig.json": '{ "stubPath": "." }',
      "gadget.pyi": "size: int\n",
    });
    expect(errors).toEqual(["0 reportMissingImports", "3 reportAssignmentType"]);
  });

  it("that names another standard library keeps it, and the user is told what that means", async () => {
    const client = await startServer({
      settings: board,
      files: { "pyrightconfig.json": '{ "typeshedPath": "typeshed" }' },
    });
    const { message } = await client.next<{ message: string }>("window/showMessage");
    expect(message).toContain("pyrightconfig.json sets typeshedPath, so the standard library is checked");
  });
});

describe("a workspace of several folders", () => {
  it("has the profile of each", async () => {
    const client = await startServer({
      settings: { slotscope: { python: { enabled: false } } },
      capabilities: pushCapabilities,
      files: { "slotscope.json": '{ "profile": "unix-settrace-1.26.1" }' },
    });
    const inside = client.open("main.py", "x = = 1\n");
    const outside = client.uriOf("../elsewhere.py");
    const textDocument = { uri: outside, languageId: "python", version: 1, text: "x = = 1\n" };
    void client.connection.sendNotification("textDocument/didOpen", { textDocument });
    const found = await client.diagnostics(inside, (list) =>
      JSON.stringify(list).includes("MicroPython 1.26"),
    );
    expect(found).toHaveLength(1);
    const [other] = await client.diagnostics(outside, (list) => list.length > 0);
    expect(other?.message).toContain("MicroPython 1.29");
  });
});

describe("a module that MicroPython has, but not this firmware", () => {
  it("is told of where it is imported, unless the program can do without or the project has it", async () => {
    const client = await startServer({
      settings: { slotscope: { profile: "webassembly-pyscript-1.29.0-6", python: { enabled: false } } },
      capabilities: pushCapabilities,
      files: { "ssl.py": "" },
    });
    const lines = [
      "import utime, _thread",
      "import ssl",
      "try:",
      "    import socket",
      "except ImportError:",
      "    pass",
    ];
    const uri = client.open("main.py", lines.join("\n"));
    const found = await client.diagnostics(uri, (list) => list.length > 0);
    expect(found.map(({ range, code }) => [range.start, code])).toEqual([
      [{ line: 0, character: 14 }, "missing-module"],
    ]);
    expect(found[0]?.message).toContain("has no module _thread");
  });
});

describe("a document", () => {
  it.each(["with (brackets) in é.py", "50% & more.py"])(
    "called %j gets what basedpyright says of it",
    async (name) => {
      const client = await startServer({ settings: board, capabilities: pushCapabilities });
      // Spelled as some editors do: more is escaped than need be.
      const uri = client.uriOf(name).replace("(", "%28").replace("&", "%26");
      const textDocument = { uri, languageId: "python", version: 1, text: "import threading\nx = = 1\n" };
      void client.connection.sendNotification("textDocument/didOpen", { textDocument });
      const found = await client.diagnostics(uri, (list) =>
        list.some(({ code }) => code === "reportMissingImports"),
      );
      expect(found.map(({ code }) => code)).toContain("SyntaxError");
    },
  );

  it("of stubs is none that MicroPython compiles", async () => {
    const client = await startServer({ settings: board, capabilities: pushCapabilities });
    const uri = client.open("gadget.pyi", "def f(a: int, /) -> nothing: ...\n");
    const found = await client.diagnostics(uri, (list) => list.length > 0);
    expect(found.map(({ code }) => code)).toEqual(["reportUndefinedVariable"]);
  });
});
