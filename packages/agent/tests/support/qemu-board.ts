import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RawRepl, startAgent, type Transport } from "@slotscope/device-transport";
import { createSerialTransport } from "@slotscope/device-transport/serial";
import { afterAll } from "vitest";
import { agentSources } from "../../src/index.js";
import type { StartTarget } from "./targets.js";

const script = new URL("../../../firmware/targets/run-qemu.mjs", import.meta.url);

let board: Promise<Transport> | undefined;
let unplug: (() => Promise<void>) | undefined;

if (process.env["SLOTSCOPE_QEMU"] !== undefined) afterAll(() => unplug?.());

/** A board that all tests of a file share. */
async function openBoard(firmware: string): Promise<Transport> {
  const { startQemuOnPty } = (await import(script.href)) as {
    startQemuOnPty: (program: string) => Promise<{ child: ChildProcess; path: string }>;
  };
  const { child, path } = await startQemuOnPty(firmware);
  const transport = createSerialTransport({ path });
  unplug = async () => {
    await transport.close();
    const closed = once(child, "close");
    child.kill("SIGKILL");
    await closed;
  };
  await transport.open();
  return transport;
}

const removeAll = `exec("""
import os
def clear(folder):
    for entry in os.ilistdir(folder):
        path = folder + "/" + entry[0]
        if entry[1] == 0x4000:
            clear(path)
            os.rmdir(path)
        else:
            os.remove(path)
clear("")
""", {})`;

/** Puts the files of a folder of this computer on the board. */
async function copyFolder(repl: RawRepl, folder: string, to: string): Promise<void> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = `${to}${entry.name}`;
    if (entry.isDirectory()) {
      await repl.evaluate(`__import__("os").mkdir(${JSON.stringify(path)})`);
      await copyFolder(repl, join(folder, entry.name), `${path}/`);
      continue;
    }
    const bytes = readFileSync(join(folder, entry.name));
    for (let at = 0; at === 0 || at < bytes.length; at += 1024) {
      const piece = bytes.subarray(at, at + 1024).toString("base64");
      await repl.evaluate(
        `exec("""with open(${JSON.stringify(path)}, "${at === 0 ? "wb" : "ab"}") as file:
 file.write(__import__("ubinascii").a2b_base64("${piece}"))""", {})`,
      );
    }
  }
}

/** The board after a soft reset; another one where a test has left it in a state that it does not get out of. */
async function resetBoard(firmware: string): Promise<{ transport: Transport; repl: RawRepl }> {
  for (let isNew = false; ; isNew = true) {
    const transport = await (board ??= openBoard(firmware));
    // A session that a test has left is interrupted again and again until it gives way.
    const repl = new RawRepl(transport, { answerMs: 1600 });
    try {
      await repl.enter();
      await repl.exec("raise SystemExit");
      await repl.evaluate(removeAll);
      return { transport, repl };
    } catch (error) {
      repl.release();
      await unplug?.();
      board = undefined;
      if (isNew) throw error;
    }
  }
}

/** Starts the agent on a board in QEMU that runs this firmware, as after a soft reset. */
export const startOnBoard =
  (firmware: string): StartTarget =>
  async (workspace, sink) => {
    const { transport, repl } = await resetBoard(firmware);
    await copyFolder(repl, workspace, "");
    repl.release();
    const link = await startAgent(transport, agentSources, sink);
    return {
      link,
      transport,
      close() {
        link.release();
        return Promise.resolve();
      },
    };
  };
