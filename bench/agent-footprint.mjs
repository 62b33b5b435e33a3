import { agentCode } from "@slotscope/agent";
import { RawRepl } from "@slotscope/device-transport";
import { createWasmTransport } from "@slotscope/wasm-runtime";
import { table } from "./statistics.mjs";

export const name = "footprint";
export const what = "bytes of the target's heap that the loaded agent takes (wasm, 32-bit words)";

/** Bytes in use after a collection; in WebAssembly that happens when the code that asked for it has ended. */
async function heapInUse(repl) {
  for (let i = 0; i < 2; i += 1) await repl.exec("__import__('gc').collect()");
  const { output } = await repl.exec("print(__import__('gc').mem_alloc())");
  return Number(new TextDecoder().decode(output));
}

export async function run() {
  const transport = createWasmTransport({});
  await transport.open();
  try {
    const repl = new RawRepl(transport);
    await repl.enter();
    const { chunks } = agentCode("peek");
    const before = await heapInUse(repl);
    for (const chunk of chunks) {
      const { error } = await repl.exec(chunk);
      if (error) throw new Error(error);
    }
    const loaded = await heapInUse(repl);
    const text = chunks.reduce((sum, chunk) => sum + Buffer.byteLength(chunk), 0);
    return table([
      ["source sent", "heap taken"],
      [text, loaded - before],
    ]);
  } finally {
    await transport.close();
  }
}
