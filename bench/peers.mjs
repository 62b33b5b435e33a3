import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findWasmBuild } from "@slotscope/wasm-runtime";
import { buildFirmware } from "../packages/firmware/targets/build-firmware.mjs";
import { startQemuOnPty } from "../packages/firmware/targets/run-qemu.mjs";
import { targets } from "../packages/firmware/targets/targets.mjs";

const home = dirname(fileURLToPath(import.meta.url));
const manifest = createRequire(import.meta.url).resolve("slotscope/package.json");
const main = join(dirname(manifest), JSON.parse(readFileSync(manifest, "utf8")).bin.slotscope);

/** Path of a benchmark program. */
export const program = (name) => join(home, "programs", name);

/** Line that carries the marker `# @name`, counted from 1. */
export function markedLine(file, name) {
  const index = readFileSync(file, "utf8")
    .split("\n")
    .findIndex((line) => line.endsWith(`# @${name}`));
  if (index < 0) throw new Error(`${file} has no marker @${name}`);
  return index + 1;
}

/** Slotscope: the command as the clone built it, debugging in WebAssembly. */
export const slotscope = {
  name: `slotscope (WebAssembly, ${findWasmBuild().kind} build)`,
  adapter: [process.execPath, [main, "dap"]],
  launch: (file) => ({ program: file, cwd: dirname(file) }),
  plain: (file) => [process.execPath, [main, "run", file]],
};

const python = ["/usr/bin/python3", "python3"].find(
  (command) => spawnSync(command, ["-c", "import debugpy.adapter"]).status === 0,
);

/** debugpy on CPython, or undefined where no Python has it (Debian: python3-debugpy). */
const debugpy = python && {
  name: "debugpy (CPython)",
  adapter: [python, ["-m", "debugpy.adapter"]],
  launch: (file) => ({
    type: "python",
    request: "launch",
    program: file,
    console: "internalConsole",
    // Without this debugpy warns that it may miss breakpoints in frozen modules.
    python: [python, "-Xfrozen_modules=off"],
  }),
  plain: (file) => [python, [file]],
};

/** Slotscope over MicroPython's unix port with our C module, which is built unless it is there. */
export async function openUnixPeer() {
  const { program: executable } = await buildFirmware(targets.unix, { variant: "slotscope" });
  return {
    name: "slotscope (MicroPython for unix)",
    adapter: [process.execPath, [main, "dap", "--micropython", executable]],
    launch: slotscope.launch,
    close: () => undefined,
  };
}

/** Slotscope over a Cortex-M3 in QEMU, through its serial port; the firmware is built unless it is there. */
export async function openBoardPeer(variant) {
  const { program: firmware } = await buildFirmware(targets.qemu, { variant });
  const { child, path } = await startQemuOnPty(firmware);
  const how = variant === "slotscope" ? "C module" : "settrace";
  return {
    name: `slotscope (board in QEMU, ${how})`,
    adapter: slotscope.adapter,
    launch: (file) => ({ ...slotscope.launch(file), port: path }),
    close: () => child.kill("SIGKILL"),
  };
}

/** Both peers; throws with what to install if debugpy is missing. */
export function bothPeers() {
  if (!debugpy) throw new Error("debugpy is not here. On Debian: apt-get install python3-debugpy");
  return [slotscope, debugpy];
}
