import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RawRepl } from "../support/raw-repl.js";
import { buildFirmware, startQemu, startQemuOnPty, targets } from "../support/targets.js";

const { program } = await buildFirmware(targets.qemu, { variant: "settrace" });

describe("the board in QEMU", () => {
  let board: ReturnType<typeof startQemu>;
  let repl: RawRepl;

  beforeEach(async () => {
    board = startQemu(program);
    repl = new RawRepl(board.stdin, board.stdout);
    await repl.enter();
  });

  afterEach(() => {
    board.kill("SIGKILL");
  });

  it("interrupts a loop by ctrl-C", async () => {
    await repl.start("print('begun')\nwhile True: pass");
    await repl.receive("begun");
    repl.send("\x03");
    expect((await repl.finish()).error).toContain("KeyboardInterrupt");
  });

  it("interrupts a sleep by ctrl-C", async () => {
    await repl.start("import time\nprint('begun')\ntime.sleep(1000)");
    await repl.receive("begun");
    repl.send("\x03");
    expect((await repl.finish()).error).toContain("KeyboardInterrupt");
  });

  it("gives a program what is sent while it runs", async () => {
    await repl.start("import sys\nprint('begun')\nprint(sys.stdin.readline())");
    await repl.receive("begun");
    repl.send("a line\n");
    expect((await repl.finish()).output).toContain("a line");
  });

  it("tells by select whether there is input", async () => {
    const poll = "import select, sys\np = select.poll()\np.register(sys.stdin, select.POLLIN)\n";
    expect(await repl.run(`${poll}print(p.poll(1))`)).toBe("[]\n");
    await repl.start(`${poll}print('begun')\nprint(len(p.poll()), sys.stdin.read(1))`);
    await repl.receive("begun");
    repl.send("x");
    expect((await repl.finish()).output.trim()).toBe("1 x");
  });

  it("has a clock that goes on", async () => {
    const code =
      "import time\na = time.ticks_us()\ntime.sleep_ms(20)\nprint(time.ticks_diff(time.ticks_us(), a) >= 20000)";
    expect(await repl.run(code)).toBe("True\n");
  });

  it("runs asyncio's tasks in turn", async () => {
    const code = [
      "import asyncio",
      "async def count(name, ms):",
      "    for i in range(2):",
      "        print(name, i)",
      "        await asyncio.sleep_ms(ms)",
      "async def main():",
      "    await asyncio.gather(count('a', 1), count('b', 200))",
      "asyncio.run(main())",
    ].join("\n");
    expect(await repl.run(code)).toBe("a 0\nb 0\na 1\nb 1\n");
  });

  it("keeps files through a soft reset, and imports them", async () => {
    await repl.run("with open('kept.py', 'w') as file: file.write('answer = 42\\n')");
    repl.send("\x04");
    await repl.receive("raw REPL; CTRL-B to exit\r\n>");
    expect(await repl.run("import kept\nprint(kept.answer)")).toBe("42\n");
  });

  it("can be opened like a serial port", async () => {
    const { child, path } = await startQemuOnPty(program);
    try {
      const port = await open(path, "r+");
      expect((await port.stat()).isCharacterDevice()).toBe(true);
      await port.close();
    } finally {
      child.kill("SIGKILL");
    }
  });
});

describe("pnpm firmware run qemu", () => {
  it("prints the board's port, which is gone once it is told to end", async () => {
    const main = fileURLToPath(new URL("../../targets/main.mjs", import.meta.url));
    const words = [main, "run", "qemu", "--variant", "settrace"];
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "ignore"] });
    const closed = once(child, "close");
    const [port] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    expect(existsSync(port)).toBe(true);
    child.kill("SIGTERM");
    expect(await closed).toEqual([0, null]);
    expect(existsSync(port)).toBe(false);
  });
});
