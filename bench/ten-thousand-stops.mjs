import { readFileSync } from "node:fs";
import { DapClient, readStop, startSession } from "./dap-client.mjs";
import { markedLine, program, slotscope } from "./peers.mjs";
import { table } from "./statistics.mjs";

export const name = "stops";
export const what = "10,000 stops in one session: memory of the adapter process and of the target's heap";

const stops = 10_000;
const every = 1_000;

/** Resident memory of a process in bytes; undefined where /proc is missing. */
function residentBytes(pid) {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) * 1024;
  } catch {
    return undefined;
  }
}

/** Bytes the target's heap holds after a collection. */
async function targetBytes(client, frameId) {
  await client.request("evaluate", { expression: "__import__('gc').collect()", frameId, context: "watch" });
  const { result } = await client.request("evaluate", {
    expression: "__import__('gc').mem_alloc()",
    frameId,
    context: "watch",
  });
  return Number(result);
}

export async function run() {
  const file = program("steps.py");
  const client = new DapClient(...slotscope.adapter);
  await startSession(client, {
    launch: slotscope.launch(file),
    breakpoints: [[file, [markedLine(file, "step")]]],
  });
  const rows = [["stops", "adapter RSS kB", "target heap bytes", "bytes sent a stop"]];
  let stopped = await client.event("stopped");
  let sent = client.received;
  for (let count = 1; count <= stops; count += 1) {
    const { threadId, frame } = await readStop(client, stopped);
    if (count === 1 || count % every === 0) {
      const perStop = Math.round((client.received - sent) / (count === 1 ? 1 : every));
      const resident = residentBytes(client.pid);
      rows.push([
        count,
        resident === undefined ? "-" : Math.round(resident / 1024),
        await targetBytes(client, frame.id),
        perStop,
      ]);
      sent = client.received;
    }
    // Breakpoint stops and steps by turns.
    await client.request(count % 2 ? "next" : "continue", { threadId });
    stopped = await client.event("stopped");
  }
  await client.end();
  return table(rows);
}
