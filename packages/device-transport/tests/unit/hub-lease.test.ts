import { describe, expect, it } from "vitest";
import type { DeviceHolder, Hub } from "../../dist/hub/index.js";
import { TransportError } from "../../dist/index.js";
import { errorOf, signal, startHub } from "../support/hub.js";

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
const bytes = (written: string) => new Uint8Array(Buffer.from(written, "latin1"));
const own = { purpose: "testing", wait: false };

describe("a lease of the hub", () => {
  it("carries bytes both ways, every value unchanged", async () => {
    const { board, connect } = await startHub();
    const lease = await (await connect()).lease("one", own);
    await lease.open();
    const all = Uint8Array.from({ length: 256 }, (_, index) => index);
    await lease.write(all);
    expect(board("one").received).toBe(text(all));
    const heard = signal<Uint8Array>();
    lease.onData(heard.give);
    board("one").far?.send(all);
    expect(await heard.promise).toEqual(all);
    expect([lease.name, lease.address, lease.traits.interruptsRunningCode]).toEqual(["one", "one", true]);
  });

  it("keeps the order of writes that nobody waits for, large ones among them", async () => {
    const { board, connect } = await startHub();
    const lease = await (await connect()).lease("one", own);
    const large = "x".repeat(1_000_000);
    await Promise.all([lease.write(bytes("<")), lease.write(bytes(large)), lease.write(bytes(">"))]);
    expect(board("one").received).toBe(`<${large}>`);
  });

  it("resets the device", async () => {
    const { board, connect } = await startHub();
    const lease = await (await connect()).lease("one", own);
    await lease.hardReset?.();
    expect(board("one").events).toEqual(["open", "reset"]);
  });

  it("can be opened and closed as any transport", async () => {
    const { connect } = await startHub();
    const lease = await (await connect()).lease("one", own);
    await lease.open();
    expect((await errorOf(lease.open())).kind).toBe("disconnected");
    await Promise.all([lease.close(), lease.close()]);
    expect((await errorOf(lease.write(bytes("x")))).kind).toBe("disconnected");
  });

  it("is refused at once to those who don't want to wait, and names who has it", async () => {
    const { connect } = await startHub();
    const [first, second] = [await connect("an editor"), await connect()];
    await first.lease("one", { purpose: "debugging main.py", wait: false });
    const error = await errorOf(second.lease("one", own));
    expect(error).toMatchObject({ name: "TransportError", kind: "busy" });
    expect(error.message).toBe(
      `one is in use by an editor (debugging main.py; process ${process.pid}). Wait for it, or end it there.`,
    );
  });

  it("goes round in the order of asking, the port open all the while", async () => {
    const { board, connect } = await startHub();
    const first = await (await connect("first")).lease("one", own);
    const order: string[] = [];
    const waits: Promise<void>[] = [];
    for (const name of ["second", "third", "fourth"]) {
      const hub = await connect(name);
      const isQueued = signal();
      waits.push(
        (async () => {
          const lease = await hub.lease("one", {
            purpose: name,
            wait: true,
            onWaiting: () => isQueued.give(),
          });
          order.push(name);
          await lease.close();
        })(),
      );
      await isQueued.promise;
    }
    await first.close();
    await Promise.all(waits);
    expect(order).toEqual(["second", "third", "fourth"]);
    expect(board("one").events).toEqual(["open"]);
  });

  it("tells those who wait for whom they do, also when that changes", async () => {
    const { connect } = await startHub();
    const first = await (await connect("first")).lease("one", own);
    const heard: string[] = [];
    const changed = signal();
    const queued = signal();
    const second = (await connect("second")).lease("one", {
      purpose: "next",
      wait: true,
      onWaiting: () => queued.give(),
    });
    await queued.promise;
    const queuedToo = signal();
    const third = (await connect("third")).lease("one", {
      purpose: "last",
      wait: true,
      onWaiting({ client, purpose }: DeviceHolder) {
        heard.push(`${client}: ${purpose}`);
        queuedToo.give();
        if (heard.length === 2) changed.give();
      },
    });
    await queuedToo.promise;
    await first.close();
    await changed.promise;
    expect(heard).toEqual(["first: testing", "second: next"]);
    await (await second).close();
    await third;
  });

  it("is no longer waited for once that is aborted", async () => {
    const { connect } = await startHub();
    const hub = await connect();
    const first = await hub.lease("one", own);
    const abort = new AbortController();
    const second = hub.lease("one", {
      purpose: "given up",
      wait: true,
      signal: abort.signal,
      onWaiting: () => abort.abort(new Error("enough")),
    });
    expect((await errorOf(second)).message).toBe("enough");
    expect((await hub.devices()).map(({ waiting }) => waiting)).toEqual([0]);
    await first.close();
    await (await connect()).lease("one", own);
  });

  it("of one board leaves the other boards free", async () => {
    const { board, connect } = await startHub();
    const hub = await connect();
    const [one, two] = await Promise.all([hub.lease("one", own), hub.lease("two", own)]);
    await Promise.all([one.write(bytes("1")), two.write(bytes("2"))]);
    expect([board("one").received, board("two").received]).toEqual(["1", "2"]);
  });

  it("is the same board's by whatever name that is asked for", async () => {
    const { connect } = await startHub({
      resolveAddress: async (written) => written.replace("a0", "/dev/ttyACM0"),
    });
    const hub = await connect();
    const lease = await hub.lease("a0", own);
    expect(lease.address).toBe("/dev/ttyACM0");
    expect((await errorOf(hub.lease("/dev/ttyACM0", own))).kind).toBe("busy");
  });

  it("can't be had of an address that says nothing, in the resolver's words", async () => {
    const { connect } = await startHub({
      resolveAddress: () => Promise.reject(new TransportError("denied", "No board is connected.")),
    });
    const error = await errorOf((await connect()).lease("auto", own));
    expect(error).toMatchObject({ kind: "denied", message: "No board is connected." });
  });

  it("passes the password on to what opens the device", async () => {
    const seen: unknown[] = [];
    const { board, connect } = await startHub({
      openDevice(address, options) {
        seen.push(options);
        return board(address).make();
      },
    });
    await (await connect()).lease("ws://board", { ...own, password: "secret" });
    expect(seen).toEqual([{ password: "secret" }]);
  });

  it("fails as opening the port fails, and is tried anew by the next", async () => {
    const { board, connect } = await startHub();
    const hub = await connect();
    board("one").problem = new TransportError("denied", "one may not be opened: join the group dialout");
    const error = await errorOf(hub.lease("one", own));
    expect(error).toMatchObject({ kind: "denied", message: "one may not be opened: join the group dialout" });
    board("one").problem = undefined;
    await hub.lease("one", own);
  });

  it("is lost when the board is unplugged, after the last that it said; the next one opens it anew", async () => {
    const { board, connect } = await startHub();
    const hub = await connect();
    const lease = await hub.lease("one", own);
    const lost = signal<TransportError>();
    let heard = "";
    lease.onData((more) => {
      heard += text(more);
    });
    lease.onLost(lost.give);
    const waiting = (await connect()).lease("one", { purpose: "next", wait: true });
    board("one").far?.send("last words");
    board("one").far?.lose(new TransportError("disconnected", "one was unplugged"));
    expect(await lost.promise).toMatchObject({ kind: "disconnected", message: "one was unplugged" });
    expect(heard).toBe("last words");
    expect((await errorOf(lease.write(bytes("x")))).kind).toBe("disconnected");
    await (await waiting).write(bytes("new"));
    expect(board("one").events).toEqual(["open", "close", "open"]);
  });

  it("hears nothing of what the board said to nobody", async () => {
    const { board, connect } = await startHub();
    const hub = await connect();
    await (await hub.lease("one", own)).close();
    board("one").far?.send("to nobody");
    const lease = await hub.lease("one", own);
    const heard = signal<Uint8Array>();
    lease.onData(heard.give);
    board("one").far?.send("to you");
    expect(text(await heard.promise)).toBe("to you");
  });

  it("ends with the connection that has it", async () => {
    const { connect } = await startHub();
    const [first, second] = [await connect(), await connect()];
    await first.lease("one", own);
    const queued = signal();
    const waiting = second.lease("one", { purpose: "next", wait: true, onWaiting: () => queued.give() });
    await queued.promise;
    await first.close();
    expect((await waiting).address).toBe("one");
  });

  it("is lost with the hub, whose ports are closed", async () => {
    const { board, connect, server } = await startHub();
    const hub = await connect();
    const lease = await hub.lease("one", own);
    const [leaseLost, hubLost] = [signal<TransportError>(), signal<TransportError>()];
    lease.onLost(leaseLost.give);
    hub.onLost(hubLost.give);
    await server.close();
    expect((await leaseLost.promise).message).toContain("The hub has ended");
    expect((await hubLost.promise).kind).toBe("disconnected");
    expect(board("one").events).toEqual(["open", "close"]);
    expect((await errorOf(hub.devices())).kind).toBe("disconnected");
  });
});

describe("a board that takes no more bytes", () => {
  it("holds its writer back, and is closed and opened anew for the next", async () => {
    const { board, connect } = await startHub();
    const [first, second] = [await connect(), await connect()];
    let writes = 0;
    const arrived = signal();
    const make = board("one").make.bind(board("one"));
    board("one").make = () => {
      const port = make();
      return {
        ...port,
        write(data) {
          writes++;
          arrived.give();
          return writes === 1 ? new Promise<void>(() => undefined) : port.write(data);
        },
      };
    };
    const lease = await first.lease("one", own);
    const stuck = errorOf(lease.write(bytes("stuck")));
    const next = second.lease("one", { purpose: "next", wait: true });
    await arrived.promise;
    await lease.close();
    await (await next).write(bytes("flows"));
    expect(board("one").received).toBe("flows");
    expect((await stuck).kind).toBe("disconnected");
    expect(board("one").events).toEqual(["open", "close", "open"]);
  });
});

describe("the hub", () => {
  it("says what it holds and who waits", async () => {
    const { connect, server } = await startHub({
      listDevices: async () => [
        { address: "one", name: "Board One", details: { usb: "2e8a:0005" } },
        { address: "shut", name: "Board Two", problem: "not allowed" },
      ],
    });
    const [first, second] = [await connect("an editor"), await connect("a terminal")];
    await first.lease("one", { purpose: "debugging", wait: true });
    await first.lease("hidden", { purpose: "looking", wait: true });
    const queued = signal();
    void second
      .lease("one", { purpose: "next", wait: true, onWaiting: () => queued.give() })
      .catch(() => undefined);
    await queued.promise;
    const status = await second.status();
    expect(status).toMatchObject({ pid: process.pid, version: "1.2.3", protocol: 1, socket: server.socket });
    expect(status.clients.map(({ name }) => name)).toEqual(["an editor", "a terminal"]);
    expect(status.devices).toMatchObject([
      {
        address: "one",
        name: "Board One",
        details: { usb: "2e8a:0005" },
        state: "open",
        holder: { client: "an editor", pid: process.pid, purpose: "debugging" },
        waiting: 1,
        guests: false,
      },
      { address: "shut", name: "Board Two", problem: "not allowed", state: "closed", waiting: 0 },
      { address: "hidden", name: "hidden", state: "open", holder: { purpose: "looking" } },
    ]);
  });

  it("closes a port a while after its last use", async () => {
    const { board, connect } = await startHub({ lingerMs: 10 });
    const hub = await connect();
    await (await hub.lease("one", own)).close();
    await board("one").until(({ events }) => events.includes("close"));
    await hub.lease("one", own);
    expect(board("one").events).toEqual(["open", "close", "open"]);
  });

  it("ends when nobody has needed it for a while, ports closed first", async () => {
    const { board, connect, server } = await startHub({ lingerMs: 10, idleMs: 10 });
    const hub: Hub = await connect();
    await hub.lease("one", own);
    await hub.close();
    await server.ended;
    expect(board("one").events).toEqual(["open", "close"]);
  });

  it("ends when a client says so", async () => {
    const { connect, server } = await startHub();
    await (await connect()).stop();
    await server.ended;
    expect((await errorOf(connect())).message).toContain("No hub runs");
  });
});
