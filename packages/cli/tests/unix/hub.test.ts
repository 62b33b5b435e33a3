import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { noTerminalReason, TerminalDialogue } from "../support/pty.js";
import { outcomeOf, runCli, startCli } from "../support/start-cli.js";

let folder: string;
let env: { readonly SLOTSCOPE_HUB: string };
let port: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slotscope-hub-"));
  env = { SLOTSCOPE_HUB: join(folder, "hub.sock") };
  port = `process:${process.env["SLOTSCOPE_UNIX"]},${folder}`;
});
afterEach(async () => {
  await runCli(["hub", "--stop"], { env });
  rmSync(folder, { recursive: true });
});

const slotscope = (words: readonly string[], input = "") => runCli(words, { env, input });
const devices = async () =>
  JSON.parse((await slotscope(["devices", "--json"])).stdout) as { address: string; holder?: object }[];

/** Code for the raw REPL, which is the only one that the unix port has over a pipe. */
const raw = (code: string) => `\u0001${code}\u0004`;

/** `slotscope repl` that holds the board until its input ends. */
async function holdBoard() {
  const child = startCli(["repl", "-p", port], { env });
  const outcome = outcomeOf(child);
  child.stdin.write(raw("print('held')"));
  await new Promise<void>((resolve) => {
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes("held")) resolve();
    });
  });
  return { child, outcome };
}

describe("slotscope hub", () => {
  it("is started by the first command that needs it, one for all, and leaves nothing behind", async () => {
    expect((await slotscope(["hub", "--status"])).stdout).toBe("No hub runs.\n");
    const repls = Array.from({ length: 3 }, (_, index) =>
      slotscope(["repl", "-p", port], raw(`print(${index})`)),
    );
    for (const [index, { stdout, status }] of (await Promise.all(repls)).entries()) {
      expect(status).toBe(0);
      expect(stdout).toContain(`OK${index}`);
    }
    const { stdout } = await slotscope(["hub", "--status"]);
    expect(stdout).toContain(`listens on ${env.SLOTSCOPE_HUB}`);
    expect(stdout).toContain("No program uses it.");
    expect((await slotscope(["hub", "--stop"])).stdout).toBe("The hub has ended.\n");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("ends on SIGTERM, with its socket gone", async () => {
    const child = startCli(["hub"], { env });
    const outcome = outcomeOf(child);
    await new Promise<void>((resolve) => child.stdout.once("data", () => resolve()));
    child.kill("SIGTERM");
    expect(await outcome).toMatchObject({
      status: 0,
      stdout: `The hub listens on ${env.SLOTSCOPE_HUB}\n`,
      stderr: "",
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("says that one runs already", async () => {
    await slotscope(["repl", "-p", port]);
    expect(await slotscope(["hub"])).toMatchObject({
      status: 1,
      stderr: `slotscope hub: A hub already listens on ${env.SLOTSCOPE_HUB}.\n`,
    });
  });

  it("tells as JSON what it holds", async () => {
    expect((await slotscope(["hub", "--status", "--json"])).stdout).toBe("null\n");
    const { child, outcome } = await holdBoard();
    const status: unknown = JSON.parse((await slotscope(["hub", "--status", "--json"])).stdout);
    expect(status).toMatchObject({ protocol: 1, socket: env.SLOTSCOPE_HUB });
    expect(status).toHaveProperty("devices");
    child.stdin.end();
    await outcome;
  });
});

describe("slotscope devices", () => {
  it("tells who uses a board", async () => {
    const { child, outcome } = await holdBoard();
    const held = (await devices()).find(({ address }) => address === port);
    expect(held?.holder).toMatchObject({ client: "slotscope", pid: child.pid, purpose: "terminal" });
    const { stdout } = await slotscope(["devices"]);
    expect(stdout).toContain(`used by slotscope (terminal; process ${child.pid})`);
    child.stdin.end();
    await outcome;
    expect((await devices()).find(({ address }) => address === port)?.holder).toBeUndefined();
  });
});

describe("slotscope repl", () => {
  it("types its input to the board and prints what that answers", async () => {
    const { stdout, stderr, status } = await slotscope(["repl", "-p", port], raw("print(6 * 7)"));
    expect(stdout).toContain("raw REPL; CTRL-B to exit\r\n>OK42");
    expect([stderr, status]).toEqual(["", 0]);
  });

  it("waits for the board, and says for whom", async () => {
    const first = await holdBoard();
    const second = startCli(["repl", "-p", port], { env });
    const outcome = outcomeOf(second);
    await new Promise<void>((resolve) => second.stderr.once("data", () => resolve()));
    second.stdin.end(raw("print('mine')"));
    first.child.stdin.end();
    await first.outcome;
    const { stdout, stderr } = await outcome;
    expect(stderr).toBe(
      `Waiting for the board, which slotscope (terminal; process ${first.child.pid}) uses.\n`,
    );
    expect(stdout).toContain("OKmine");
  });

  it("says that the board is lost, when the hub is killed", async () => {
    const { outcome } = await holdBoard();
    const { pid } = JSON.parse((await slotscope(["hub", "--status", "--json"])).stdout) as { pid: number };
    process.kill(pid, "SIGKILL");
    expect(await outcome).toMatchObject({
      status: 1,
      stderr: "slotscope repl: The hub has ended. Try again: it is started anew.\n",
    });
  });

  it("says what is wrong with an address", async () => {
    const { status, stderr } = await slotscope(["repl", "-p", "nonsense"]);
    expect(status).toBe(1);
    expect(stderr).toContain('"nonsense" is no device address');
  });

  describe.skipIf(noTerminalReason() !== undefined)("on a terminal", () => {
    it.each([
      ["ctrl-X", "\u0018"],
      ["ctrl-]", "\u001d"],
    ])("gives all keys to the board but %s, which leaves", async (_, key) => {
      const terminal = new TerminalDialogue(["repl", "-p", port], folder, env);
      await terminal.read("Connected to ");
      terminal.type(raw("print('typed')"));
      await terminal.read("OKtyped");
      terminal.type(raw("print('started')\nwhile True: pass"));
      await terminal.read("OKstarted");
      terminal.type("\u0003");
      await terminal.read("KeyboardInterrupt");
      terminal.type(key);
      expect(await terminal.ended).toBe(0);
    });
  });
});
