import { connect, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { errorOf, later, startHub, type TestHub } from "../support/hub.js";

const seed = Number(process.env["SLOTSCOPE_FUZZ_SEED"] ?? 1);
const own = { purpose: "testing", wait: false };

/** A generator of numbers from 0 up to a limit (Lehmer's, as in MINSTD). */
function makeDice(start: number): (limit: number) => number {
  let state = start;
  return (limit) => {
    state = (state * 48271) % 0x7fffffff;
    return state % limit;
  };
}

async function openSocket({ socket: path }: TestHub): Promise<Socket> {
  const socket = connect(path);
  socket.on("error", () => undefined);
  later(async () => socket.destroy());
  await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
  return socket;
}

/** Writes to a socket that the hub may close at any time. */
async function send(socket: Socket, bytes: Uint8Array | string): Promise<void> {
  if (socket.destroyed) return;
  await new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
}

/** Resolves when the hub has closed the connection. */
async function closing(socket: Socket): Promise<void> {
  socket.resume();
  if (!socket.destroyed) await new Promise<void>((resolve) => socket.once("close", () => resolve()));
}

function frame(message: unknown): string {
  const body = JSON.stringify(message);
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** Has the hub serve a client that uses a board; resolves to its address. */
async function serve(hub: TestHub): Promise<string> {
  const client = await hub.connect("a client that behaves");
  const lease = await client.lease("one", own);
  await lease.write(new Uint8Array([1]));
  await lease.close();
  await client.close();
  return lease.address;
}

describe("the hub outlives", () => {
  it.each([
    ["bytes that are no message", "x".repeat(2000)],
    ["a message without a length", "Content-Type: text\r\n\r\n{}"],
    ["a message longer than any", "Content-Length: 99999999999\r\n\r\n"],
    ["a length that is no number", "Content-Length: -5\r\n\r\n{}"],
    ["a body that is no JSON", "Content-Length: 3\r\n\r\n{{{"],
    ["JSON that is no message", frame(5)],
    ["JSON-RPC of another version", frame({ jsonrpc: "1.0", id: 1, method: "hub/hello" })],
  ])("%s, and closes that connection", async (_, bytes) => {
    const hub = await startHub();
    const socket = await openSocket(hub);
    await send(socket, bytes);
    await closing(socket);
    expect(await serve(hub)).toBe("one");
  });

  it("requests of one who has not said who it is", async () => {
    const hub = await startHub();
    const socket = await openSocket(hub);
    const answer = new Promise<string>((resolve) =>
      socket.once("data", (chunk) => resolve(chunk.toString())),
    );
    await send(socket, frame({ jsonrpc: "2.0", id: 1, method: "hub/stop", params: {} }));
    expect(await answer).toContain("say hub/hello first");
    expect(await serve(hub)).toBe("one");
  });

  it("random bytes", async () => {
    const hub = await startHub();
    const dice = makeDice(seed);
    for (let round = 0; round < 100; round++) {
      const socket = await openSocket(hub);
      const bytes = Uint8Array.from({ length: dice(3000) }, () => dice(256));
      await send(socket, dice(2) === 0 ? bytes : Buffer.concat([Buffer.from("Content-Length: "), bytes]));
      socket.destroy();
    }
    expect(await serve(hub)).toBe("one");
  });

  it("random requests with random parameters", async () => {
    const hub = await startHub();
    const dice = makeDice(seed);
    const methods = [
      "hub/hello hub/status device/claim device/release device/write device/hardReset device/endInput",
      "guests/offer guests/run stops/publish stops/subscribe $/cancelRequest no/such toString",
    ].flatMap((words) => words.split(" "));
    const pick = (values: readonly unknown[]): unknown => values[dice(values.length)];
    const value = (depth = 0): unknown => {
      const simple = [
        null,
        true,
        false,
        0,
        1,
        2,
        -1,
        1.5,
        1e300,
        "",
        "one",
        "two",
        "x".repeat(5000),
        "AAECAw==",
      ];
      if (depth > 1 || dice(4) > 0) return pick(simple);
      return dice(2) === 0 ? [value(depth + 1), value(depth + 1)] : params(depth + 1);
    };
    const keys = [
      "lease",
      "address",
      "purpose",
      "wait",
      "guest",
      "data",
      "offer",
      "code",
      "session",
      "snapshot",
    ];
    function params(depth = 0): Record<string, unknown> {
      const chosen: Record<string, unknown> = {
        lease: dice(3),
        address: "one",
        purpose: "p",
        wait: true,
        guest: false,
      };
      for (const key of keys) if (dice(5) === 0) chosen[key] = value(depth);
      return chosen;
    }
    for (let round = 0; round < 20; round++) {
      const socket = await openSocket(hub);
      socket.resume();
      const hello = { name: "random", pid: 1 };
      if (dice(10) > 0)
        await send(socket, frame({ jsonrpc: "2.0", id: 0, method: "hub/hello", params: hello }));
      for (let request = 0; request < 60; request++) {
        const kind = dice(10);
        const id = pick([request, "id", null, 1.5, {}, []]);
        const message =
          kind === 0
            ? { jsonrpc: "2.0", id, [String(pick(["result", "error", "other"]))]: value() }
            : {
                jsonrpc: "2.0",
                ...(kind === 1 ? {} : { id }),
                method: pick(methods),
                params: kind === 2 ? value() : params(),
              };
        await send(socket, frame(message));
      }
      socket.destroy();
    }
    expect(await serve(hub)).toBe("one");
  });

  it("a client that asks without end and reads no answer", async () => {
    const hub = await startHub();
    const socket = await openSocket(hub);
    socket.pause();
    await send(
      socket,
      frame({ jsonrpc: "2.0", id: 0, method: "hub/hello", params: { name: "deaf", pid: 1 } }),
    );
    const many = frame({ jsonrpc: "2.0", id: 1, method: "hub/status" }).repeat(1000);
    let isHeldBack = false;
    // The system's buffers take some; then the hub reads no more, or closes.
    for (let round = 0; round < 1000 && !isHeldBack && !socket.destroyed; round++) {
      socket.write(many);
      await new Promise((resolve) => setImmediate(resolve));
      isHeldBack = socket.writableLength > 1_000_000;
    }
    expect(isHeldBack || socket.destroyed).toBe(true);
    expect(await serve(hub)).toBe("one");
  });

  it("a client that wants more leases than any needs", async () => {
    const hub = await startHub();
    const client = await hub.connect();
    for (let index = 0; index < 256; index++) await client.lease(`board ${index}`, own);
    expect((await errorOf(client.lease("one more", own))).message).toContain("256 leases at most");
    await client.close();
    expect(await serve(hub)).toBe("one");
  });

  it("a client whose writes wait for nothing", async () => {
    const hub = await startHub();
    const socket = await openSocket(hub);
    socket.resume();
    await send(
      socket,
      frame({ jsonrpc: "2.0", id: 0, method: "hub/hello", params: { name: "fast", pid: 1 } }),
    );
    const claim = { lease: 1, address: "one", purpose: "flooding", wait: false, guest: false };
    await send(socket, frame({ jsonrpc: "2.0", id: 1, method: "device/claim", params: claim }));
    const data = Buffer.alloc(48 * 1024).toString("base64");
    for (let id = 2; id < 300; id++) {
      await send(socket, frame({ jsonrpc: "2.0", id, method: "device/write", params: { lease: 1, data } }));
    }
    await hub.board("one").until(({ received }) => received.length >= 298 * 48 * 1024);
    socket.destroy();
    const client = await hub.connect();
    const next = await client.lease("one", { purpose: "next", wait: true });
    expect(next.address).toBe("one");
  });
});
