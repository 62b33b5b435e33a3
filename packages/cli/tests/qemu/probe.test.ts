import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readProfile } from "../support/read-profile.js";
import { runCli } from "../support/start-cli.js";

const firmware = process.env["SLOTSCOPE_QEMU"] ?? "";
const name = process.env["SLOTSCOPE_QEMU_TIER"] === "native" ? "qemu-slotscope" : "qemu-settrace";

describe("slotscope probe of a board", () => {
  const folder = mkdtempSync(join(tmpdir(), "slotscope-"));
  let board: { readonly child: ChildProcess; readonly path: string };

  beforeAll(async () => {
    const { startQemuOnPty } = (await import(
      new URL("../../../firmware/targets/run-qemu.mjs", import.meta.url).href
    )) as { startQemuOnPty: (program: string) => Promise<typeof board> };
    board = await startQemuOnPty(firmware);
  });

  afterAll(() => {
    board.child.kill();
    rmSync(folder, { recursive: true });
  });

  it("gives the profile that comes with Slotscope, and the state of the device", async () => {
    const file = join(folder, `${name}-1.26.1.json`);
    const { stdout, stderr, status } = await runCli(["probe", "-p", board.path, "--write", file, "--json"]);
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expect(JSON.parse(stdout)).toEqual({
      profile: readProfile(`${name}-1.26.1`),
      device: {
        heapBytes: 140_032,
        freeHeapBytes: expect.any(Number) as number,
        fileSystem: "writable",
        fileSystemBytes: 1 << 20,
        freeFileSystemBytes: expect.any(Number) as number,
      },
    });
  });

  it("leaves no file on the board, which can be asked again", async () => {
    const { stdout } = await runCli(["ls", "-p", board.path]);
    expect(stdout).toBe("");
    const again = await runCli(["probe", "-p", board.path]);
    expect(again.status).toBe(0);
  });
});
