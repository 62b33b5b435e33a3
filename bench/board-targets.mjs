// MicroPython's ports as transports with a raw REPL, by the tier that their firmware allows.
import { once } from "node:events";
import { createProcessTransport } from "@slotscope/device-transport/process";
import { createSerialTransport } from "@slotscope/device-transport/serial";
import { createWasmTransport } from "@slotscope/wasm-runtime";

const targets = new URL("../packages/firmware/targets/", import.meta.url);
const variants = { native: "slotscope", peek: "settrace" };

async function firmware(port, tier) {
  const { [port]: target } = await import(new URL(`build-${port}.mjs`, targets).href);
  const { buildFirmware } = await import(new URL("build-firmware.mjs", targets).href);
  return (await buildFirmware(target, { variant: variants[tier] })).program;
}

/** npm's MicroPython for WebAssembly, whose firmware has `sys.settrace` and no module of ours. */
export async function openWasm() {
  const transport = createWasmTransport({});
  await transport.open();
  return { transport, close: () => transport.close() };
}

/** The unix port. */
export async function openUnix(tier) {
  const transport = createProcessTransport({ executable: await firmware("unix", tier) });
  await transport.open();
  return { transport, close: () => transport.close() };
}

/** The Cortex-M3 board in QEMU. */
export async function openQemu(tier) {
  const { startQemuOnPty } = await import(new URL("run-qemu.mjs", targets).href);
  const { child, path } = await startQemuOnPty(await firmware("qemu", tier));
  const transport = createSerialTransport({ path });
  await transport.open();
  return {
    transport,
    close: async () => {
      await transport.close();
      const closed = once(child, "close");
      child.kill("SIGKILL");
      await closed;
    },
  };
}
