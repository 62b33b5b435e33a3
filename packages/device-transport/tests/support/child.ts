import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { later, signal } from "./hub.js";

export interface Child {
  readonly process: ChildProcess;
  /** Resolves when the process has written this; rejects when it ends before. */
  says(text: string): Promise<void>;
  /** All that it wrote, once it has ended. */
  readonly output: Promise<string>;
  /** Ends it as `kill -9` does; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Starts a script of this folder in a process of its own, which ends with the test. */
export function startChild(script: string, ...args: string[]): Child {
  const child = spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  let more = signal();
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    more.give();
    more = signal();
  });
  const output = new Promise<string>((resolve) => child.once("close", () => resolve(text)));
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await output;
  };
  later(async () => {
    // What it has started itself must end with it, so it is asked first.
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 5000);
    await output;
    clearTimeout(late);
  });
  return {
    process: child,
    output,
    kill,
    async says(wanted) {
      const ended = output.then(() => "ended");
      while (!text.includes(wanted)) {
        if ((await Promise.race([more.promise, ended])) === "ended" && !text.includes(wanted)) {
          throw new Error(`ended without ${wanted}: ${text}`);
        }
      }
    },
  };
}
