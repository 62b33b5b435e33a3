// Brings the stubs of MicroPython (josverl/micropython-stubs, MIT) into packages/lsp/stubs, pinned by version and hash:
// from PyPI, or wherever else pip is set to look. `node scripts/micropython-stubs.mjs` prints the folder; it needs a
// Python with pip, once. The language server itself needs neither.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = fileURLToPath(new URL("../packages/lsp/stubs", import.meta.url));

/** The pinned packages: the standard library, which stands in for CPython's, and the modules of each port. */
export const stubPackages = [
  {
    name: "micropython-stdlib-stubs",
    version: "1.29.0.post2",
    sha256: "bdcd54d9896d8e1d455b3a99995d82a8399e1e2c9cb94eacabe278e5c2397783",
  },
  {
    name: "micropython-esp32-stubs",
    version: "1.29.0.post1",
    sha256: "c0a72410b9924f51b520534de0dc7f1839ff8f108689aa1e935a0c2b9fcbd96b",
  },
  {
    name: "micropython-esp8266-stubs",
    version: "1.29.0.post1",
    sha256: "3437e07969e87b568c885a2dfe44f657876b6595815b77047f4a838884b32535",
  },
  {
    name: "micropython-rp2-stubs",
    version: "1.29.0.post1",
    sha256: "a26183e4ef7557469fd3387677a8e08cf1bc856a6cbe13acc773e57e94f0625c",
  },
  {
    name: "micropython-samd-stubs",
    version: "1.29.0.post1",
    sha256: "59c0824adc05b7fa0bc0e6982ca875c9bbe76ffeb4d39cbf05bfd922f3e0b7d1",
  },
  {
    name: "micropython-stm32-stubs",
    version: "1.29.0.post1",
    sha256: "57ab8e4c2f9b5e1b77e6fad97ba25c6547a679a23c898d616c9a7f5b16dcb4eb",
  },
  {
    name: "micropython-unix-stubs",
    version: "1.29.0.post1",
    sha256: "77a5d926f2114c55cda7dcd1518019612f29989bf36aabd771f1f1a3d16310ab",
  },
  {
    name: "micropython-webassembly-stubs",
    version: "1.29.0.post1",
    sha256: "50752391768a819c2d864b282125f5569348bd323c3a7e63ecc86affdd8398c3",
  },
  {
    name: "micropython-windows-stubs",
    version: "1.29.0.post1",
    sha256: "0d0e5961b438b27e876b7da465e4a11f4968ae7536331cbc041b98f39d373608",
  },
];

/** What the folder holds when it is complete. */
const manifest = `${JSON.stringify(stubPackages)}\n`;

function isComplete() {
  const file = join(folder, ".complete");
  return existsSync(file) && readFileSync(file, "utf8") === manifest;
}

/** The command of a Python that has pip. Throws where there is none. */
function findPython() {
  for (const command of ["python3", "python", "py"]) {
    if (spawnSync(command, ["-m", "pip", "--version"]).status === 0) return command;
  }
  throw new Error(
    "needs a Python with pip, to fetch the stubs of MicroPython; on Debian: apt-get install python3-pip",
  );
}

function run(command, args) {
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (status === 0) return;
  const reason =
    error?.message ??
    (stderr
      .trim()
      .split("\n")
      .filter((line) => !/notice/.test(line))
      .at(-1) ||
      "no reason");
  throw new Error(`the stubs of MicroPython can't be had here: ${command} ${args[1]} ${args[2]}: ${reason}`);
}

/** Returns the folder of the stubs, one folder a package, fetching them first if need be. Throws with what to do. */
export function fetchStubs() {
  if (isComplete()) return folder;
  const python = findPython();
  // Beside its place, so that the whole arrives by one renaming.
  const work = mkdtempSync(join(dirname(folder), ".stubs-"));
  try {
    const requirements = join(work, "requirements.txt");
    const lines = stubPackages.map(
      ({ name, version, sha256 }) => `${name}==${version} --hash=sha256:${sha256}\n`,
    );
    writeFileSync(requirements, lines.join(""));
    const wheels = join(work, "wheels");
    run(python, [
      "-m",
      "pip",
      "download",
      "--no-deps",
      "--require-hashes",
      "--only-binary=:all:",
      "--disable-pip-version-check",
      "--requirement",
      requirements,
      "--dest",
      wheels,
    ]);
    const stubs = join(work, "stubs");
    for (const wheel of readdirSync(wheels)) {
      const name = wheel.split("-")[0].replaceAll("_", "-");
      run(python, ["-m", "zipfile", "--extract", join(wheels, wheel), join(stubs, name)]);
    }
    writeFileSync(join(stubs, ".complete"), manifest);
    rmSync(folder, { recursive: true, force: true });
    renameSync(stubs, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    process.stdout.write(`${fetchStubs()}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
