import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectHub, serveHub } from "@slotscope/device-transport/hub";
import { createSerialTransport } from "@slotscope/device-transport/serial";
import { createWasmDebugger } from "../../dist/index.js";
import type { Debugger, LaunchOptions } from "../../src/debugger/types.js";

const firmware = process.env["SLOTSCOPE_QEMU"];
if (firmware === undefined) throw new Error("SLOTSCOPE_QEMU must name the firmware to test with");

/** How frames are read there. */
export const tier = process.env["SLOTSCOPE_QEMU_TIER"] === "native" ? "native" : "peek";

const { startQemuOnPty } = (await import(
  new URL("../../../firmware/targets/run-qemu.mjs", import.meta.url).href
)) as {
  startQemuOnPty: (program: string) => Promise<{ child: { kill(signal: string): void }; path: string }>;
};

/** A board in QEMU, and a hub of its own that owns its serial port. */
export interface TestBoard {
  /** The serial port. */
  readonly address: string;
  connect(): ReturnType<typeof connectHub>;
  /** A debugger whose launches are on this board. */
  open(): Debugger;
  /** Switches the board off. */
  unplug(): void;
  close(): Promise<void>;
}

export async function startBoard(): Promise<TestBoard> {
  const { child, path } = await startQemuOnPty(firmware ?? "");
  const folder = mkdtempSync(join(tmpdir(), "slotscope-hub-"));
  const socket =
    process.platform === "win32" ? `\\\\.\\pipe\\${folder.replaceAll(/\W/g, "-")}` : join(folder, "hub.sock");
  const hub = await serveHub({
    socket,
    version: "test",
    openDevice: (address) => createSerialTransport({ path: address }),
  });
  const connect = () => connectHub({ socket, name: "test" });
  return {
    address: path,
    connect,
    open: () => onBoard(createWasmDebugger(connect), path),
    unplug: () => child.kill("SIGKILL"),
    async close() {
      await hub.close();
      child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The same debugger, but what it launches runs on a board. */
function onBoard(debug: Debugger, port: string): Debugger {
  const there = (options: LaunchOptions) => ({ ...options, port });
  return new Proxy(debug, {
    get(target, key) {
      if (key === "launch") return (options: LaunchOptions) => target.launch(there(options));
      if (key === "restart") {
        return (options?: LaunchOptions) => target.restart(options && there(options));
      }
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
