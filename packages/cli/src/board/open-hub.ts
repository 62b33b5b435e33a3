import { spawn } from "node:child_process";
import { once } from "node:events";
import { parse } from "node:path";
import { fileURLToPath } from "node:url";
import { connectHub, type Hub } from "@slotscope/device-transport/hub";

const mainFile = fileURLToPath(new URL("../main.js", import.meta.url));

/** Connects to the user's hub, which is started unless it runs. `name` is what others see of this program. */
export async function openHub(name: string): Promise<Hub> {
  return await connectHub({ name, start: startHub });
}

/** Starts a hub that outlives this process and its terminal. */
async function startHub(): Promise<void> {
  const child = spawn(process.execPath, [mainFile, "hub"], {
    detached: true,
    stdio: "ignore",
    windowsHide: true,
    // It must not keep anybody's folder in use.
    cwd: parse(process.execPath).root,
  });
  await once(child, "spawn");
  child.unref();
}
