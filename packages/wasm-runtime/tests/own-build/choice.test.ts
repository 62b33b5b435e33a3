import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { createWasmTransport, findWasmBuild, wasmAdvice } from "../../dist/index.js";
import { makeFolder, openTarget } from "../support/target.js";

const collecting = process.env["SLOTSCOPE_WASM_BUILD"] ?? "";
const fast = process.env["SLOTSCOPE_WASM_FAST"] ?? "";

describe("the build that runs", () => {
  it("is the one that SLOTSCOPE_WASM_BUILD names, and says what it is", async () => {
    const { transport, run } = await openTarget();
    expect(transport.build).toEqual({
      kind: "collecting",
      version: "1.26.1",
      wasm: join(collecting, "micropython.wasm"),
      glue: join(collecting, "micropython.mjs"),
    });
    const { output } = await run("import sys, _slotscope\nprint(sys.implementation.version[:3])");
    expect(output).toBe("(1, 26, 1)\n");
  });

  it("is another where the option names that", async () => {
    expect(createWasmTransport({ build: "stock" }).build.kind).toBe("stock");
    const { transport, run } = await openTarget({ build: fast });
    expect(transport.build).toMatchObject({ kind: "fast", version: "1.26.1" });
    expect((await run("def f(): f()\ntry: f()\nexcept RuntimeError as e: print(e)")).output).toBe(
      "maximum recursion depth exceeded\n",
    );
  });

  it("has advice of its own", () => {
    expect(wasmAdvice(findWasmBuild(collecting)).memory).not.toContain("frees no memory");
    expect(wasmAdvice(findWasmBuild(fast)).memory).toContain("`collecting`");
  });
});

/** What the runtime finds where it is installed in a folder, as JSON: in a process that looks nowhere else. */
function findIn(folder: string, word = ""): string {
  const home = dirname(dirname(import.meta.dirname));
  cpSync(join(home, "dist"), join(folder, "dist"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const stock = join(folder, "node_modules/@micropython/micropython-webassembly-pyscript");
  mkdirSync(stock, { recursive: true });
  writeFileSync(join(stock, "package.json"), '{ "version": "1.0.0" }');
  for (const file of ["micropython.mjs", "micropython-settrace.wasm"]) writeFileSync(join(stock, file), "");
  const module = pathToFileURL(join(folder, "dist/find-build.js")).href;
  const script = `import { findWasmBuild } from "${module}"; console.log(JSON.stringify(findWasmBuild()));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    env: { SLOTSCOPE_WASM_BUILD: word },
  });
  return stdout || stderr;
}

describe("an installed package of ours", () => {
  it("is preferred to npm's build, and its two builds can be asked for", () => {
    const folder = makeFolder();
    const own = join(folder, "node_modules/@slotscope/micropython-wasm");
    cpSync(collecting, join(own, "dist/collecting"), { recursive: true });
    cpSync(fast, join(own, "dist/fast"), { recursive: true });
    writeFileSync(join(own, "package.json"), "{}");
    expect(JSON.parse(findIn(folder))).toMatchObject({ kind: "collecting", version: "1.26.1" });
    expect(JSON.parse(findIn(folder, "fast"))).toMatchObject({
      kind: "fast",
      wasm: join(own, "dist/fast/micropython.wasm"),
    });
    expect(JSON.parse(findIn(folder, "stock"))).toMatchObject({ kind: "stock", version: "1.0.0" });
  });

  it("is not missed where it isn't, or holds nothing, unless it is asked for", () => {
    const folder = makeFolder();
    expect(JSON.parse(findIn(folder))).toMatchObject({ kind: "stock" });
    const own = join(folder, "node_modules/@slotscope/micropython-wasm");
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, "package.json"), "{}");
    expect(JSON.parse(findIn(folder))).toMatchObject({ kind: "stock" });
    expect(findIn(folder, "collecting")).toContain(
      "the build `collecting` is not there: it comes with the package @slotscope/micropython-wasm",
    );
  });
});
