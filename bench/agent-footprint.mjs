import { spawnSync } from "node:child_process";
import { program, slotscope } from "./peers.mjs";

export const name = "footprint";
export const what = "bytes of the target's heap that the agent takes";

/** Reads what `slotscope debug -v` tells of the agent. */
export async function run() {
  const [command, [main]] = slotscope.adapter;
  const { stdout } = spawnSync(command, [main, "debug", "-v", program("steps.py")], {
    encoding: "utf8",
    input: "quit\n",
  });
  const line = stdout.split("\n").find((text) => /agent/i.test(text) && /bytes/.test(text));
  if (!line) throw new Error(`slotscope debug -v told nothing of the agent: ${stdout}`);
  return line.trim();
}
