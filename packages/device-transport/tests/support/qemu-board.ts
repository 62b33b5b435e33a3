import { type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { listen } from "./serve-transport.js";

const script = new URL("../../../firmware/targets/run-qemu.mjs", import.meta.url);

const { startQemuOnPty, startQemuOnTcp } = (await import(script.href)) as {
  startQemuOnPty: (program: string) => Promise<{ child: ChildProcess; path: string }>;
  startQemuOnTcp: (program: string, port: number) => Promise<{ child: ChildProcess }>;
};

/** The firmware of the board, as the suite's configuration names it. */
function boardFirmware(): string {
  const firmware = process.env["SLOTSCOPE_QEMU"];
  if (firmware === undefined) throw new Error("SLOTSCOPE_QEMU must name the firmware to test with");
  return firmware;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGKILL");
  await closed;
}

/** A board in QEMU whose UART is a pseudo terminal, and what ends it as if unplugged. */
export async function startBoard(): Promise<{ path: string; unplug: () => Promise<void> }> {
  const { child, path } = await startQemuOnPty(boardFirmware());
  return { path, unplug: () => end(child) };
}

/** A board in QEMU whose UART is behind a TCP port. */
export async function startBoardOnTcp(): Promise<{ port: number; unplug: () => Promise<void> }> {
  const free = await listen(createServer());
  await free.close();
  const { port } = free;
  const { child } = await startQemuOnTcp(boardFirmware(), port);
  return { port, unplug: () => end(child) };
}
