import { spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { createProcessTransport } from "@slotscope/device-transport/process";
import { type FirmwareFacts, firmwareQuestion, readAnswer } from "@slotscope/device-transport/probe";
import { DebuggerError } from "../debugger/errors.js";
import type { DebugTarget } from "../debugger/types.js";
import { adviceFor } from "./advice.js";
import { folderPaths, openWorkspace } from "./workspace.js";

/** A smaller heap has no room for the interpreter's own start. */
const smallestHeap = 16 << 10;

/**
 * MicroPython's unix port, a program of this computer. It is asked what it can do. Throws `badLaunch` where it can't be
 * run or is no MicroPython.
 */
export function createUnixTarget(executable: string): DebugTarget {
  const facts = ask(executable);
  return {
    compilerOptions: facts.compiler,
    async open(launch) {
      const workspace = openWorkspace(launch);
      if (launch.heapSize !== undefined && launch.heapSize < smallestHeap) {
        throw new DebuggerError(
          "badLaunch",
          `The program can't be started so: \`heapSize\` must be at least ${smallestHeap} bytes.`,
        );
      }
      const transport = createProcessTransport({
        executable,
        cwd: workspace,
        // Modules lie in `lib`, as on a board.
        env: { MICROPYPATH: ":.frozen:lib", ...process.env, ...launch.env },
        ...(launch.heapSize === undefined ? {} : { heapSize: launch.heapSize }),
      });
      await transport.open();
      return {
        name: "unix",
        compilerOptions: facts.compiler,
        transport,
        paths: folderPaths(workspace, `${realpathSync(workspace)}/`),
        advice: adviceFor(facts),
      };
    },
  };
}

/** Asks the program what it is; throws `badLaunch` where it can't be run or doesn't answer as MicroPython does. */
function ask(executable: string): FirmwareFacts {
  const { error, status, stdout, stderr } = spawnSync(executable, ["-c", firmwareQuestion()], {
    encoding: "utf8",
    timeout: 10_000,
  });
  if (error) {
    throw new DebuggerError("badLaunch", `${executable} can't be run: ${error.message}. Check the path.`, {
      cause: error,
    });
  }
  try {
    if (status === 0) return readAnswer(stdout);
  } catch {
    // Told below.
  }
  const said = (stderr || stdout).trim().split("\n").at(-1) ?? "";
  throw new DebuggerError(
    "badLaunch",
    `${executable} is no MicroPython that can be used: it said "${said}".`,
  );
}
