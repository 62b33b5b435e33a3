import { DapClient, readStop, startSession } from "./dap-client.mjs";
import { bothPeers, markedLine, program } from "./peers.mjs";
import { summarise, table } from "./statistics.mjs";

export const name = "step";
export const what = "one step, from the request to all locals by name: beside debugpy on CPython";

const rounds = 5;
const steps = 60;
/** `next`, and what an editor asks for at the stop. */
const requestsPerStep = 5;

async function openAtLoop(peer, file) {
  const client = new DapClient(...peer.adapter);
  await startSession(client, {
    launch: peer.launch(file),
    breakpoints: [[file, [markedLine(file, "step")]]],
  });
  const stopped = await client.event("stopped");
  await readStop(client, stopped);
  // From here on each step is a `next`, without a breakpoint in its way.
  await client.request("setBreakpoints", { source: { path: file }, breakpoints: [] });
  return { client, threadId: stopped.body.threadId };
}

async function measureSteps({ client, threadId }, count) {
  const times = [];
  for (let i = 0; i < count; i += 1) {
    const began = performance.now();
    await client.request("next", { threadId });
    await readStop(client, await client.event("stopped"));
    times.push(performance.now() - began);
  }
  return times;
}

export async function run() {
  const file = program("steps.py");
  const peers = bothPeers();
  const sessions = await Promise.all(peers.map((peer) => openAtLoop(peer, file)));
  const times = peers.map(() => []);
  for (const session of sessions) await measureSteps(session, 20);
  // In turn, so that both peers see the same weather.
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, session] of sessions.entries())
      times[index].push(...(await measureSteps(session, steps)));
  }
  for (const { client } of sessions) await client.end();
  const figures = times.map(summarise);
  const rows = [["ms", "min", "median", "p95", "max"]];
  for (const [index, peer] of peers.entries()) {
    const { min, median, p95, max } = figures[index];
    rows.push([peer.name, ...[min, median, p95, max].map((value) => value.toFixed(2))]);
  }
  rows.push([
    "ratio slotscope / debugpy",
    ...["min", "median", "p95", "max"].map((key) => (figures[0][key] / figures[1][key]).toFixed(3)),
  ]);
  return [
    `${rounds * steps} steps of ${requestsPerStep} requests each, in turns of ${steps}`,
    table(rows),
    "Each request to debugpy crosses a TCP connection between its two processes. Where the kernel delays",
    "acknowledgements (Linux: 40 ms), that wait is nearly all of its figure: read the ratio with that in mind.",
  ].join("\n");
}
