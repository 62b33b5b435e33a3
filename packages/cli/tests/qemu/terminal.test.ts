import { type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { noTerminalReason, TerminalDialogue } from "../support/pty.js";
import { runCli } from "../support/start-cli.js";

const script = new URL("../../../firmware/targets/run-qemu.mjs", import.meta.url);
const { startQemuOnPty } = (await import(script.href)) as {
  startQemuOnPty: (program: string) => Promise<{ child: ChildProcess; path: string }>;
};

let folder: string;
let env: { readonly SLOTSCOPE_HUB: string };
let board: ChildProcess;
let port: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "slotscope-hub-"));
  env = { SLOTSCOPE_HUB: join(folder, "hub.sock") };
  ({ child: board, path: port } = await startQemuOnPty(process.env["SLOTSCOPE_QEMU"] ?? ""));
});
afterEach(async () => {
  await unplug();
  await runCli(["hub", "--stop"], { env });
  rmSync(folder, { recursive: true });
});

async function unplug(): Promise<void> {
  if (board.exitCode !== null || board.signalCode !== null) return;
  const closed = once(board, "close");
  board.kill("SIGKILL");
  await closed;
}

const slotscope = (...words: string[]) => runCli([...words, "-p", port], { env });

describe.skipIf(noTerminalReason() !== undefined)("slotscope repl with a board on a serial port", () => {
  it("is the board's own REPL, with its line editing and soft reset", async () => {
    const terminal = new TerminalDialogue(["repl", "-p", port], folder, env);
    await terminal.read("Connected to ");
    await terminal.read(">>> ");
    terminal.type("print(6 * 8\u007f7)\r");
    await terminal.read("\n42\n>>> ");
    terminal.type("for i in range(2): print('line', i)\r\r");
    await terminal.read("line 0\nline 1\n");
    terminal.type("\u0004");
    await terminal.read("soft reboot");
    terminal.type("\u0018");
    expect(await terminal.ended).toBe(0);
  });

  it("finds the board in its REPL after a command that left the raw one", async () => {
    expect(await runCli(["repl", "-p", port], { env, input: "\u0001" })).toMatchObject({ status: 0 });
    const terminal = new TerminalDialogue(["repl", "-p", port], folder, env);
    await terminal.read(">>> ");
    terminal.type("\u001d");
    expect(await terminal.ended).toBe(0);
  });

  it("says that the board is gone when it is unplugged", async () => {
    const terminal = new TerminalDialogue(["repl", "-p", port], folder, env);
    await terminal.read(">>> ");
    await unplug();
    await terminal.read(`${port} is gone`);
    expect(await terminal.ended).toBe(1);
  });
});

describe("slotscope repl without a terminal", () => {
  it("types lines to the board", async () => {
    const { stdout, status } = await runCli(["repl", "-p", port], { env, input: "x = 6\nprint(x * 7)\n" });
    expect(stdout).toContain("print(x * 7)\r\n42\r\n>>> ");
    expect(status).toBe(0);
  });
});

describe("slotscope reset", () => {
  it("ends what runs and forgets what was", async () => {
    const busy = "kept = 1\nwhile True: pass\n\n";
    expect(await runCli(["repl", "-p", port], { env, input: busy })).toMatchObject({ status: 0 });
    expect(await slotscope("reset")).toEqual({ status: 0, signal: null, stdout: "", stderr: "" });
    const { stdout } = await runCli(["repl", "-p", port], { env, input: "print('kept' in globals())\n" });
    expect(stdout).toContain("\r\nFalse\r\n");
  });

  it("resets the chip with --hard, which ends the emulator", async () => {
    const closed = once(board, "close");
    expect(await slotscope("reset", "--hard")).toEqual({ status: 0, signal: null, stdout: "", stderr: "" });
    await closed;
  });

  it("says why no board could be reset", async () => {
    const { status, stderr } = await runCli(["reset", "-p", "/dev/no-such-port"], { env });
    expect(status).toBe(1);
    expect(stderr).toContain("There is no port /dev/no-such-port");
  });
});
