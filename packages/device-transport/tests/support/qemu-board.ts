import { type ChildProcess } from "node:child_process";
import { once } from "node:events";

const script = new URL("../../../firmware/targets/run-qemu.mjs", import.meta.url);

const { startQemuOnPty } = (await import(script.href)) as {
  startQemuOnPty: (program: string) => Promise<{ child: ChildProcess; path: string }>;
};

/** The firmware of the board, as the suite's configuration names it. */
export function boardFirmware(): string {
  const firmware = process.env["SLOTSCOPE_QEMU"];
  if (firmware === undefined) throw new Error("SLOTSCOPE_QEMU must name the firmware to test with");
  return firmware;
}

/** A board in QEMU whose UART is a pseudo terminal, and what ends it as if unplugged. */
export async function startBoard(): Promise<{ path: string; unplug: () => Promise<void> }> {
  const { child, path } = await startQemuOnPty(boardFirmware());
  return {
    path,
    async unplug() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const closed = once(child, "close");
      child.kill("SIGKILL");
      await closed;
    },
  };
}
