// The root scripts' one entry: finds pnpm (or installs the pinned one into the user's cache, with npm alone),
// installs the workspace, and hands over to the script that was asked for.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "./cache-folder.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const windows = process.platform === "win32";
const pinned = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).packageManager.split("@")[1];

/** Runs a command to its end, shares our terminal, and returns its exit status (127 if it could not start). */
function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (result.error) return 127;
  return result.status ?? 1;
}

function pnpmOnPath() {
  const found = spawnSync("pnpm", ["--version"], { cwd: root, encoding: "utf8", shell: windows });
  return found.status === 0 && found.stdout.trim() === pinned;
}

/**
 * The environment for all that follows: pnpm of the pinned version stands on its PATH, the user's own or else
 * ours. Turbo looks for it there too.
 */
function environmentWithPnpm() {
  const environment = { ...process.env, TURBO_TELEMETRY_DISABLED: "1" };
  if (pnpmOnPath()) return environment;
  const home = join(cacheFolder(), `pnpm-${pinned}`);
  const folder = join(home, "node_modules", ".bin");
  const command = join(folder, windows ? "pnpm.cmd" : "pnpm");
  if (!existsSync(command)) {
    process.stderr.write(`Installing pnpm ${pinned} into ${home}\n`);
    mkdirSync(home, { recursive: true });
    const status = run(
      "npm",
      [
        "install",
        "--prefix",
        home,
        "--no-save",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
        `pnpm@${pinned}`,
      ],
      { shell: windows, stdio: ["ignore", "ignore", "inherit"] },
    );
    if (status !== 0 || !existsSync(command)) {
      process.stderr.write(
        `pnpm ${pinned} could not be installed. Check that npm reaches its registry, or install pnpm ${pinned} yourself.\n`,
      );
      process.exit(1);
    }
  }
  // Windows spells it Path; an environment that holds both would keep the wrong one.
  const name = Object.keys(environment).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
  environment[name] = `${folder}${delimiter}${environment[name] ?? ""}`;
  return environment;
}

const [task, ...args] = process.argv.slice(2);
const quiet = task === "slotscope";
const env = environmentWithPnpm();

// Both steps are no-ops of a second or less when nothing has changed.
const steps = [
  ["install", "--frozen-lockfile", "--prefer-offline", "--loglevel=error"],
  ["exec", "turbo", "run", "build", "--output-logs=errors-only", "--no-update-notifier"],
];
for (const step of steps) {
  const result = spawnSync("pnpm", step, {
    cwd: root,
    shell: windows,
    stdio: quiet ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
    encoding: "utf8",
    env,
  });
  if (result.status !== 0) {
    if (quiet) process.stderr.write(`${result.stdout ?? ""}${result.stderr ?? ""}`);
    process.stderr.write(`\`pnpm ${step.join(" ")}\` failed: see above.\n`);
    process.exit(result.status ?? 1);
  }
}

const entries = {
  demo: ["scripts/demo.mjs"],
  test: ["scripts/test.mjs"],
  bench: ["bench/main.mjs"],
  slotscope: ["packages/cli/dist/main.js"],
};
const entry = entries[task];
if (!entry) {
  process.stderr.write(`Unknown task ${JSON.stringify(task)}. Known: ${Object.keys(entries).join(", ")}.\n`);
  process.exit(2);
}
// A program's own paths are relative to where the user stands, not to the root that npm changes into.
const cwd = task === "slotscope" ? (process.env.INIT_CWD ?? process.cwd()) : root;
process.exit(run(process.execPath, [join(root, entry[0]), ...args], { cwd, env }));
