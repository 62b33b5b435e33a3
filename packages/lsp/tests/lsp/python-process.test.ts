import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import type { CompletionList, Hover } from "vscode-languageserver";
import { CancellationTokenSource } from "vscode-languageserver/node";
import { describe, expect, it } from "vitest";
import { type Client, pushCapabilities, startServer } from "../support/start-server.js";

interface Status {
  readonly python: string;
}

/** The processes that a server has started. */
function childrenOf(pid: number | undefined): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        // The fourth field, behind the command in parentheses, is the parent.
        const [, parent] = /\) \w (\d+)/.exec(readFileSync(`/proc/${name}/stat`, "utf8")) ?? [];
        return Number(parent) === pid;
      } catch {
        return false;
      }
    })
    .map(Number);
}

function isRunning(pid: number): boolean {
  try {
    return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

async function running(client: Client): Promise<number> {
  await client.next<Status>("slotscope/status", ({ python }) => python === "running");
  const [pid] = childrenOf(client.child.pid);
  if (pid === undefined) throw new Error("The server has no child process.");
  return pid;
}

/** Waits for a process to end; the test's own time limit is the end of that. */
function ended(pid: number): void {
  execFileSync("tail", ["-f", "--pid", String(pid), "/dev/null"]);
}

describe.skipIf(process.platform !== "linux")("the process of basedpyright (found in /proc)", () => {
  it("is started again if it ends; the user is told, and ours goes on meanwhile", async () => {
    const client = await startServer({ capabilities: pushCapabilities });
    const uri = client.open("main.py", "def f(count):\n    return count\n");
    process.kill(await running(client), "SIGKILL");
    const { message } = await client.next<{ message: string }>("window/showMessage");
    expect(message).toBe("basedpyright ended by SIGKILL; it is being started again.");
    // What was told of the first process.
    client.received.length = 0;
    const hover = () =>
      client.request<Hover>("textDocument/hover", {
        textDocument: { uri },
        position: { line: 1, character: 12 },
      });
    expect(JSON.stringify(await hover())).toContain("slot 0");
    // What is edited while it is away is in the text that it is told of when it comes back.
    client.change(uri, 2, [{ text: "def f(other):\n    return other\n" }]);
    await client.next<Status>("slotscope/status", ({ python }) => python === "running");
    expect(JSON.stringify(await hover())).toContain("(parameter) other");
  });

  it.each([
    ["leaves", (client: Client) => client.end()],
    ["dies", (client: Client) => client.child.stdin.destroy()],
  ])("ends when the client %s", async (_how, leave) => {
    const client = await startServer();
    const pid = await running(client);
    await leave(client);
    ended(pid);
    expect(isRunning(pid)).toBe(false);
  });

  it("ends when the server is killed", async () => {
    const client = await startServer();
    const pid = await running(client);
    client.child.kill("SIGKILL");
    ended(pid);
    expect(isRunning(pid)).toBe(false);
  });
});

describe("an answer", () => {
  it("about a text that has changed meanwhile is none", async () => {
    const client = await startServer();
    const uri = client.open("main.py", "import machine\nmachine.\n");
    const position = { line: 1, character: 8 };
    const asked = client.request<CompletionList>("textDocument/completion", {
      textDocument: { uri },
      position,
    });
    client.change(uri, 2, [{ text: "" }]);
    await expect(asked).rejects.toMatchObject({ code: -32801 });
  });

  it("that is no longer wanted is cancelled", async () => {
    const client = await startServer();
    const uri = client.open("main.py", "import machine\nmachine.\n");
    const source = new CancellationTokenSource();
    const asked = client.connection.sendRequest(
      "textDocument/completion",
      { textDocument: { uri }, position: { line: 1, character: 8 } },
      source.token,
    );
    source.cancel();
    await expect(asked).rejects.toMatchObject({ code: -32800 });
  });
});
