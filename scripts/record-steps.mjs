// Records how debugpy steps on CPython: `node scripts/record-steps.mjs [PROGRAM...]` plays the cases of each file
// fixtures/recordings/steps/PROGRAM.json against debugpy, and writes where it stopped into them as `stops`. All else
// in these files is written by hand. Needed only when a case or a program changes: tests read what is recorded.
// Debian has debugpy in the package python3-debugpy.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { DapClient } from "../bench/dap-client.mjs";
import { bothPeers } from "../bench/peers.mjs";
import { playSteps } from "../fixtures/recordings/play-steps.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "fixtures", "recordings", "steps");
const [, debugpy] = bothPeers();

/** A stop is told by its function's name and its line's text: no two lines of functions of one name may be the same. */
function checkLines(program) {
  const known = new Set();
  let owner = "<module>";
  for (const line of readFileSync(program, "utf8").split("\n")) {
    const text = line.trim();
    const [, name] = /^ *(?:async )?def (\w+)/.exec(line) ?? [];
    if (name !== undefined || /^[^ ]/.test(line)) owner = name ?? "<module>";
    const key = `${owner}: ${text}`;
    if (text.length > 2 && known.has(key))
      throw new Error(`${program} has two lines "${key}": give one a comment`);
    known.add(key);
  }
}

const asked = process.argv.slice(2);
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.slice(0, -".json".length))
  .filter((name) => asked.length === 0 || asked.includes(name));

for (const name of names) {
  const path = join(folder, `${name}.json`);
  const program = join(folder, `${name}.py`);
  checkLines(program);
  const recording = JSON.parse(readFileSync(path, "utf8"));
  for (const one of recording.cases) {
    const client = new DapClient(...debugpy.adapter);
    one.stops = await playSteps(client, debugpy.launch(program), program, one);
    await client.end();
    process.stdout.write(`${name}: ${one.name}\n${one.stops.map((stop) => `    ${stop}\n`).join("")}`);
  }
  writeFileSync(path, `${JSON.stringify(recording, null, 2)}\n`);
}
spawnSync("pnpm", ["exec", "biome", "format", "--write", folder], { cwd: root, stdio: "inherit" });
