import { describe, expect, it } from "vitest";
import type { Hub, PublishedStop } from "../../dist/hub/index.js";
import { AgentError, type CodeRunner } from "../../dist/index.js";
import { errorOf, type MemoryBoard, signal, startHub } from "../support/hub.js";

const own = { purpose: "testing", wait: false };
const copying = { purpose: "copying", wait: true };

/** A runner that answers with what it was asked. */
const echo = (): CodeRunner => ({ run: async (code) => `ran ${code}` });

/** A board that has a raw REPL, as far as entering it goes. */
function answerAsRawRepl(board: MemoryBoard): void {
  board.onReceived = (bytes) => {
    if (bytes.at(-1) === 1) board.far?.send("raw REPL; CTRL-B to exit\r\n>");
    const [, mark] = /write\('(.*)\\n'\)/.exec(new TextDecoder().decode(bytes)) ?? [];
    if (mark !== undefined) board.far?.send(`OK${mark}\r\n\u0004\u0004>`);
  };
}

/** Collects stops; `until` resolves when so many have come. */
function collect(hub: Hub) {
  const seen: PublishedStop[] = [];
  let come = signal();
  hub.onStops((stop) => {
    seen.push(stop);
    come.give();
    come = signal();
  });
  return {
    seen,
    async until(count: number): Promise<void> {
      while (seen.length < count) await come.promise;
    },
  };
}

describe("code for a board of the hub", () => {
  it("runs over a lease where nobody holds the board, which is given back with its REPL left", async () => {
    const { board, connect } = await startHub();
    answerAsRawRepl(board("one"));
    const hub = await connect();
    const runner = await hub.runner("one", { ...own, makeRunner: echo });
    expect([runner.address, await runner.run("x")]).toEqual(["one", "ran x"]);
    expect((await hub.devices())[0]?.holder?.purpose).toBe("testing");
    await runner.close();
    expect(board("one").received.endsWith("\u0002")).toBe(true);
    expect((await hub.devices())[0]?.holder).toBeUndefined();
    expect((await errorOf(runner.run("x"))).kind).toBe("disconnected");
  });

  it("gives the board back where it has no REPL", async () => {
    const { board, connect } = await startHub();
    const hub = await connect();
    board("one").onReceived = () => board("one").far?.lose();
    expect((await errorOf(hub.runner("one", own))).kind).toBe("disconnected");
    board("one").onReceived = () => undefined;
    await hub.lease("one", own);
  });

  it("runs through the holder while that takes guests", async () => {
    const { connect } = await startHub();
    const [host, guest] = [await connect("a debugger"), await connect()];
    const lease = await host.lease("one", own);
    lease.offerGuests(echo());
    const runner = await guest.runner("one", copying);
    expect(await Promise.all([runner.run("a"), runner.run("b")])).toEqual(["ran a", "ran b"]);
    expect((await guest.devices())[0]).toMatchObject({ guests: true, holder: { client: "a debugger" } });
    await runner.close();
  });

  it("brings exceptions on the board back as they are", async () => {
    const { connect } = await startHub();
    const [host, guest] = [await connect(), await connect()];
    const lease = await host.lease("one", own);
    const raised = new AgentError("device-exception", "code raised OSError: 28", [
      "OSError",
      "28",
      "Traceback",
    ]);
    lease.offerGuests({ run: () => Promise.reject(raised) });
    const runner = await guest.runner("one", copying);
    const error: unknown = await errorOf(runner.run("x"));
    expect(error).toBeInstanceOf(AgentError);
    expect(error).toMatchObject({
      kind: "device-exception",
      message: "code raised OSError: 28",
      exception: ["OSError", "28", "Traceback"],
    });
  });

  it("waits, and is told for whom, while the holder takes no guests", async () => {
    const { connect } = await startHub();
    const [host, guest] = [await connect("a debugger"), await connect()];
    const lease = await host.lease("one", own);
    const waits = signal<string>();
    const runner = guest.runner("one", { ...copying, onWaiting: ({ client }) => waits.give(client) });
    expect(await waits.promise).toBe("a debugger");
    lease.offerGuests(echo());
    expect(await (await runner).run("x")).toBe("ran x");
  });

  it("is refused to those who don't want to wait while the holder takes no guests", async () => {
    const { connect } = await startHub();
    await (await connect()).lease("one", own);
    const error = await errorOf((await connect()).runner("one", own));
    expect(error.kind).toBe("busy");
  });

  it("goes on after the program ran in between, where its namespace is the same", async () => {
    const { connect } = await startHub();
    const [host, guest] = [await connect(), await connect()];
    const lease = await host.lease("one", own);
    const agent = echo();
    lease.offerGuests(agent);
    const waits = signal();
    const runner = await guest.runner("one", { ...copying, onWaiting: () => waits.give() });
    await runner.run("a");
    lease.offerGuests(undefined);
    const later = runner.run("b");
    await waits.promise;
    lease.offerGuests(agent);
    expect(await later).toBe("ran b");
  });

  it("fails where what it had defined is gone", async () => {
    const { connect } = await startHub();
    const [host, guest] = [await connect(), await connect()];
    const lease = await host.lease("one", own);
    lease.offerGuests(echo());
    const runner = await guest.runner("one", copying);
    await runner.run("a");
    lease.offerGuests(echo());
    await host.status();
    const error = await errorOf(runner.run("b"));
    expect(error.kind).toBe("disconnected");
    expect(error.message).toContain("what it had defined is gone");
  });

  it("fails at once when the program is let run while it is at work", async () => {
    const { connect } = await startHub();
    const [host, guest] = [await connect(), await connect()];
    const lease = await host.lease("one", own);
    const begun = signal();
    lease.offerGuests({
      run() {
        begun.give();
        return new Promise(() => undefined);
      },
    });
    const runner = await guest.runner("one", copying);
    const running = errorOf(runner.run("x"));
    await begun.promise;
    lease.offerGuests(undefined);
    expect(await running).toMatchObject({ kind: "busy" });
    expect((await running).message).toContain("Try again when it stands");
  });

  it("takes its turn at the board itself when the holder leaves before any of it ran", async () => {
    const { board, connect } = await startHub();
    answerAsRawRepl(board("one"));
    const [host, guest] = [await connect(), await connect()];
    const lease = await host.lease("one", own);
    lease.offerGuests(echo());
    const runner = await guest.runner("one", {
      ...copying,
      makeRunner: () => ({ run: async () => "by lease" }),
    });
    await lease.close();
    expect(await runner.run("x")).toBe("by lease");
  });

  it("fails when the holder leaves while it is at work, and when it left after some of it ran", async () => {
    const { connect } = await startHub();
    const [host, guest] = [await connect(), await connect()];
    const lease = await host.lease("one", own);
    const begun = signal();
    lease.offerGuests({
      async run(code) {
        if (code === "first") return "";
        begun.give();
        return await new Promise(() => undefined);
      },
    });
    const runner = await guest.runner("one", copying);
    await runner.run("first");
    const running = errorOf(runner.run("second"));
    await begun.promise;
    await lease.close();
    expect((await running).kind).toBe("disconnected");
    expect((await errorOf(runner.run("third"))).kind).toBe("disconnected");
  });

  it("of several guests is run for each of them", async () => {
    const { connect } = await startHub();
    const host = await connect();
    const lease = await host.lease("one", own);
    lease.offerGuests(echo());
    const guests = await Promise.all(["a", "b", "c"].map((name) => connect(name)));
    const runs = guests.map(async (guest, index) => (await guest.runner("one", copying)).run(`of ${index}`));
    expect(await Promise.all(runs)).toEqual(["ran of 0", "ran of 1", "ran of 2"]);
  });

  it("is run no more for a guest that has left", async () => {
    const { connect } = await startHub();
    const [host, guest] = [await connect(), await connect()];
    (await host.lease("one", own)).offerGuests(echo());
    const runner = await guest.runner("one", copying);
    await runner.close();
    expect((await errorOf(runner.run("x"))).kind).toBe("disconnected");
  });
});

describe("published stops", () => {
  const session = { id: "1", name: "main.py", address: "/dev/ttyACM0" };

  it("come to subscribers as they are, and their end too", async () => {
    const { connect } = await startHub();
    const [debugger_, server] = [await connect("a debugger"), await connect()];
    const stops = collect(server);
    await server.status();
    await debugger_.publishStop(session, { frames: [{ name: "main", locals: null }] });
    await debugger_.publishStop(session, { frames: [] });
    await debugger_.publishStop(session, undefined);
    await stops.until(3);
    const publisher = { connection: 1, name: "a debugger", pid: process.pid };
    expect(stops.seen).toEqual([
      { session, publisher, snapshot: { frames: [{ name: "main", locals: null }] } },
      { session, publisher, snapshot: { frames: [] } },
      { session, publisher },
    ]);
  });

  it("come to those who subscribe later, the last of each session", async () => {
    const { connect } = await startHub();
    const [one, two, server] = [await connect(), await connect(), await connect()];
    await one.publishStop(session, "old");
    await one.publishStop(session, "new");
    await one.publishStop({ id: "2", name: "other.py" }, "second");
    await two.publishStop(session, "of another client");
    const first = collect(server);
    await first.until(3);
    expect(first.seen.map(({ snapshot }) => snapshot)).toEqual(["new", "second", "of another client"]);
    const second = collect(server);
    expect(second.seen.length).toBe(3);
  });

  it("are over when the hub ends", async () => {
    const { connect, server } = await startHub();
    const [one, two] = [await connect(), await connect()];
    await one.publishStop(session, "there");
    const stops = collect(two);
    await stops.until(1);
    await server.close();
    await stops.until(2);
    expect(stops.seen[1]?.snapshot).toBeUndefined();
  });

  it("that are longer than any message are refused, and nothing else", async () => {
    const { connect } = await startHub();
    const hub = await connect();
    const error = await errorOf(hub.publishStop(session, "x".repeat(17 * 1024 * 1024)));
    expect(error).toMatchObject({ name: "TransportError", kind: "protocol" });
    expect(error.message).toContain("are the most allowed");
    await hub.publishStop(session, "short");
  });

  it("are bounded in number", async () => {
    const { connect } = await startHub();
    const hub = await connect();
    for (let index = 0; index < 64; index++) await hub.publishStop({ id: `${index}`, name: "many" }, index);
    expect((await errorOf(hub.publishStop({ id: "65", name: "many" }, 1))).message).toContain("64 sessions");
    await hub.publishStop({ id: "0", name: "many" }, "again");
  });
});
