import { afterEach, describe, expect, it } from "vitest";
import {
  RawRepl,
  startProgram,
  type ProgramResult,
  type Transport,
  type TransportError,
} from "../../dist/index.js";

/** A target under test, freshly opened, and what the suite can do with it besides moving bytes. */
export interface OpenedTarget {
  readonly transport: Transport;
  /** Puts a file into the target's root folder. Without it the sentences on programs in files are left out. */
  readonly putFile?: (name: string, text: string) => Promise<void>;
  /**
   * Makes the target vanish as if unplugged: an act, or an expression that the target runs. Without it the sentences on
   * lost targets are left out.
   */
  readonly vanish?: (() => Promise<void>) | string;
}

export interface ContractOptions {
  /** Bytes of the largest transfer; a slow target takes fewer. */
  readonly volume?: number;
  /** Which optional sentences apply; decided before a target is opened. */
  readonly has: { readonly files: boolean; readonly vanishing: boolean; readonly hardReset: boolean };
  /** Ctrl-C reaches code that never reads input (`TransportTraits.interruptsRunningCode`). */
  readonly interruptsRunningCode: boolean;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Collects what a transport delivers; `until` resolves when all of it together satisfies the condition. */
function collect(transport: Transport) {
  let bytes = new Uint8Array(0);
  let check: (() => void) | undefined;
  const stop = transport.onData((more) => {
    const all = new Uint8Array(bytes.length + more.length);
    all.set(bytes);
    all.set(more, bytes.length);
    bytes = all;
    check?.();
  });
  return {
    get bytes() {
      return bytes;
    },
    get text() {
      return decoder.decode(bytes);
    },
    stop,
    async until(condition: (text: string) => boolean): Promise<void> {
      if (condition(decoder.decode(bytes))) return;
      await new Promise<void>((resolve) => {
        check = () => {
          if (condition(decoder.decode(bytes))) resolve();
        };
      });
    },
  };
}

async function errorOf(promise: Promise<unknown>): Promise<TransportError> {
  try {
    await promise;
  } catch (error) {
    return error as TransportError;
  }
  throw new Error("it was not rejected");
}

/** More than all buffers on the way hold: those of TCP grow to several megabytes. */
function nobodyTakes(): Uint8Array {
  return new Uint8Array(1 << 24).fill(97);
}

/** A program that runs `statement` for ever: any exception, also one while another is handled, leads to one more loop. */
function stubbornProgram(statement: string): string {
  return [
    "def run():",
    "    while True:",
    "        try:",
    "            try:",
    "                print('begun')",
    "                while True:",
    `                    ${statement}`,
    "            finally:",
    "                run()",
    "        except BaseException:",
    "            pass",
    "run()",
  ].join("\n");
}

/** Every byte value that a program can be sent while ctrl-C is an interrupt. */
const allBytes = Uint8Array.from([...Array(256).keys()].filter((byte) => byte !== 3));

/** Declares a sentence if it applies to the target; one that doesn't is none that was skipped. */
const itWhere = (applies: boolean): ((name: string, test: () => Promise<void>) => void) =>
  applies ? it : () => undefined;

const describeWhere = (applies: boolean): ((name: string, tests: () => void) => void) =>
  applies ? describe : () => undefined;

/**
 * The sentences that every transport with a MicroPython on its other end keeps. A target that is not there is
 * skipped by not calling this, with a reason given by the caller.
 */
export function testTransport(
  name: string,
  open: () => Promise<OpenedTarget>,
  options: ContractOptions,
): void {
  const { has, interruptsRunningCode, volume = 1 << 20 } = options;

  describe(`${name} keeps the transport's contract`, () => {
    const opened: OpenedTarget[] = [];
    const start = async (answerMs?: number): Promise<OpenedTarget & { repl: RawRepl }> => {
      const target = await open();
      opened.push(target);
      const repl = new RawRepl(target.transport, answerMs === undefined ? {} : { answerMs });
      await repl.enter();
      return { ...target, repl };
    };
    /** Runs a program from a file to its end. */
    const run = async (
      text: string,
      during: (program: Awaited<ReturnType<typeof startProgram>>) => Promise<void> = async () => undefined,
    ): Promise<{ result: ProgramResult; output: Uint8Array }> => {
      const target = await open();
      opened.push(target);
      await target.putFile?.("prog.py", text);
      const parts: Uint8Array[] = [];
      const program = await startProgram(target.transport, {
        file: "prog.py",
        args: ["first", "second é"],
        onOutput: (bytes) => parts.push(bytes),
      });
      await during(program);
      return { result: await program.finished, output: Buffer.concat(parts) };
    };

    afterEach(async () => {
      for (const { transport } of opened.splice(0)) await transport.close();
    });

    it("gives back what code prints", async () => {
      const { repl } = await start();
      const { output, error } = await repl.exec("print(6 * 7)");
      expect(decoder.decode(output).trim()).toBe("42");
      expect(error).toBe("");
    });

    it("gives the traceback of an exception apart from the output", async () => {
      const { repl } = await start();
      const { output, error } = await repl.exec("print('before')\nraise ValueError('no')");
      expect(decoder.decode(output).trim()).toBe("before");
      expect(error).toContain("Traceback (most recent call last):\n");
      expect(error).toContain("line 2, in <module>\nValueError: no");
    });

    it("keeps what one piece of code defines for the next", async () => {
      const { repl } = await start();
      await repl.exec("kept = [1, 2]");
      expect(await repl.evaluate("print(kept)")).toContain("[1, 2]");
    });

    it("delivers output while the code still runs", async () => {
      const { repl, transport } = await start();
      let heard = "";
      const done = await repl.exec("print('one')\nx = input()\nprint('got', x)", {
        onOutput: (bytes) => {
          heard += decoder.decode(bytes);
          if (heard.includes("one") && !heard.includes("two")) {
            heard += " two ";
            void transport.write(encoder.encode("three\r"));
          }
        },
      });
      expect(done.error).toBe("");
      expect(heard).toContain("got three");
    });

    it("carries every byte value unchanged from the target", async () => {
      const { repl, transport } = await start();
      const seen = collect(transport);
      await repl.launch(
        "import sys\nsys.stdout.buffer.write(b'<<' + bytes(range(256)) + b'>>END')",
        () => undefined,
      );
      await seen.until((text) => text.includes(">>END"));
      const from = decoder.decode(seen.bytes).indexOf("<<");
      expect([...seen.bytes.subarray(from + 2, from + 258)]).toEqual([...Array(256).keys()]);
    });

    it("carries every byte value unchanged to the target", async () => {
      const { repl, transport } = await start();
      const code = `import sys\nprint('ready')\nprint(sys.stdin.buffer.read(${allBytes.length}).hex())`;
      let heard = "";
      const { error } = await repl.exec(code, {
        onOutput: (bytes) => {
          heard += decoder.decode(bytes);
          if (heard.includes("ready") && heard.length < 10) void transport.write(allBytes);
        },
      });
      expect(error).toBe("");
      expect(heard).toContain(Buffer.from(allBytes).toString("hex"));
    });

    it("echoes a large volume without losing or mixing a byte", async () => {
      const { repl, transport } = await start();
      const code = [
        "import sys",
        "left = " + String(volume),
        "print('ready')",
        "while left:",
        "    piece = sys.stdin.buffer.read(min(left, 256))",
        "    sys.stdout.buffer.write(piece)",
        "    left -= len(piece)",
      ].join("\n");
      const data = new Uint8Array(volume);
      for (let index = 0, state = 1; index < volume; index++) {
        state = (state * 48271) % 0x7fffffff;
        // Letters: the raw REPL tells the end of output by 0x04.
        data[index] = 97 + (state % 26);
      }
      const received = new Uint8Array(volume + 64);
      let length = 0;
      let sent = false;
      const { error } = await repl.exec(code, {
        onOutput: (bytes) => {
          received.set(bytes, length);
          length += bytes.length;
          if (sent || !decoder.decode(received.subarray(0, length)).includes("ready")) return;
          sent = true;
          void (async () => {
            for (let at = 0; at < volume; at += 1000) await transport.write(data.subarray(at, at + 1000));
          })();
        },
      });
      expect(error).toBe("");
      const header = decoder.decode(received.subarray(0, 16)).indexOf("\n") + 1;
      expect(length - header).toBe(volume);
      expect(Buffer.compare(received.subarray(header, length), data)).toBe(0);
    });

    it("gives every listener all bytes, in arrays of its own", async () => {
      const { repl, transport } = await start();
      const first = collect(transport);
      const second = collect(transport);
      const spoil = transport.onData((bytes) => bytes.fill(0));
      await repl.exec("print('to all')");
      await second.until((text) => text.includes("to all"));
      await first.until((text) => text.includes("to all"));
      spoil();
      expect(first.text).toContain("to all");
      expect(second.text).toContain("to all");
    });

    it("calls a listener no more once it has unsubscribed", async () => {
      const { repl, transport } = await start();
      const seen = collect(transport);
      await repl.exec("print('heard')");
      await seen.until((text) => text.includes("heard"));
      seen.stop();
      await repl.exec("print('missed')");
      expect(seen.text).not.toContain("missed");
    });

    itWhere(interruptsRunningCode)("interrupts a loop that never reads", async () => {
      const { repl } = await start();
      const abort = new AbortController();
      const { error } = await repl.exec("print('looping')\nwhile True:\n    pass", {
        signal: abort.signal,
        onOutput: () => abort.abort(),
      });
      expect(error).toContain("KeyboardInterrupt");
    });

    it("interrupts code that waits for input", async () => {
      const { repl } = await start();
      const abort = new AbortController();
      const { error } = await repl.exec("print('asking')\ninput()", {
        signal: abort.signal,
        onOutput: () => abort.abort(),
      });
      expect(error).toContain("KeyboardInterrupt");
    });

    it("enters the raw REPL again while code waits in it", async () => {
      const { repl, transport } = await start();
      let heard = "";
      const stop = await repl.launch("print('waiting')\ninput()", (bytes) => {
        heard += decoder.decode(bytes);
      });
      await collectUntil(() => heard.includes("waiting"), transport);
      stop();
      await repl.enter();
      expect(await repl.evaluate("print('again')")).toContain("again");
    });

    it("is in the raw REPL again, with nothing kept, after code left by SystemExit", async () => {
      const { repl } = await start();
      await repl.exec("kept = 1");
      const { exited } = await repl.exec("raise SystemExit");
      expect(exited).toBe(true);
      const { error } = await repl.exec("kept");
      expect(error).toContain("NameError");
    });

    itWhere(has.hardReset)("ends an endless loop and forgets all by a hard reset", async () => {
      const { repl, transport } = await start();
      await repl.exec("kept = 1");
      let heard = "";
      await repl.launch("print('busy')\nwhile True:\n    pass", (bytes) => {
        heard += decoder.decode(bytes);
      });
      await collectUntil(() => heard.includes("busy"), transport);
      await transport.hardReset?.();
      await repl.enter();
      const { error } = await repl.exec("kept");
      expect(error).toContain("NameError");
    });

    it("enters the raw REPL while a program prints on and on", async () => {
      const target = await start();
      const { stop } = await launch(
        target,
        "print('begun')\nwhile True:\n    print('raw REPL; CTRL-B to exit')",
      );
      stop();
      await target.repl.enter();
      expect(await target.repl.evaluate("print('in')")).toContain("in");
    });

    it("enters the raw REPL of a program that catches the first KeyboardInterrupt", async () => {
      const target = await start();
      const { stop } = await launch(
        target,
        "try:\n    print('begun')\n    input()\nexcept KeyboardInterrupt:\n    print('caught')\ninput()",
      );
      stop();
      await target.repl.enter();
      expect(await target.repl.evaluate("print('in')")).toContain("in");
    });

    it("enters the raw REPL with half a line of garbage typed before", async () => {
      const { repl, transport } = await start();
      await repl.exit();
      await transport.write(encoder.encode("for x in '\x05half a line\x01half the code\x05A"));
      await repl.enter();
      expect(await repl.evaluate("print('in')")).toContain("in");
    });

    itWhere(interruptsRunningCode)("tells a program that never lets ctrl-C end it, as busy", async () => {
      const target = await start(3000);
      (await launch(target, stubbornProgram("pass"))).stop();
      const error = await errorOf(target.repl.enter());
      expect([error.kind, error.message.includes("ctrl-C")]).toEqual(["busy", true]);
    });

    itWhere(interruptsRunningCode)("tells a program that prints on in spite of ctrl-C, as busy", async () => {
      const target = await start();
      (await launch(target, stubbornProgram("print('on')"))).stop();
      const error = await errorOf(new RawRepl(target.transport, { answerMs: 2000 }).enter());
      expect([error.kind, error.message.includes("ctrl-C")]).toEqual(["busy", true]);
    });

    it("gives a fresh VM by a soft reset", async () => {
      const { repl } = await start();
      await repl.exec("kept = 1");
      await repl.enter({ softReset: true });
      expect((await repl.exec("kept")).error).toContain("NameError");
      expect(await repl.evaluate("print('in')")).toContain("in");
    });

    it("gives up code of ours that stays silent, and enters again", async () => {
      const { repl } = await start();
      const error = await errorOf(repl.evaluate("input()", { silenceMs: 300 }));
      expect(error.kind).toBe("timeout");
      await repl.enter();
      expect(await repl.evaluate("print('in')")).toContain("in");
    });

    it("delivers whole what is written while the program does not read", async () => {
      const { repl, transport } = await start();
      // Many times what buffers on the way hold, but for pipes of a computer.
      const data = new Uint8Array(20_000).map((_, index) => 97 + ((index * index) % 26));
      const code = [
        "import sys",
        "print('begun')",
        "for i in range(100000): pass",
        `left = ${data.length}`,
        "sums = [0, 0]",
        "while left:",
        "    for byte in sys.stdin.buffer.read(min(left, 200)):",
        "        sums[0] = (sums[0] + byte) & 0xffff",
        "        sums[1] = (sums[1] + sums[0]) & 0xffff",
        "        left -= 1",
        "print('sums', *sums)",
      ].join("\n");
      let heard = "";
      let written: Promise<void> | undefined;
      const { error } = await repl.exec(code, {
        onOutput: (bytes) => {
          heard += decoder.decode(bytes);
          if (heard.includes("begun")) written ??= transport.write(data);
        },
      });
      await written;
      let [first, second] = [0, 0];
      for (const byte of data) {
        first = (first + byte) & 0xffff;
        second = (second + first) & 0xffff;
      }
      expect(error).toBe("");
      expect(heard).toContain(`sums ${first} ${second}`);
    });

    it("rejects a write that nobody takes, when it is closed", async () => {
      const target = await start();
      await launch(target, "print('begun')\nwhile True:\n    pass");
      const writing = errorOf(target.transport.write(nobodyTakes()));
      await target.transport.close();
      expect((await writing).kind).toBe("disconnected");
      expect((await errorOf(target.transport.write(Uint8Array.of(97)))).kind).toBe("disconnected");
    });

    itWhere(has.vanishing)("rejects a write that nobody takes, when the target is lost", async () => {
      const target = await start();
      const losses: TransportError[] = [];
      const lost = new Promise<void>((resolve) => {
        target.transport.onLost((error) => {
          losses.push(error);
          resolve();
        });
      });
      const { vanish } = target;
      const busy =
        typeof vanish === "string" ? `for i in range(100000): pass\n${vanish}` : "while True: pass";
      await launch(target, `print('begun')\n${busy}`);
      const writing = errorOf(target.transport.write(nobodyTakes()));
      if (typeof vanish === "function") await vanish();
      await lost;
      expect((await writing).kind).toBe("disconnected");
      expect(losses).toHaveLength(1);
    });

    it("rejects writing once it is closed, and calls nobody", async () => {
      const { repl, transport } = await start();
      const seen = collect(transport);
      let lost = 0;
      transport.onLost(() => lost++);
      await repl.exec("print(1)");
      const before = seen.bytes.length;
      await transport.close();
      const error = await errorOf(transport.write(encoder.encode("print(2)\r")));
      expect(error.name).toBe("TransportError");
      expect(error.kind).toBe("disconnected");
      expect(seen.bytes.length).toBe(before);
      expect(lost).toBe(0);
    });

    it("can be closed twice, and while code runs", async () => {
      const { repl, transport } = await start();
      await repl.launch("import sys\nwhile True:\n    sys.stdout.write('x')", () => undefined);
      const closings = [transport.close(), transport.close()];
      await expect(Promise.all(closings)).resolves.toEqual([undefined, undefined]);
    });

    it("is opened once", async () => {
      const { transport } = await start();
      expect((await errorOf(transport.open())).kind).toBe("disconnected");
    });

    itWhere(has.vanishing)("tells its loss once, and rejects what waits for it", async () => {
      const target = await start();
      const { repl, transport } = target;
      const losses: TransportError[] = [];
      const gone = new Promise<void>((resolve) => {
        transport.onLost((error) => {
          losses.push(error);
          resolve();
        });
      });
      const running = errorOf(repl.exec("eval(input())"));
      if (typeof target.vanish === "string") await transport.write(encoder.encode(`${target.vanish}\r`));
      else await target.vanish?.();
      await gone;
      expect((await running).kind).toBe("disconnected");
      expect((await errorOf(transport.write(encoder.encode("x")))).kind).toBe("disconnected");
      await transport.close();
      expect(losses.map((error) => error.kind)).toEqual(["disconnected"]);
    });

    describeWhere(has.files)("and runs programs", () => {
      it("as __main__, with its arguments", async () => {
        const { result, output } = await run("import sys\nprint(__name__, *sys.argv)");
        expect(result).toEqual({ how: "returned", status: 0 });
        expect(decoder.decode(output).trim()).toBe("__main__ prog.py first second é");
      });

      it("whose namespace holds nothing of ours", async () => {
        const { output } = await run("print([n for n in dir() if n[0] != '_'])");
        expect(decoder.decode(output).trim()).toBe("[]");
      });

      it("and passes all bytes that they write", async () => {
        const { output } = await run("import sys\nsys.stdout.buffer.write(bytes(range(256)) * 3)");
        expect(Buffer.compare(output, Buffer.from([...Array(768).keys()].map((n) => n & 255)))).toBe(0);
      });

      it("and tells the status they exit with", async () => {
        expect((await run("import sys\nsys.exit(3)")).result).toEqual({ how: "exit", status: 3 });
        expect((await run("import sys\nsys.exit()")).result).toEqual({ how: "exit", status: 0 });
        expect((await run("raise SystemExit('bye')")).result).toEqual({
          how: "exit",
          status: 1,
          message: "bye",
        });
      });

      it("and tells an uncaught exception with its traceback, which names the file", async () => {
        const { result } = await run("def f(n):\n    return 1 // n\nf(0)");
        expect(result).toEqual({
          how: "exception",
          status: 1,
          exception: {
            type: "ZeroDivisionError",
            traceback: [
              "Traceback (most recent call last):",
              '  File "prog.py", line 3, in <module>',
              '  File "prog.py", line 2, in f',
              "ZeroDivisionError: divide by zero",
              "",
            ].join("\n"),
          },
        });
      });

      it("and tells a syntax error with its line", async () => {
        const { result } = await run("x = 1\ny = = 2\n");
        expect(result.exception?.type).toBe("SyntaxError");
        expect(result.exception?.traceback).toContain('File "prog.py", line 2');
      });

      it("that read input to its end", async () => {
        const { result, output } = await run(
          "try:\n    while True:\n        print('<' + input() + '>')\nexcept EOFError:\n    print('end')",
          async (program) => {
            await program.write(encoder.encode("one\rtwo\r"));
            await program.endInput();
          },
        );
        expect(result.how).toBe("returned");
        // A board echoes what it reads by input().
        const lines = decoder.decode(output).split(/\r?\n/);
        expect(lines.filter((line) => !/^(one|two|)$/.test(line))).toEqual(["<one>", "<two>", "end"]);
      });

      it("that are interrupted while they wait", async () => {
        const target = await open();
        opened.push(target);
        await target.putFile?.("prog.py", "print('go')\ninput()\n");
        let heard = "";
        const waiting: (() => void)[] = [];
        const heardGo = new Promise<void>((resolve) => waiting.push(resolve));
        const program = await startProgram(target.transport, {
          file: "prog.py",
          onOutput: (bytes) => {
            heard += decoder.decode(bytes);
            if (heard.includes("go")) for (const wake of waiting) wake();
          },
        });
        await heardGo;
        await program.interrupt();
        const result = await program.finished;
        expect(result.how).toBe("interrupted");
        expect(result.status).toBe(130);
      });
    });
  });
}

/** Resolves when the condition holds, looked at whenever bytes come. */
async function collectUntil(condition: () => boolean, transport: Transport): Promise<void> {
  if (condition()) return;
  await new Promise<void>((resolve) => {
    const stop = transport.onData(() => {
      // After the other listeners of the same bytes.
      queueMicrotask(() => {
        if (!condition()) return;
        stop();
        resolve();
      });
    });
  });
}

/** Starts code, and resolves when that has printed `begun`. */
async function launch(
  { repl, transport }: { repl: RawRepl; transport: Transport },
  code: string,
): Promise<{ stop: () => void }> {
  let heard = "";
  const stop = await repl.launch(code, (bytes) => {
    heard += decoder.decode(bytes);
  });
  await collectUntil(() => heard.includes("begun"), transport);
  return { stop };
}
