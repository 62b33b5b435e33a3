import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildFirmware } from "../packages/firmware/targets/build-firmware.mjs";
import { startQemuOnPty, startQemuOnTcp } from "../packages/firmware/targets/run-qemu.mjs";
import { targets } from "../packages/firmware/targets/targets.mjs";
import { cacheFolder } from "../scripts/cache-folder.mjs";
import { findFreePort, servePacedLine } from "./paced-line.mjs";
import { summarise, table } from "./statistics.mjs";

export const name = "files";
export const what = "files to a board in QEMU, by slotscope and by mpremote in turn";

const rounds = 3;
const baudRate = 115_200;
const fileSize = 100_000;
const fileCount = 200;
const mpremoteVersion = "1.29.0";

const manifest = createRequire(import.meta.url).resolve("slotscope/package.json");
const slotscope = [process.execPath, join(dirname(manifest), "dist", "main.js")];

/** mpremote in a Python environment of its own, made once a machine. */
function findMpremote() {
  const home = join(cacheFolder(), `mpremote-${mpremoteVersion}`);
  const bin = join(home, process.platform === "win32" ? "Scripts" : "bin");
  const program = join(bin, "mpremote");
  if (existsSync(program)) return program;
  const steps = [
    ["python3", "-m", "venv", home],
    [join(bin, "python"), "-m", "pip", "install", "--quiet", `mpremote==${mpremoteVersion}`],
  ];
  for (const [command, ...words] of steps) {
    const { status, stderr } = spawnSync(command, words, { encoding: "utf8" });
    if (status === 0) continue;
    rmSync(home, { recursive: true, force: true });
    throw new Error(`mpremote can't be installed (${[command, ...words].join(" ")}): ${stderr}`);
  }
  return program;
}

/** Bytes that look random: they can't be compressed. Each seed gives others. */
function noise(seed, size) {
  const bytes = new Uint8Array(size);
  let state = seed;
  for (let index = 0; index < size; index += 1) {
    state = (state * 48271) % 0x7fffffff;
    bytes[index] = state >> 8;
  }
  return bytes;
}

/** A module of about 500 bytes, as programs have them. */
function moduleText(index, round) {
  const functions = Array.from(
    { length: 8 },
    (_, number) =>
      `def read_${number}(bus, address=${index}):\n    return bus.read(address, ${number + round})\n`,
  );
  return `"""Sensor ${index}."""\n\nfrom machine import Pin\n\n\n${functions.join("\n\n")}`;
}

function writeModules(folder, round) {
  mkdirSync(join(folder, "pkg"), { recursive: true });
  for (let index = 0; index < fileCount; index += 1) {
    writeFileSync(join(folder, "pkg", `sensor_${index}.py`), moduleText(index, round));
  }
}

/** Runs a command to its end; resolves to milliseconds. It must not hold up the line, which is in this process. */
async function timeOf([program, ...words], folder) {
  const began = performance.now();
  const env = { ...process.env, SLOTSCOPE_HUB: join(folder, "hub", "hub.sock") };
  const child = spawn(program, words, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  const [status, signal] = await once(child, "close");
  if (status !== 0)
    throw new Error(`${[program, ...words].join(" ")} ended with ${status ?? signal}: ${said}`);
  return performance.now() - began;
}

/**
 * What is measured. `prepare` comes before each run; `empty` ones begin without the folder's files on the board,
 * `synchronised` ones with all of them; `size` is a single file's, in bytes.
 */
function makeTasks(folder) {
  const tree = join(folder, "tree");
  const source = Array.from({ length: 200 }, (_, index) => moduleText(index, 0))
    .join("\n")
    .slice(0, fileSize);
  let round = 0;
  return [
    {
      label: "upload 100 kB that can't be compressed",
      size: fileSize,
      prepare: () => writeFileSync(join(folder, "up.bin"), noise((round += 1), fileSize)),
      ours: ["cp", "up.bin", ":up.bin"],
      theirs: ["fs", "cp", "up.bin", ":up.bin"],
    },
    {
      label: "upload 100 kB of Python source",
      size: fileSize,
      prepare: () => writeFileSync(join(folder, "up.py"), `# ${(round += 1)}\n${source}`),
      ours: ["cp", "up.py", ":up.py"],
      theirs: ["fs", "cp", "up.py", ":up.py"],
    },
    {
      label: "sync 200 files to an empty folder",
      prepare: () => writeModules(tree, 0),
      empty: true,
      ours: ["sync", "tree", ":tree"],
      theirs: ["fs", "cp", "-r", "tree", ":"],
    },
    {
      label: "sync 200 files, none of which differs",
      prepare: () => undefined,
      synchronised: true,
      ours: ["sync", "tree", ":tree"],
      theirs: ["fs", "cp", "-r", "tree", ":"],
    },
  ];
}

/**
 * Both tools at one board. The hub holds the board's port, so it is ended before each turn: the times of ours are those
 * of a first command, which starts the hub and opens the port.
 */
function makeTools(mpremote, address, theirAddress, folder) {
  return {
    ours: (words) => timeOf([...slotscope, words[0], "--port", address, ...words.slice(1)], folder),
    theirs: (words) => timeOf([mpremote, "connect", theirAddress, ...words], folder),
    stop: () => timeOf([...slotscope, "hub", "--stop"], folder),
  };
}

/** Seconds of each task by either tool, medians of some rounds. */
async function measureTasks(tasks, tools) {
  await tools.ours(["mkdir", "--parents", ":tree"]);
  const times = tasks.map(() => [[], []]);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, task] of tasks.entries()) {
      for (const which of round % 2 === 0 ? [0, 1] : [1, 0]) {
        task.prepare();
        if (task.empty) await tools.ours(["rm", "-r", ":tree"]);
        else if (task.synchronised) await tools.ours(task.ours);
        await tools.stop();
        const took = await (which === 0 ? tools.ours(task.ours) : tools.theirs(task.theirs));
        times[index][which].push(took / 1000);
      }
    }
  }
  return times.map((pair) => pair.map((values) => summarise(values).median));
}

async function compareUnhindered(mpremote, firmware, folder) {
  const { child, path } = await startQemuOnPty(firmware);
  const tools = makeTools(mpremote, path, path, folder);
  try {
    const tasks = makeTasks(folder);
    const times = await measureTasks(tasks, tools);
    const rows = [
      [`whole commands, the same pty in turn, median of ${rounds}`, "slotscope s", "mpremote s", "ratio"],
    ];
    for (const [index, { label }] of tasks.entries()) {
      const [a, b] = times[index];
      rows.push([label, a.toFixed(2), b.toFixed(2), (b / a).toFixed(2)]);
    }
    return table(rows);
  } finally {
    await tools.stop();
    child.kill("SIGKILL");
  }
}

async function compareOnLine(mpremote, firmware, folder) {
  const boardPort = await findFreePort();
  const { child } = await startQemuOnTcp(firmware, boardPort);
  const line = await servePacedLine(boardPort, baudRate);
  const address = `127.0.0.1:${line.port}`;
  const tools = makeTools(mpremote, `tcp://${address}`, `socket://${address}`, folder);
  try {
    const tasks = makeTasks(folder).filter(({ size }) => size !== undefined);
    const times = await measureTasks(tasks, tools);
    const rows = [
      [
        `a line of ${baudRate} baud, in turn, median of ${rounds}`,
        "slotscope s",
        "of the line",
        "mpremote s",
        "of the line",
      ],
    ];
    for (const [index, { label, size }] of tasks.entries()) {
      const cells = times[index].flatMap((seconds) => {
        const share = (size * 10) / baudRate / seconds;
        return [seconds.toFixed(2), `${(share * 100).toFixed(0)} %`];
      });
      rows.push([label, ...cells]);
    }
    return table(rows);
  } finally {
    await tools.stop();
    line.close();
    child.kill("SIGKILL");
  }
}

export async function run() {
  const mpremote = findMpremote();
  const { program: firmware } = await buildFirmware(targets.qemu, { variant: "slotscope" });
  const folder = mkdtempSync(join(tmpdir(), "slotscope-bench-"));
  mkdirSync(join(folder, "hub"), { mode: 0o700 });
  try {
    const unhindered = await compareUnhindered(mpremote, firmware, folder);
    const onLine = await compareOnLine(mpremote, firmware, folder);
    return `${unhindered}\n\n${onLine}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
