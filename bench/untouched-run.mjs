import { spawn } from "node:child_process";
import { DapClient, startSession } from "./dap-client.mjs";
import { bothPeers, markedLine, program } from "./peers.mjs";
import { summarise, table } from "./statistics.mjs";

export const name = "untouched";
export const what =
  "a run with breakpoints that aren't hit, as a ratio to the same program without the debugger";

const rounds = 5;

function elapsed(output) {
  const found = /elapsed (\d+)/.exec(output);
  if (!found) throw new Error(`the program printed no time: ${output}`);
  return Number(found[1]) / 1e6;
}

function runPlain(peer, file) {
  return new Promise((resolve, reject) => {
    const child = spawn(...peer.plain(file), { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.on("error", reject);
    child.on("exit", () => {
      try {
        resolve(elapsed(output));
      } catch (error) {
        reject(error);
      }
    });
  });
}

async function runDebugged(peer, file, marker) {
  const client = new DapClient(...peer.adapter);
  await startSession(client, {
    launch: peer.launch(file),
    breakpoints: marker ? [[file, [markedLine(file, marker)]]] : [],
  });
  const event = await client.event("terminated", "stopped");
  if (event.event === "stopped") throw new Error(`${peer.name} stopped at a breakpoint that must not hit`);
  await client.end();
  return elapsed(client.output);
}

const cases = [
  { label: "without the debugger", measure: (peer, file) => runPlain(peer, file) },
  { label: "debugged, no breakpoint", measure: (peer, file) => runDebugged(peer, file) },
  {
    label: "a breakpoint in another function",
    measure: (peer, file) => runDebugged(peer, file, "elsewhere"),
  },
  { label: "a breakpoint in the hot function", measure: (peer, file) => runDebugged(peer, file, "never") },
];

export async function run() {
  const parts = [];
  for (const file of ["loops.py", "calls.py"].map(program)) {
    const rows = [["", "median ms", "min", "max", "ratio"]];
    for (const peer of bothPeers()) {
      const times = cases.map(() => []);
      for (let round = 0; round < rounds; round += 1) {
        for (const [index, { measure }] of cases.entries()) times[index].push(await measure(peer, file));
      }
      const plain = summarise(times[0]).median;
      for (const [index, { label }] of cases.entries()) {
        const { median, min, max } = summarise(times[index]);
        rows.push([
          `${peer.name}: ${label}`,
          ...[median, min, max].map((value) => value.toFixed(1)),
          (median / plain).toFixed(2),
        ]);
      }
    }
    parts.push(`${file.split(/[\\/]/).at(-1)}, the program's own clock, ${rounds} rounds\n${table(rows)}`);
  }
  return parts.join("\n\n");
}
