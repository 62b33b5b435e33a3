import { agentCode } from "@slotscope/agent";
import { AgentLink, RawRepl } from "@slotscope/device-transport";
import { openQemu, openUnix, openWasm } from "./board-targets.mjs";
import { table } from "./statistics.mjs";

export const name = "footprint";
export const what =
  "bytes of heap that the agent takes: what lasts, the same with all parts loaded, and what its hello says";

/** Parts that a session keeps, once it has needed them, as long as there is memory; the others end with the start. */
const isLasting = (part) => part !== "start" && part !== "run";

const decoder = new TextDecoder();

async function evaluate(repl, code) {
  const { output, error } = await repl.exec(code);
  if (error) throw new Error(error);
  return decoder.decode(output).trim();
}

/** Bytes in use after a collection; in WebAssembly that happens when the code that asked for it has ended. */
async function heapInUse(repl) {
  for (let i = 0; i < 2; i += 1) await evaluate(repl, "__import__('gc').collect()");
  return Number(await evaluate(repl, "print(__import__('gc').mem_alloc())"));
}

async function loadParts(repl, parts) {
  await evaluate(
    repl,
    `m=__import__("sys").modules
m["_slotscope_agent"]=a=m["_slotscope_kept"]
kept=[]
core=getattr(a,"names",None) or a.__dict__`,
  );
  for (const [part, pieces] of Object.entries(parts)) {
    if (!isLasting(part)) continue;
    await evaluate(repl, `place={"A":core}`);
    for (const piece of pieces) await evaluate(repl, `exec(${JSON.stringify(piece)},place)`);
    await evaluate(repl, `kept.append(place["P"])`);
  }
  await evaluate(repl, `del place,a,m,core`);
}

/** What the agent's hello says it takes: with the buffers of a session, after its start. */
async function helloOf(transport, repl, code) {
  await evaluate(repl, "kept=None");
  const link = new AgentLink(
    transport,
    { news() {}, output() {}, lost() {} },
    { nonce: 1, window: 192, parts: code.parts },
  );
  await repl.launch(`__import__("sys").modules.pop("_slotscope_agent")\n${code.start(1, 192)}`, (bytes) =>
    link.receive(bytes),
  );
  const { footprint } = await link.whenStarted();
  link.release();
  return footprint;
}

async function measure(open, tier, form) {
  const { transport, close } = await open(tier);
  try {
    const repl = new RawRepl(transport);
    await repl.enter();
    const code = agentCode(tier, form);
    const before = await heapInUse(repl);
    for (const chunk of code.chunks) await evaluate(repl, chunk);
    const loaded = await heapInUse(repl);
    await loadParts(repl, code.parts);
    const whole = await heapInUse(repl);
    const sent = code.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    return [sent, loaded - before, whole - before, await helloOf(transport, repl, code)];
  } finally {
    await close();
  }
}

export async function run() {
  const rows = [["target", "tier", "form", "characters sent", "core", "core and parts", "hello"]];
  const kinds = [
    ["QEMU Cortex-M3, 32 bit", openQemu, ["native", "peek"]],
    ["wasm, 32 bit", openWasm, ["peek"]],
    ["unix, 64 bit", openUnix, ["native", "peek"]],
  ];
  for (const [target, open, tiers] of kinds) {
    for (const tier of tiers) {
      for (const form of ["mpy", "text"])
        rows.push([target, tier, form, ...(await measure(open, tier, form))]);
    }
  }
  return table(rows);
}
