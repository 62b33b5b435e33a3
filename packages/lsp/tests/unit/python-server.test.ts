import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CancellationToken } from "vscode-languageserver";
import { describe, expect, it, onTestFinished } from "vitest";
import { startServerProcess } from "../../dist/composition/python-process.js";
import { PythonServer } from "../../dist/composition/python-server.js";

/** Starts a program in basedpyright's place; resolves to what the user is told once it has been given up. */
function startUntilGivenUp(program: string, delays: readonly number[]) {
  const folder = mkdtempSync(join(tmpdir(), "slotscope-lsp-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "server.cjs");
  writeFileSync(file, program);
  const told: string[] = [];
  let server: PythonServer;
  const givenUp = new Promise<{ server: PythonServer; told: string[] }>((resolve) => {
    server = new PythonServer(
      {
        initializeParams: () => ({ processId: null, rootUri: null, capabilities: {} }),
        openDocuments: () => [],
        onRequest: () => Promise.resolve(null),
        onNotification: () => undefined,
        onStateChanged(state, message) {
          told.push(`${state}: ${message}`);
          if (state === "failed") resolve({ server, told });
        },
      },
      () => startServerProcess(file),
      delays,
    );
  });
  return givenUp;
}

describe("a child process that can't serve", () => {
  it("is started again as often as there are delays, then given up, with the reason", async () => {
    const { server, told } = await startUntilGivenUp(
      'console.error("no heap left"); process.exit(3)',
      [1, 1],
    );
    expect(told).toEqual([
      "restarting: basedpyright ended with status 3: no heap left; it is being started again.",
      "restarting: basedpyright ended with status 3: no heap left; it is being started again.",
      expect.stringContaining(
        "failed: basedpyright ended with status 3: no heap left, and is not started again.",
      ),
    ]);
    const asked = server.request("textDocument/hover", {}, CancellationToken.None);
    await expect(asked).rejects.toThrow("basedpyright is not running");
  });

  it("is given up if it answers its first request with an error", async () => {
    const answer = '{"jsonrpc":"2.0","id":0,"error":{"code":-32603,"message":"no"}}';
    const { told } = await startUntilGivenUp(
      `process.stdout.write(${JSON.stringify(`Content-Length: ${answer.length}\r\n\r\n${answer}`)}); process.stdin.resume();`,
      [],
    );
    expect(told).toEqual([expect.stringContaining("failed: basedpyright ended by SIGKILL")]);
  });
});
