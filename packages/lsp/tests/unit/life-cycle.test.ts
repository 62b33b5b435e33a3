import { describe, expect, it } from "vitest";
import { startServer } from "../support/start-server.js";

const alone = { slotscope: { python: { enabled: false } } };

describe("a session", () => {
  it("ends with status 0 after shutdown and exit", async () => {
    const client = await startServer({ settings: alone });
    expect(await client.end()).toBe(0);
  });

  it("ends with status 1 when the client goes without a word", async () => {
    const client = await startServer({ settings: alone });
    const status = new Promise((resolve) => client.child.once("exit", resolve));
    client.child.stdin.destroy();
    expect(await status).toBe(1);
  });

  it("answers no request after shutdown", async () => {
    const client = await startServer({ settings: alone });
    await client.request("shutdown", {});
    const position = { line: 0, character: 0 };
    const asked = client.request("textDocument/hover", { textDocument: { uri: "file:///a.py" }, position });
    await expect(asked).rejects.toMatchObject({ code: -32600 });
  });

  it("fails a request about a document that isn't open, and goes on", async () => {
    const client = await startServer({ settings: alone });
    const position = { line: 0, character: 0 };
    const asked = client.request("textDocument/hover", { textDocument: { uri: "file:///a.py" }, position });
    await expect(asked).rejects.toThrow("file:///a.py is not open.");
    const uri = client.open("main.py", "def f(a): return a\n");
    const answer = await client.request("textDocument/hover", {
      textDocument: { uri },
      position: { line: 0, character: 6 },
    });
    expect(answer).not.toBeNull();
  });

  it("refuses values of the wrong type in settings, and says so", async () => {
    const client = await startServer({
      settings: { slotscope: { python: { enabled: false }, hints: { slots: 1 } } },
    });
    const { message } = await client.next<{ message: string }>("window/showMessage");
    expect(message).toBe("slotscope.hints.slots is to be a boolean, not 1.");
  });
});
