import { DapClient, readStop, startSession } from "./dap-client.mjs";
import { bothPeers, markedLine, openBoardPeer, openUnixPeer, program } from "./peers.mjs";
import { summarise, table } from "./statistics.mjs";

export const name = "step";
export const what =
  "one step, from the request to all locals by name, on each target: beside debugpy on CPython";

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
  const [inWasm, debugpy] = bothPeers();
  const more = [await openUnixPeer(), await openBoardPeer("slotscope"), await openBoardPeer("settrace")];
  try {
    return await comparePeers(file, [inWasm, ...more], debugpy);
  } finally {
    for (const peer of more) peer.close();
  }
}

async function comparePeers(file, ours, debugpy) {
  const peers = [...ours, debugpy];
  const sessions = [];
  for (const peer of peers) sessions.push(await openAtLoop(peer, file));
  const times = peers.map(() => []);
  for (const session of sessions) await measureSteps(session, 20);
  // In turn, so that all peers see the same weather.
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, session] of sessions.entries())
      times[index].push(...(await measureSteps(session, steps)));
  }
  for (const { client } of sessions) await client.end();
  const keys = ["min", "median", "p95", "max"];
  const figures = times.map(summarise);
  const theirs = figures.at(-1);
  const rows = [["ms", ...keys, "median / debugpy's"]];
  for (const [index, peer] of peers.entries()) {
    const own = figures[index];
    rows.push([
      peer.name,
      ...keys.map((key) => own[key].toFixed(2)),
      (own.median / theirs.median).toFixed(3),
    ]);
  }
  return [
    `${rounds * steps} steps of ${requestsPerStep} requests each, in turns of ${steps}`,
    table(rows),
    "Each request to debugpy crosses a TCP connection between its two processes. Where the kernel delays",
    "acknowledgements (Linux: 40 ms), that wait is nearly all of its figure: read the ratio with that in mind.",
  ].join("\n");
}
