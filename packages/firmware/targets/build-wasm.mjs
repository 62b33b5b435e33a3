// The compiler of the webassembly port is Emscripten. A Debian of its own, in the cache folder, has the version that
// works, whatever this machine runs.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "../../../scripts/cache-folder.mjs";
import { aptMirrors } from "../../../scripts/micropython-source.mjs";
import { withLock } from "./build-cache.mjs";

const suite = "trixie";
const packages = ["emscripten", "make", "python3"];

function runAsRoot(words, what) {
  const result = spawnSync(words[0], words.slice(1), {
    encoding: "utf8",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    maxBuffer: 1 << 28,
  });
  if (result.status !== 0)
    throw new Error(
      `${what} failed: ${result.error?.message ?? `${result.stdout}${result.stderr}`.slice(-2000)}`,
    );
  return result.stdout;
}

/** Installs a small Debian below a folder, from the first of apt's mirrors that has it: some have updates only. */
function installDebian(root) {
  const reasons = [];
  for (const mirror of aptMirrors()) {
    rmSync(root, { recursive: true, force: true });
    mkdirSync(root, { recursive: true });
    try {
      runAsRoot(["debootstrap", "--variant=minbase", suite, root, mirror], "debootstrap");
      return;
    } catch (error) {
      reasons.push(error.message);
    }
  }
  throw new Error(reasons.join("\n") || "there is no apt here to tell a mirror of Debian's packages");
}

/** Makes the private Debian with Emscripten in it, unless it's there; resolves to its folder. */
async function prepareRoot() {
  const root = join(cacheFolder(), `emscripten-${suite}`);
  return withLock(root, async () => {
    if (existsSync(join(root, ".complete"))) return root;
    if (process.getuid?.() !== 0) throw new Error("a private Debian for Emscripten can be made by root only");
    installDebian(root);
    const inside = ["chroot", root];
    runAsRoot(
      [...inside, "apt-get", "install", "-y", "--no-install-recommends", ...packages],
      "installing Emscripten",
    );
    runAsRoot([...inside, "apt-get", "clean"], "apt-get clean");
    writeFileSync(join(root, ".complete"), "");
    return root;
  });
}

/** MicroPython's webassembly port, with garbage collected while Python code runs. */
export const wasm = {
  name: "wasm",
  needs: [{ command: "debootstrap", packages: ["debootstrap"] }],
  manifest: "../library/manifest.py",
  artifacts: ["micropython.mjs", "micropython.wasm", "build.json"],
  copies: [
    { name: "slotscope", folder: fileURLToPath(new URL("wasm/variant", import.meta.url)) },
    { name: "library", folder: fileURLToPath(new URL("wasm/library", import.meta.url)) },
  ],

  /** Words and environment for run-tests.py. How large the heap is each time that it grows is no one's business. */
  testWith: (program) => ({
    words: ["-t", "webassembly", "-j", `${availableParallelism()}`, "-e", "heap_expand"],
    environment: { MICROPY_MICROPYTHON_MJS: program },
  }),

  async openToolchain() {
    const root = await prepareRoot();
    return {
      root,
      enter: ["chroot", root],
      versionOf: () => runAsRoot(["chroot", root, "dpkg-query", "-W", "emscripten"], "dpkg-query"),
    };
  },

  configure({ variant, stackless = false, sanitize = false }) {
    if (sanitize) throw new Error("there are no builds with sanitizers for wasm");
    const flags = [];
    if (variant === "settrace") flags.push("-DMICROPY_PY_SYS_SETTRACE=1");
    if (stackless) flags.push("-DMICROPY_STACKLESS=1", "-DMICROPY_STACKLESS_STRICT=1");
    return {
      folder: "ports/webassembly",
      settings: { VARIANT_DIR: "{work}/slotscope", SLOTSCOPE_VARIANT_FLAGS: flags.join(" ") },
      modules: [{ name: "wasm-port", folder: fileURLToPath(new URL("wasm/port", import.meta.url)) }],
      parts: stackless ? ["stackless"] : [],
    };
  },
};
