import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { RawRepl } from "@slotscope/device-transport";
import { rawReplRunner, RemoteFiles } from "@slotscope/device-transport/files";
import { createSerialTransport } from "@slotscope/device-transport/serial";
import { buildFirmware } from "../packages/firmware/targets/build-firmware.mjs";
import { startQemuOnPty } from "../packages/firmware/targets/run-qemu.mjs";
import { targets } from "../packages/firmware/targets/targets.mjs";
import { cacheFolder } from "../scripts/cache-folder.mjs";
import { summarise, table } from "./statistics.mjs";

export const name = "files";
export const what = "files to a board in QEMU, beside mpremote on an equal one, in turn";

const rounds = 3;
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

function timeOf(words, cwd) {
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(words[0], words.slice(1), { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${words.join(" ")} ended with ${status}: ${stdout}${stderr}`);
  return performance.now() - began;
}

/** What is measured: `prepare` comes before each run, whose time counts. */
function makeTasks(folder) {
  const tree = join(folder, "tree");
  const source = Array.from({ length: 200 }, (_, index) => moduleText(index, 0))
    .join("\n")
    .slice(0, fileSize);
  let round = 0;
  return [
    {
      label: "upload 100 kB that can't be compressed",
      prepare: () => writeFileSync(join(folder, "up.bin"), noise((round += 1), fileSize)),
      ours: ["cp", "up.bin", ":up.bin"],
      theirs: ["fs", "cp", "up.bin", ":up.bin"],
    },
    {
      label: "upload 100 kB of Python source",
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
      ours: ["sync", "tree", ":tree"],
      theirs: ["fs", "cp", "-r", "tree", ":"],
    },
  ];
}

/** Share of what goes over the wire that is the file: the most that any link's speed leaves. */
async function measureShare(path) {
  const transport = createSerialTransport({ path });
  let sent = 0;
  const counting = {
    ...transport,
    write: (bytes) => {
      sent += bytes.length;
      return transport.write(bytes);
    },
  };
  await transport.open();
  try {
    const repl = new RawRepl(counting);
    await repl.enter();
    const files = new RemoteFiles(rawReplRunner(repl));
    await files.write("up.bin", noise(99, fileSize));
    return { sent, seconds: (sent * 10) / 115_200, share: fileSize / sent };
  } finally {
    await transport.close();
  }
}

export async function run() {
  const mpremote = findMpremote();
  const { program: firmware } = await buildFirmware(targets.qemu, { variant: "slotscope" });
  const folder = mkdtempSync(join(tmpdir(), "slotscope-bench-"));
  const boards = [await startQemuOnPty(firmware), await startQemuOnPty(firmware)];
  const [ours, theirs] = boards.map(({ path }) => path);
  try {
    const runOurs = (words) => timeOf([...slotscope, words[0], "--port", ours, ...words.slice(1)], folder);
    const runTheirs = (words) => timeOf([mpremote, "connect", theirs, ...words], folder);
    runOurs(["mkdir", ":tree"]);
    runTheirs(["fs", "mkdir", ":tree"]);
    const tasks = makeTasks(folder);
    const times = tasks.map(() => [[], []]);
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, task] of tasks.entries()) {
        task.prepare();
        if (task.empty) {
          runOurs(["rm", "-r", ":tree"]);
          runTheirs(["fs", "rm", "-r", ":tree"]);
        }
        times[index][0].push(runOurs(task.ours));
        times[index][1].push(runTheirs(task.theirs));
      }
    }
    const rows = [["whole commands, median of 3", "slotscope s", "mpremote s", "ratio"]];
    for (const [index, { label }] of tasks.entries()) {
      const [a, b] = times[index].map((values) => summarise(values).median / 1000);
      rows.push([label, a.toFixed(2), b.toFixed(2), (b / a).toFixed(2)]);
    }
    const { sent, seconds, share } = await measureShare(ours);
    const link = `100 kB that can't be compressed take ${sent} bytes on the wire: ${(share * 100).toFixed(0)} % of the link are the file, ${seconds.toFixed(1)} s at 115,200 baud`;
    return `${table(rows)}\n${link}`;
  } finally {
    for (const { child } of boards) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}
