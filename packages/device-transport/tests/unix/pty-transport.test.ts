import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { createSerialTransport } from "../../dist/serial/index.js";
import { testTransport } from "../contract/transport.js";
import { serveTransport } from "../support/serve-transport.js";
import { type UnixTarget, unixTargets } from "../support/unix-target.js";

const targets = unixTargets();
const folder = mkdtempSync(join(tmpdir(), "slotscope-"));
afterAll(() => {
  targets.removeFolders();
  rmSync(folder, { recursive: true, force: true });
});

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

let count = 0;

async function unplug(cable: ChildProcess): Promise<void> {
  if (cable.exitCode !== null || cable.signalCode !== null) return;
  const closed = once(cable, "close");
  cable.kill("SIGKILL");
  await closed;
}

/** A pseudo terminal with a MicroPython behind it, which opens like a serial port. */
async function plugIn(target: UnixTarget): Promise<{ path: string; unplug: () => Promise<void> }> {
  const served = await serveTransport(() => target.make());
  const path = join(folder, `port${count++}`);
  const appears = new Promise<void>((resolve) => {
    const watcher = watch(folder, () => {
      if (!existsSync(path)) return;
      watcher.close();
      resolve();
    });
  });
  const cable = spawn("socat", [`PTY,link=${path},raw,echo=0`, `TCP:127.0.0.1:${served.port},nodelay`], {
    stdio: "inherit",
  });
  ends.push(async () => {
    await unplug(cable);
    await served.close();
  });
  const failed = once(cable, "error").then(([error]) => Promise.reject(error as Error));
  await Promise.race([appears, failed]);
  return { path, unplug: () => unplug(cable) };
}

testTransport(
  "a target behind a pseudo terminal",
  async () => {
    const target = targets.prepare();
    const { path, unplug } = await plugIn(target);
    const transport = createSerialTransport({ path });
    await transport.open();
    return { transport, putFile: (name, text) => target.putFile(name, text), vanish: unplug };
  },
  { has: { files: true, vanishing: true, hardReset: false }, interruptsRunningCode: true },
);

describe("a serial port", () => {
  it("is for one alone, and free again once it is closed", async () => {
    const { path } = await plugIn(targets.prepare());
    const first = createSerialTransport({ path });
    await first.open();
    await expect(createSerialTransport({ path }).open()).rejects.toMatchObject({ kind: "busy" });
    await first.close();
    const second = createSerialTransport({ path });
    await second.open();
    await second.close();
  });

  it("that is none is told", async () => {
    await expect(createSerialTransport({ path: import.meta.filename }).open()).rejects.toMatchObject({
      kind: "protocol",
    });
    await expect(createSerialTransport({ path: join(folder, "none") }).open()).rejects.toMatchObject({
      kind: "disconnected",
      message: expect.stringContaining("there is no port") as string,
    });
  });
});
