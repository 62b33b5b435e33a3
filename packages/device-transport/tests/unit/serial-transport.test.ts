import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { pollBothWays } from "../../dist/serial/poll-both-ways.js";
import { createSerialTransport, type SerialBinding } from "../../dist/serial/index.js";
import type { TransportError } from "../../dist/index.js";

type Port = Awaited<ReturnType<SerialBinding["open"]>>;

/** A port that records what is done with it, and fails where a test says so. */
function recordPort(faults: Partial<Port> = {}, openFailure?: string) {
  const log: string[] = [];
  let cancel: ((error: Error) => void) | undefined;
  const port: Port = {
    read: () =>
      new Promise((_, reject) => {
        cancel = reject;
      }),
    write: (bytes) => {
      log.push(`write ${bytes.length}`);
      return Promise.resolve();
    },
    set: ({ dtr, rts }) => {
      log.push(`dtr ${dtr ? 1 : 0} rts ${rts ? 1 : 0}`);
      return Promise.resolve();
    },
    flush: () => Promise.resolve(),
    close: () => {
      log.push("close");
      cancel?.(new Error("canceled"));
      return Promise.resolve();
    },
    ...faults,
  };
  const binding: SerialBinding = {
    open: ({ hupcl }) => {
      if (openFailure !== undefined) return Promise.reject(new Error(openFailure));
      log.push(hupcl ? "open with dtr" : "open without dtr");
      return Promise.resolve(port);
    },
  };
  return {
    log,
    binding,
    unplug: () => cancel?.(new Error("EIO: i/o error, read")),
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

/** What is done with a port that is opened and closed. */
const openAndClose = async (platform: NodeJS.Platform, vendorId: string, productId: string) => {
  const { log, binding } = recordPort();
  const usb = { vendorId, productId };
  const transport = createSerialTransport({ path: "COM3", binding, platform, usb });
  await transport.open();
  await transport.close();
  return log;
};

/** As on a pseudo terminal. */
const refuseLines = () => Promise.reject(new Error("Error: Inappropriate ioctl for device, cannot set"));

describe("a serial port's modem lines", () => {
  it("are cleared on closing, RTS and then DTR", async () => {
    expect(await openAndClose("linux", "10c4", "ea60")).toEqual([
      "open with dtr",
      "dtr 1 rts 0",
      "dtr 0 rts 0",
      "close",
    ]);
  });

  it("come up one after the other on Windows with a CP210x", async () => {
    expect(await openAndClose("win32", "10c4", "ea60")).toEqual([
      "open without dtr",
      "dtr 1 rts 0",
      "dtr 1 rts 1",
      "dtr 1 rts 0",
      "dtr 0 rts 0",
      "close",
    ]);
  });

  it("stay low on Windows with other chips that reset by them", async () => {
    const log = await openAndClose("win32", "1a86", "7523");
    expect(log).toEqual(["open without dtr", "dtr 0 rts 0", "dtr 0 rts 0", "close"]);
    expect(await openAndClose("win32", "303a", "1001")).toEqual(log);
  });

  it("say on Windows with USB of the board's own that somebody listens", async () => {
    expect((await openAndClose("win32", "2e8a", "0005"))[0]).toBe("open with dtr");
  });

  it("are no trouble where there are none", async () => {
    const { log, binding } = recordPort({ set: refuseLines });
    const transport = createSerialTransport({ path: "/dev/pts/1", binding });
    await transport.open();
    await transport.close();
    expect(log).toEqual(["open with dtr", "close"]);
  });
});

describe("a serial port that can't be opened", () => {
  it.each([
    ["Error: Device or resource busy, cannot open /dev/ttyACM0", "busy", "in use by another program"],
    ["Error Resource temporarily unavailable Cannot lock port", "busy", "close it there"],
    ["Opening COM3: Access denied", "busy", "in use by another program"],
    ["Error: Permission denied, cannot open /dev/ttyACM0", "denied", "may"],
    ["Error: No such file or directory, cannot open /dev/ttyACM0", "disconnected", "there is no port"],
    ["Opening COM3: File not found", "disconnected", "there is no port"],
    ["Error: Inappropriate ioctl for device setting custom baud rate of 9", "protocol", "no serial port"],
    ["Opening COM3: Unknown error code 31", "disconnected", "Unknown error code 31"],
  ])("says for %s that it is %s", async (said, kind, words) => {
    const { binding } = recordPort({}, said);
    const error = await errorOf(createSerialTransport({ path: "/nowhere/port", binding }).open());
    expect([error.name, error.kind]).toEqual(["TransportError", kind]);
    expect(error.message).toContain("/nowhere/port");
    expect(error.message).toContain(words);
  });
});

describe("a serial port", () => {
  it("is told lost once, by one clear error, and given back", async () => {
    const { log, binding, unplug } = recordPort();
    const transport = createSerialTransport({ path: "/dev/ttyACM0", binding });
    await transport.open();
    const losses: TransportError[] = [];
    const lost = new Promise<void>((resolve) => {
      transport.onLost((error) => {
        losses.push(error);
        resolve();
      });
    });
    unplug();
    await lost;
    await transport.close();
    expect(losses.map(({ kind }) => kind)).toEqual(["disconnected"]);
    expect(losses[0]?.message).toMatch(/^\/dev\/ttyACM0 is gone: /);
    expect(log.at(-1)).toBe("close");
    expect((await errorOf(transport.write(Uint8Array.of(1)))).kind).toBe("disconnected");
  });

  it("is lost as well when only writing fails", async () => {
    const { binding } = recordPort({ write: () => Promise.reject(new Error("EIO: i/o error, write")) });
    const transport = createSerialTransport({ path: "/dev/ttyACM0", binding });
    await transport.open();
    const losses: TransportError[] = [];
    transport.onLost((error) => losses.push(error));
    expect((await errorOf(transport.write(Uint8Array.of(1)))).message).toContain("is gone");
    expect(losses).toHaveLength(1);
  });

  it("gets a large write in pieces, one write after the other", async () => {
    const { log, binding } = recordPort();
    const transport = createSerialTransport({ path: "/dev/ttyACM0", binding });
    await transport.open();
    await Promise.all([transport.write(new Uint8Array(2500)), transport.write(new Uint8Array(1))]);
    expect(log.filter((line) => line.startsWith("write"))).toEqual([
      "write 1024",
      "write 1024",
      "write 452",
      "write 1",
    ]);
    await transport.close();
  });

  it("rejects a write that waits when it is closed, and goes on closing", async () => {
    const { log, binding } = recordPort({ write: () => new Promise(() => undefined) });
    const transport = createSerialTransport({ path: "/dev/ttyACM0", binding });
    await transport.open();
    const waiting = errorOf(transport.write(new Uint8Array(5000)));
    const queued = errorOf(transport.write(Uint8Array.of(1)));
    await transport.close();
    expect([(await waiting).kind, (await queued).kind]).toEqual(["disconnected", "disconnected"]);
    expect(log.at(-1)).toBe("close");
  });

  it("is given back when it is closed while it opens", async () => {
    const { log, binding } = recordPort();
    const transport = createSerialTransport({ path: "/dev/ttyACM0", binding });
    const opening = errorOf(transport.open());
    await transport.close();
    expect((await opening).kind).toBe("disconnected");
    expect(log.at(-1)).toBe("close");
  });

  it("can be closed without having been opened", async () => {
    const { log, binding } = recordPort();
    const transport = createSerialTransport({ path: "/dev/ttyACM0", binding });
    await transport.close();
    expect(log).toEqual([]);
    expect((await errorOf(transport.open())).kind).toBe("disconnected");
  });
});

describe("waiting for a port", () => {
  it("to be readable does not end waiting for it to be writable, nor the other way round", () => {
    const polled: number[] = [];
    const poller = Object.assign(new EventEmitter(), { poll: (events: number) => void polled.push(events) });
    pollBothWays({ poller });
    poller.poll(2);
    poller.poll(1);
    poller.emit("writable", null);
    poller.poll(1);
    poller.emit("readable", null);
    poller.poll(2);
    expect(polled).toEqual([2, 3, 1, 2]);
  });
});
