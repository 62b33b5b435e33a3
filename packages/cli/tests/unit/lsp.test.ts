import { describe, expect, it } from "vitest";
import { outcomeOf, runCli, startCli } from "../support/start-cli.js";

function encode(message: object): string {
  const body = JSON.stringify({ jsonrpc: "2.0", ...message });
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

describe("slotscope lsp", () => {
  it("serves a client on standard input and output until it says so", async () => {
    const child = startCli(["lsp", "--stdio"]);
    const outcome = outcomeOf(child);
    child.stdin.write(
      encode({
        id: 1,
        method: "initialize",
        params: { processId: process.pid, rootUri: null, capabilities: {} },
      }),
    );
    child.stdin.write(encode({ id: 2, method: "shutdown" }));
    child.stdin.write(encode({ method: "exit" }));
    const { status, stdout, stderr } = await outcome;
    expect(stdout).toContain('"serverInfo":{"name":"slotscope"');
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  it("takes no arguments", async () => {
    const { status, stderr } = await runCli(["lsp", "main.py"]);
    expect(stderr).toContain("slotscope lsp: lsp takes no arguments, such as main.py.");
    expect(status).toBe(2);
  });
});
