import { describe, expect, it } from "vitest";
import { createMemoryTransport, type FarEnd } from "../../src/memory-transport.js";
import { RawRepl } from "../../src/raw-repl.js";
import { startProgram } from "../../src/run-program.js";
import type { TransportError } from "../../src/transport-error.js";

const banner = "raw REPL; CTRL-B to exit\r\n>";
const decoder = new TextDecoder("latin1");

async function rejection(promise: Promise<unknown>): Promise<TransportError> {
  return promise.then(
    () => {
      throw new Error("it was not rejected");
    },
    (error: unknown) => error as TransportError,
  );
}

/** The answer to what `enter` runs to know that the raw REPL answers. */
function confirmation(received: string): string | undefined {
  if (!received.endsWith("\x04")) return undefined;
  const [, mark] = /write\('(slotscope-\w+)\\n'\)$/.exec(received.slice(0, -1)) ?? [];
  return mark === undefined ? undefined : `OK${mark}\r\n\x04\x04>`;
}

/** A step that answers to that itself. */
const ownConfirmation = "')\x04";

/**
 * A target whose answers a test scripts: each time all that it received ends with `when`, it sends `say`. It confirms
 * that it is in the raw REPL by itself, unless the script does.
 */
async function scriptTarget(
  steps: readonly (readonly [when: string, say: string | ((far: FarEnd, received: string) => void)])[],
  answerMs = 300,
) {
  const { transport, far } = createMemoryTransport("scripted");
  await transport.open();
  let received = "";
  let step = 0;
  far.onReceived((bytes) => {
    received += decoder.decode(bytes);
    const next = steps[step];
    const confirmed = confirmation(received);
    if (confirmed !== undefined && next?.[0] !== ownConfirmation) {
      received = "";
      far.send(confirmed);
      return;
    }
    if (next === undefined || !received.endsWith(next[0])) return;
    step++;
    const all = received;
    received = "";
    const say = next[1];
    if (typeof say === "function") say(far, all);
    else far.send(say);
  });
  return { transport, far, repl: new RawRepl(transport, { answerMs }) };
}

const enter = ["\x01", `\r\n>>> \r\n${banner}`] as const;
const pasteAccepted = ["\x05A\x01", (far: FarEnd) => far.send(Uint8Array.of(0x52, 1, 0, 32))] as const;

/** A target whose program does as a test says with all that it is sent, and the error of entering it. */
const failToEnter = async (
  act: (far: FarEnd, received: string) => void,
  begin?: (far: FarEnd) => () => void,
) => {
  const { transport, far } = createMemoryTransport("stubborn");
  await transport.open();
  far.onReceived((bytes) => act(far, decoder.decode(bytes)));
  const stop = begin?.(far);
  const error = await rejection(new RawRepl(transport, { answerMs: 700 }).enter());
  stop?.();
  expect(error.name).toBe("TransportError");
  return [error.kind, error.message];
};

describe("entering the raw REPL", () => {
  it("tells a target that does not answer at all", async () => {
    const [kind, message] = await failToEnter(() => undefined);
    expect(kind).toBe("timeout");
    expect(message).toMatch(/^stubborn does not answer: .* check the address, or reset it/);
  });

  it("tells what is no MicroPython: it answers to a line, like a login prompt", async () => {
    const [kind, message] = await failToEnter((far, received) => {
      if (received.includes("\r")) far.send("\r\nlogin: ");
    });
    expect(kind).toBe("protocol");
    expect(message).toContain('is it MicroPython? It sent "');
    expect(message).toContain("login: ");
  });

  it("tells a speed that is wrong", async () => {
    const [kind, message] = await failToEnter((far) => far.send(Uint8Array.of(0xf0, 0x80, 0x00, 0xfe)));
    expect(kind).toBe("protocol");
    expect(message).toContain("speed");
  });

  it("tells a program that goes on after a KeyboardInterrupt that it catches", async () => {
    const [kind, message] = await failToEnter((far, received) => {
      if (received.includes("\x03")) far.send("no, I go on\r\n");
    });
    expect(kind).toBe("busy");
    expect(message).toContain("its program ignores ctrl-C");
    const [printing] = await failToEnter((far, received) => {
      if (received.includes("\r"))
        far.send("Traceback (most recent call last):\r\nKeyboardInterrupt:\r\nagain\r\n");
    });
    expect(printing).toBe("busy");
  });

  it("tells a program whose output goes on and on", async () => {
    const [kind, message] = await failToEnter(
      () => undefined,
      (far) => {
        const timer = setInterval(() => far.send("temperature 21\r\n"), 10);
        return () => clearInterval(timer);
      },
    );
    expect(kind).toBe("busy");
    expect(message).toContain("reset it by its button");
  });

  it("tells a target that was in the raw REPL before and is silent now, as busy", async () => {
    const { repl } = await scriptTarget([enter, ["\x05A\x01", "R\x00>"], ["\x04", "OK"]]);
    await repl.enter();
    (await repl.launch("while True: pass", () => undefined))();
    const error = await rejection(repl.enter());
    expect([error.kind, error.message.includes("ignores ctrl-C")]).toEqual(["busy", true]);
  });

  it("tells a target that takes no bytes", async () => {
    const { transport } = createMemoryTransport("stuck");
    await transport.open();
    const stuck = { ...transport, write: () => new Promise<void>(() => undefined) };
    const error = await rejection(new RawRepl(stuck, { answerMs: 50 }).enter());
    expect([error.kind, error.message.includes("takes no input")]).toEqual(["timeout", true]);
  });

  it("is not taken in by a banner that a program prints", async () => {
    let asked = 0;
    let received = "";
    const { transport, far } = createMemoryTransport("liar");
    await transport.open();
    far.onReceived((bytes) => {
      received += decoder.decode(bytes);
      if (received.endsWith("\x01")) far.send(++asked === 1 ? `printed: ${banner}` : `\r\n${banner}`);
      if (asked > 1 && received.endsWith("\x04")) far.send(confirmation(received) ?? "");
    });
    await new RawRepl(transport, { answerMs: 3000 }).enter();
    expect(asked).toBe(2);
  });

  it("with a soft reset leaves what boot.py prints behind", async () => {
    const { repl } = await scriptTarget([
      enter,
      ["\x04", `OK\r\nMPY: soft reboot\r\nboot.py says hello\r\n${banner}`],
      ["\x05A\x01", "R\x00>"],
      ["print(1)\x04", "OK1\r\n\x04\x04>"],
    ]);
    await repl.enter({ softReset: true });
    expect(await repl.evaluate("print(1)")).toBe("1\r\n");
  });

  it("with a soft reset interrupts a boot.py that does not end", async () => {
    const { repl } = await scriptTarget([enter, ["\x04", "OK\r\nMPY: soft reboot\r\nbooting"], enter]);
    await expect(repl.enter({ softReset: true })).resolves.toBeUndefined();
  });

  it("with a soft reset tells a target that does not begin it", async () => {
    const { repl } = await scriptTarget([enter]);
    const error = await rejection(repl.enter({ softReset: true }));
    expect([error.kind, error.message.includes("soft reset")]).toEqual(["timeout", true]);
  });

  it("finds the banner however the bytes are cut", async () => {
    const { repl } = await scriptTarget([
      [
        "\x01",
        (far) => {
          for (const character of `noise raw REPL; noise ${banner}`) far.send(character);
        },
      ],
    ]);
    await expect(repl.enter()).resolves.toBeUndefined();
  });

  it("asks again, and is not confused when a late target answers every time", async () => {
    const { repl } = await scriptTarget(
      [
        ["\x01", () => undefined],
        ["\x01", `late${banner}`],
        // Its answer to the second attempt comes only now, before its answer to what is asked now.
        [
          ownConfirmation,
          (far, received) => far.send(`\r\n>>> \r\n${banner}${confirmation(received) ?? ""}`),
        ],
        ["\x05A\x01", "R\x00>"],
        ["print(1)\x04", "OK1\r\n\x04\x04>"],
      ],
      2000,
    );
    await repl.enter();
    expect(decoder.decode((await repl.exec("print(1)")).output)).toBe("1\r\n");
  });

  it("is done again on a target that runs code", async () => {
    const { repl, far } = await scriptTarget([enter, ["\x05A\x01", "R\x00>"], ["\x04", "OK"], enter]);
    await repl.enter();
    const seen: string[] = [];
    const stop = await repl.launch("while True: pass", (bytes) => seen.push(decoder.decode(bytes)));
    far.send("\x04 raw \x00");
    expect(seen.join("")).toBe("\x04 raw \x00");
    stop();
    await expect(repl.enter()).resolves.toBeUndefined();
  });

  it("is needed before code can run", async () => {
    const { repl } = await scriptTarget([]);
    expect((await rejection(repl.exec("1"))).message).toContain("has not been entered");
  });
});

describe("running code", () => {
  it("grants nothing to the target that it did not ask for: raw paste keeps to the windows", async () => {
    let taken = 0;
    let most = 0;
    let granted = 128;
    const { repl, far, transport } = await scriptTarget([enter]);
    await repl.enter();
    far.onReceived((bytes) => {
      const text = decoder.decode(bytes);
      if (text === "\x05A\x01") {
        far.send(Uint8Array.of(0x52, 1, 128, 0));
        return;
      }
      for (const character of text) {
        if (character === "\x04") {
          far.send("\x04done\x04\x04>");
          return;
        }
        taken++;
      }
      most = Math.max(most, taken - granted);
      if (taken === granted) {
        granted += 128;
        far.send("\x01");
      }
    });
    const { output } = await repl.exec("x".repeat(1000));
    expect(decoder.decode(output)).toBe("done");
    expect(taken).toBe(1000);
    expect(most).toBe(0);
    expect(repl.rawPaste).toBe(true);
    await transport.close();
  });

  it("falls back to plain sending where raw paste is unknown, for good", async () => {
    for (const refusal of ["R\x00>", banner]) {
      const { repl } = await scriptTarget([
        enter,
        ["\x05A\x01", refusal],
        ["print(1)\x04", "OK1\r\n\x04\x04>"],
        ["print(2)\x04", "OK2\r\n\x04\x04>"],
      ]);
      await repl.enter();
      expect(decoder.decode((await repl.exec("print(1)")).output)).toBe("1\r\n");
      expect(decoder.decode((await repl.exec("print(2)")).output)).toBe("2\r\n");
      expect(repl.rawPaste).toBe(false);
    }
  });

  it("takes the report of a target that gave up while it was sent code", async () => {
    const { repl } = await scriptTarget([
      enter,
      ["\x05A\x01", (far) => far.send(Uint8Array.of(0x52, 1, 4, 0))],
      ["x = ", "\x04"],
      ["\x04", "\x04SyntaxError: invalid syntax\r\n\x04>"],
    ]);
    await repl.enter();
    const { error } = await repl.exec("x = = 1");
    expect(error).toBe("SyntaxError: invalid syntax\n");
  });

  it("tells output, error and a soft reset apart, however they are cut", async () => {
    const { repl } = await scriptTarget([
      enter,
      pasteAccepted,
      [
        "\x04",
        (far) => {
          for (const character of `\x04out\x04err\r\n\x04\r\nMPY: soft reboot\r\nboot\r\n${banner}`)
            far.send(character);
        },
      ],
    ]);
    await repl.enter();
    const result = await repl.exec("exit()");
    expect([decoder.decode(result.output), result.error, result.exited]).toEqual(["out", "err\n", true]);
  });

  it("rejects with what the target answered instead", async () => {
    const { repl } = await scriptTarget([enter, ["\x05A\x01", "R\x00>"], ["\x04", "no"]]);
    await repl.enter();
    const error = await rejection(repl.exec("1"));
    expect(error.kind).toBe("protocol");
    expect(error.message).toContain('"no"');
  });

  it("rejects when the target does not take the code, and when it is lost", async () => {
    const { repl, far } = await scriptTarget([enter, pasteAccepted, ["\x04", "\x04"]]);
    await repl.enter();
    const running = rejection(repl.exec("1"));
    await new Promise((resolve) => setImmediate(resolve));
    far.lose();
    expect((await running).kind).toBe("disconnected");
    const mute = await scriptTarget([enter]);
    await mute.repl.enter();
    expect((await rejection(mute.repl.exec("1"))).kind).toBe("timeout");
  });

  it("refuses code that would act on the REPL, empty code, and code while code runs", async () => {
    const { repl } = await scriptTarget([enter, pasteAccepted, ["\x04", "\x04"]]);
    await repl.enter();
    expect((await rejection(repl.exec("print('\x04')"))).message).toContain("0x04");
    expect((await rejection(repl.exec(""))).kind).toBe("protocol");
    const running = rejection(repl.exec("loop()"));
    expect((await rejection(repl.exec("2"))).kind).toBe("busy");
    repl.release();
    expect((await running).kind).toBe("disconnected");
  });

  it("gives up code of ours that is silent for too long, and has to be entered again", async () => {
    const { repl } = await scriptTarget([enter, pasteAccepted, ["\x04", "\x04some output"], enter]);
    await repl.enter();
    const error = await rejection(repl.evaluate("x", { silenceMs: 50 }));
    expect([error.kind, error.message.includes("bytes were lost on the way")]).toEqual(["timeout", true]);
    expect((await rejection(repl.exec("1"))).message).toContain("enter it");
    await expect(repl.enter()).resolves.toBeUndefined();
  });

  it("goes on waiting while output comes", async () => {
    const { repl } = await scriptTarget([
      enter,
      pasteAccepted,
      [
        "\x04",
        (far) => {
          far.send("\x04");
          let left = 10;
          const timer = setInterval(() => {
            far.send(left-- > 0 ? "." : "\x04\x04>");
            if (left < 0) clearInterval(timer);
          }, 20);
        },
      ],
    ]);
    await repl.enter();
    expect(await repl.evaluate("x", { silenceMs: 150 })).toBe("..........");
  });

  it("gives up when an acknowledgement of raw paste is lost", async () => {
    const { repl } = await scriptTarget([
      enter,
      ["\x05A\x01", (far) => far.send(Uint8Array.of(0x52, 1, 4, 0))],
    ]);
    await repl.enter();
    const error = await rejection(repl.exec("print('longer than a window')"));
    expect([error.kind, error.message.includes("bytes were lost")]).toEqual(["timeout", true]);
  });

  it("raises what code of ours printed as an error, by evaluate", async () => {
    const { repl } = await scriptTarget([enter, pasteAccepted, ["\x04", "\x04\x04NameError: x\r\n\x04>"]]);
    await repl.enter();
    expect((await rejection(repl.evaluate("x"))).message).toContain("NameError: x");
  });
});

/** A program that runs on a scripted target, and the mark that ends it. */
const start = async () => {
  const { transport, far } = await scriptTarget([enter, pasteAccepted, ["\x04", "\x04"]]);
  let code = "";
  far.onReceived((bytes) => {
    code += decoder.decode(bytes);
  });
  let output = "";
  const program = await startProgram(transport, {
    file: "main.py",
    answerMs: 300,
    onOutput: (bytes) => {
      output += decoder.decode(bytes);
    },
  });
  const mark = `\x04${/([0-9a-f]{12})\\'/.exec(code)?.[1] ?? "?"}`;
  return { program, far, mark, output: () => output };
};

describe("a program's end", () => {
  it("is told by a mark in its output, however it is cut", async () => {
    const { program, far, mark, output } = await start();
    for (const character of `some \x04 out${mark.slice(0, 5)}put${mark}exit 3\r\n${mark}\x04\x04>`)
      far.send(character);
    expect(await program.finished).toEqual({ how: "exit", status: 3 });
    expect(output()).toBe(`some \x04 out${mark.slice(0, 5)}put`);
  });

  it("is not awaited for a byte that only looks like it", async () => {
    const { far, output } = await start();
    far.send("waiting\x04");
    await expect.poll(output).toBe("waiting\x04");
  });

  it("is told with the traceback, without frames that are not the program's", async () => {
    const { program, far, mark } = await start();
    const frames = [
      '  File "<string>", line 5, in <module>',
      '  File "main.py", line 2, in <module>',
      '  File "/.slotscope/boot.py", line 9, in sleep',
    ];
    const lines = ["Traceback (most recent call last):", ...frames, "OSError: no"].join("\r\n");
    far.send(`${mark}exception OSError\r\n${lines}\r\n${mark}`);
    expect((await program.finished).exception).toEqual({
      type: "OSError",
      traceback: `Traceback (most recent call last):\n${frames[1] ?? ""}\nOSError: no\n`,
    });
  });

  it("is a rejection when the target is lost before", async () => {
    const { program, far } = await start();
    far.lose();
    expect((await rejection(program.finished)).kind).toBe("disconnected");
  });
});
