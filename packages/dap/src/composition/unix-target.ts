import { spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { createProcessTransport } from "@slotscope/device-transport/process";
import type { CompilerOptions } from "@slotscope/locals-mapper";
import { DebuggerError } from "../debugger/errors.js";
import type { DebugTarget } from "../debugger/types.js";
import { folderPaths, openWorkspace } from "./workspace.js";

/** Prints, as JSON, what of the firmware decides how it compiles and how it is debugged. */
const question = `
import sys, json
def constants(name):
    try:
        names = __import__(name).__dict__
    except (ImportError, AttributeError):
        return {}
    return {key: names[key] for key in names if key[0] != "_" and type(names[key]) is int}
def accepts(source, names={}):
    try:
        exec(source, names)
        return True
    except Exception:
        return False
doc = {}
accepts("'text'", doc)
print(json.dumps({
    "version": sys.implementation.version[:3],
    "maxsize": sys.maxsize,
    "settrace": hasattr(sys, "settrace"),
    "native": accepts("import _slotscope"),
    "docStrings": "__doc__" in doc,
    "nativeEmitter": accepts("@micropython.native\\ndef f(): pass", {"micropython": __import__("micropython")}),
    "constants": {name: constants(name) for name in ("errno", "uctypes")},
}))
`;

/** A smaller heap has no room for the interpreter's own start. */
const smallestHeap = 16 << 10;

interface Answer {
  readonly version: readonly [number, number, number];
  readonly maxsize: number;
  readonly settrace: boolean;
  readonly native: boolean;
  readonly docStrings: boolean;
  readonly nativeEmitter: boolean;
  readonly constants: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/**
 * MicroPython's unix port, a program of this computer. It is asked what it can do. Throws `badLaunch` where it can't be
 * run or is no MicroPython.
 */
export function createUnixTarget(executable: string): DebugTarget {
  const answer = ask(executable);
  const options = compilerOptions(answer);
  return {
    compilerOptions: options,
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
      const advice = answer.native
        ? {}
        : {
            pause:
              "Without the module _slotscope this firmware can be paused only where it calls a function or reaches a traced line.",
            slow: "With `sys.settrace` MicroPython runs at about half its speed or less. A build with the module _slotscope runs at full speed.",
          };
      return {
        name: "unix",
        compilerOptions: options,
        transport,
        paths: folderPaths(workspace, `${realpathSync(workspace)}/`),
        advice,
      };
    },
  };
}

function ask(executable: string): Answer {
  const { error, status, stdout, stderr } = spawnSync(executable, ["-c", question], {
    encoding: "utf8",
    timeout: 10_000,
  });
  if (error) {
    throw new DebuggerError("badLaunch", `${executable} can't be run: ${error.message}. Check the path.`, {
      cause: error,
    });
  }
  try {
    if (status === 0) return JSON.parse(stdout) as Answer;
  } catch {
    // Told below.
  }
  const said = (stderr || stdout).trim().split("\n").at(-1) ?? "";
  throw new DebuggerError(
    "badLaunch",
    `${executable} is no MicroPython that can be used: it said "${said}".`,
  );
}

function compilerOptions({ version: [major, minor], ...answer }: Answer): CompilerOptions {
  const newest = 29;
  return {
    version: `${major}.${Math.min(Math.max(minor, 20), newest)}` as NonNullable<CompilerOptions["version"]>,
    featureLevel: "extra",
    settrace: answer.settrace,
    smallIntBits: answer.maxsize > 2 ** 31 ? 63 : 31,
    moduleConstants: answer.constants,
    features: { docStrings: answer.docStrings, nativeEmitter: answer.nativeEmitter, inlineAssemblers: [] },
    crossCompiled: false,
  };
}
