import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { connectHub, hubSocket, type PublishedStop, serveHub } from "../../dist/hub/index.js";
import { createMemoryTransport, type TransportError } from "../../dist/index.js";
import { type Child, startChild } from "../support/child.js";
import { errorOf, later, scratchFolder, scratchSocket, signal, startHub } from "../support/hub.js";

const isWindows = process.platform === "win32";
const own = { purpose: "testing", wait: false };

const serve = (socket: string) =>
  serveHub({ socket, version: "1", openDevice: (address) => createMemoryTransport(address).transport });

/** A client in a process of its own, once it has what it wants. */
async function startClient(socket: string, what: string): Promise<Child> {
  const child = startChild("hub-client.mjs", socket, what);
  await child.says("ready");
  return child;
}

const failToStart = () => Promise.reject(new Error("no such program"));

describe("a client that is killed", () => {
  it("gives up the board that it held to the next in the queue", async () => {
    const { connect, socket } = await startHub();
    const client = await startClient(socket, "hold");
    const hub = await connect();
    expect((await errorOf(hub.lease("one", own))).message).toContain("a client to be killed (holding");
    const queued = signal();
    const next = hub.lease("one", { purpose: "next", wait: true, onWaiting: () => queued.give() });
    await queued.promise;
    await client.kill();
    await next;
  });

  it("gives up its place in the queue", async () => {
    const { connect, socket } = await startHub();
    const hub = await connect();
    const lease = await hub.lease("one", own);
    const client = await startClient(socket, "wait");
    expect((await hub.devices())[0]?.waiting).toBe(1);
    await client.kill();
    await lease.close();
    await hub.lease("one", { purpose: "again", wait: true });
  });

  it("leaves its guests an error that says so", async () => {
    const { connect, socket } = await startHub();
    const client = await startClient(socket, "host");
    const hub = await connect();
    const guest = await hub.runner("one", { purpose: "copying", wait: false });
    const running = errorOf(guest.run("result = 'never'"));
    // The same connection carries both in order: the call is at the host now.
    await hub.status();
    await client.kill();
    expect(await running).toMatchObject({ kind: "disconnected" });
    expect((await running).message).toContain("has let go of it");
  });

  it("takes its published stops along", async () => {
    const { connect, socket } = await startHub();
    const client = await startClient(socket, "publish");
    const hub = await connect();
    const [stood, over] = [signal<PublishedStop>(), signal<PublishedStop>()];
    hub.onStops((stop) => (stop.snapshot === undefined ? over : stood).give(stop));
    expect((await stood.promise).snapshot).toEqual({ line: 3 });
    await client.kill();
    expect((await over.promise).session).toEqual({ id: "s", name: "main.py" });
  });

  it.skipIf(isWindows)("or stopped while its board talks loses the board when too much waits", async () => {
    const { board, connect, socket } = await startHub();
    const client = await startClient(socket, "deaf");
    client.process.kill("SIGSTOP");
    const hub = await connect();
    const next = hub.lease("one", { purpose: "next", wait: true });
    const piece = new Uint8Array(64 * 1024);
    // 8 MiB are kept for it, and what the system's pipes hold.
    for (let sent = 0; sent < 12 * 1024 * 1024; sent += piece.length) {
      board("one").far?.send(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await next).address).toBe("one");
  });
});

describe("hubs that start at the same time", () => {
  it("are one in the end, which serves all that asked for it", async () => {
    const socket = scratchSocket();
    const children: Child[] = [];
    const hubs = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        connectHub({
          socket,
          name: `client ${index}`,
          start: () => void children.push(startChild("hub-process.mjs", socket, "1000")),
        }),
      ),
    );
    const pids = await Promise.all(hubs.map(async (hub) => (await hub.status()).pid));
    expect(new Set(pids).size).toBe(1);
    expect((await hubs[0]?.status())?.clients.length).toBe(10);
    const others = children.filter(({ process: child }) => child.pid !== pids[0]);
    expect(others.length).toBe(children.length - 1);
    for (const output of await Promise.all(others.map((child) => child.output))) {
      expect(output).toContain("busy: A hub already listens");
    }
    for (const hub of hubs) await hub.close();
    // With nobody to serve it ends.
    await Promise.all(children.map((child) => child.output));
    expect(isWindows ? [] : readdirSync(dirname(socket))).toEqual([]);
  });

  it.skipIf(isWindows)("are one also where a killed one left its socket", async () => {
    const socket = scratchSocket();
    const killed = startChild("hub-process.mjs", socket, "60000");
    await killed.says("serving");
    await killed.kill();
    expect(existsSync(socket)).toBe(true);
    const children = Array.from({ length: 5 }, () => startChild("hub-process.mjs", socket, "60000"));
    const hub = await connectHub({ socket, name: "a test", start: () => undefined });
    const { pid } = await hub.status();
    const [serving] = children.filter(({ process: child }) => child.pid === pid);
    const others = children.filter((child) => child !== serving);
    for (const output of await Promise.all(others.map((child) => child.output))) {
      expect(output).toContain("busy: ");
    }
    await hub.stop();
    expect(await serving?.output).toBe("serving\nended\n");
    expect(readdirSync(dirname(socket))).toEqual([]);
  });

  it.skipIf(isWindows)("are not held up by the lock of one that was killed", async () => {
    const socket = scratchSocket();
    writeFileSync(`${socket}.lock`, "a dead one's");
    utimesSync(`${socket}.lock`, new Date(0), new Date(0));
    const server = await serve(socket);
    await server.close();
    expect(readdirSync(dirname(socket))).toEqual([]);
  });
});

describe("the hub's process", () => {
  it.skipIf(isWindows)("leaves nothing behind when it is told to end", async () => {
    const socket = scratchSocket();
    const child = startChild("hub-process.mjs", socket, "60000");
    await child.says("serving");
    const hub = await connectHub({ socket, name: "a test" });
    const lease = await hub.lease("one", own);
    const lost = signal<TransportError>();
    lease.onLost(lost.give);
    child.process.kill("SIGTERM");
    expect((await lost.promise).kind).toBe("disconnected");
    expect(await child.output).toBe("serving\nended\n");
    expect(readdirSync(dirname(socket))).toEqual([]);
  });

  it.skipIf(isWindows)("ends although a client does not read what it is told", async () => {
    const { board, connect, server, socket } = await startHub();
    const client = await startClient(socket, "deaf");
    client.process.kill("SIGSTOP");
    await connect();
    for (let sent = 0; sent < 4; sent++) {
      board("one").far?.send(new Uint8Array(1024 * 1024));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await server.close();
    expect(board("one").events).toEqual(["open", "close"]);
  });

  it("that is killed is told to its clients, and started anew for the next", async () => {
    const socket = scratchSocket();
    const child = startChild("hub-process.mjs", socket, "60000");
    await child.says("serving");
    const hub = await connectHub({ socket, name: "a test" });
    const lost = signal<TransportError>();
    hub.onLost(lost.give);
    const waiting = errorOf(
      hub.lease("one", own).then((lease) => new Promise((_, reject) => lease.onLost(reject))),
    );
    await child.kill();
    expect((await lost.promise).kind).toBe("disconnected");
    expect((await waiting).kind).toBe("disconnected");
    let starts = 0;
    const again = await connectHub({
      socket,
      name: "a test",
      start() {
        starts++;
        startChild("hub-process.mjs", socket, "60000");
      },
    });
    expect(starts).toBe(1);
    await again.stop();
  });
});

describe("a connection to the hub", () => {
  it("says that no hub runs where none may be started", async () => {
    const error = await errorOf(connectHub({ socket: scratchSocket(), name: "a test" }));
    expect(error).toMatchObject({ kind: "disconnected" });
    expect(error.message).toContain("No hub runs");
  });

  it("says so when a hub that was started never comes", async () => {
    const error = await errorOf(
      connectHub({ socket: scratchSocket(), name: "a test", start: () => undefined, timeoutMs: 50 }),
    );
    expect(error.kind).toBe("timeout");
  });

  it("fails as starting fails", async () => {
    const error = await errorOf(connectHub({ socket: scratchSocket(), name: "a test", start: failToStart }));
    expect(error.message).toBe("no such program");
  });

  it("says so when what listens there does not answer", async () => {
    const socket = scratchSocket();
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(socket, resolve));
    later(async () => silent.close());
    const error = await errorOf(connectHub({ socket, name: "a test", timeoutMs: 50 }));
    expect(error.kind).toBe("timeout");
    expect(error.message).toContain("does not answer");
  });
});

describe("the hub's socket", () => {
  it("has the version of the protocol in its name, and the user's folder", () => {
    expect(hubSocket({ XDG_RUNTIME_DIR: "/run/user/1000" }, "linux")).toBe(
      join("/run/user/1000", "slotscope", "hub-1.sock"),
    );
    expect(hubSocket({ USERDOMAIN: "HOME", USERNAME: "José X" }, "win32")).toBe(
      "\\\\.\\pipe\\slotscope-hub-1-HOME-Jos__X",
    );
    expect(hubSocket({ SLOTSCOPE_HUB: "/elsewhere/h.sock" }, "linux")).toBe("/elsewhere/h.sock");
  });

  it.skipIf(isWindows)("lies in the folder for temporary files where there is no other", () => {
    expect(hubSocket({}, "linux")).toMatch(new RegExp(`slotscope-${process.getuid?.()}/hub-1\\.sock$`));
  });

  it.skipIf(isWindows)("is the user's alone", async () => {
    const socket = join(scratchFolder(), "made", "hub.sock");
    const server = await serve(socket);
    expect((statSync(dirname(socket)).mode & 0o777).toString(8)).toBe("700");
    expect((statSync(socket).mode & 0o777).toString(8)).toBe("600");
    await server.close();
  });

  it.skipIf(isWindows)(
    "is not used in a folder that is open to others, neither by hub nor by client",
    async () => {
      const folder = join(scratchFolder(), "open");
      mkdirSync(folder);
      chmodSync(folder, 0o755);
      const socket = join(folder, "hub.sock");
      for (const attempt of [serve, (place: string) => connectHub({ socket: place, name: "a test" })]) {
        const error = await errorOf(attempt(socket));
        expect(error.kind).toBe("denied");
        expect(error.message).toContain("is open to other users");
      }
    },
  );

  it.skipIf(isWindows)("is not used behind a link, which somebody else may turn elsewhere", async () => {
    const folder = scratchFolder();
    const socket = join(folder, "link", "hub.sock");
    symlinkSync(folder, join(folder, "link"));
    expect((await errorOf(serve(socket))).kind).toBe("denied");
  });

  it.skipIf(isWindows)("is not used in another user's folder", async () => {
    let folder = "/usr";
    if (process.getuid?.() === 0) {
      // All that root meets may be its own.
      folder = join(scratchFolder(), "nobody");
      mkdirSync(folder, { mode: 0o700 });
      chownSync(folder, 65_534, 65_534);
    }
    expect((await errorOf(serve(join(folder, "hub.sock")))).message).toContain("belongs to another user");
  });

  it.skipIf(isWindows)("takes no other file's place", async () => {
    const file = join(scratchFolder(), "notes.txt");
    writeFileSync(file, "dear to somebody");
    const error = await errorOf(serve(file));
    expect(error).toMatchObject({ kind: "denied" });
    expect(readFileSync(file, "utf8")).toBe("dear to somebody");
  });

  it.skipIf(isWindows)("has a name that systems can take", async () => {
    const error = await errorOf(serve(join(scratchFolder(), "x".repeat(100))));
    expect(error.kind).toBe("denied");
    expect(error.message).toContain("SLOTSCOPE_HUB");
  });
});
