import { crc32 as zlibCrc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { crc32 } from "../../src/agent-link/crc32.js";
import { type Decoded, FrameDecoder, FrameEncoder } from "../../src/agent-link/frame-codec.js";
import { encodeFrame, maxPayload } from "../../src/agent-link/frame-format.js";

const nonce = 0x5eed1234;
const utf8 = new TextEncoder();

/** Numbers that look random and are the same in every run (mulberry32). */
function randomness(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

function randomBytes(random: (below: number) => number, length: number): Uint8Array {
  // Bytes that frames are made of come often, so that much looks like a frame.
  const likely = utf8.encode("\u001eABCDabcd0123456789abcdef{}");
  return Uint8Array.from({ length }, () =>
    random(3) === 0 ? random(256) : (likely[random(likely.length)] ?? 0),
  );
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Feeds the bytes in pieces of random size, and flushes at the end. */
function decode(decoder: FrameDecoder, bytes: Uint8Array, random: (below: number) => number): Decoded[] {
  const found: Decoded[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + random(random(4) === 0 ? 3000 : 12);
    found.push(...decoder.push(bytes.slice(at, at + size)));
    at += size;
  }
  found.push(...decoder.flush());
  return found;
}

const output = (found: readonly Decoded[]) =>
  join(found.flatMap((item) => (item.kind === "output" ? [item.bytes] : [])));
const messages = (found: readonly Decoded[]) =>
  found.flatMap((item) => (item.kind === "message" ? [item.bytes] : []));

describe("crc32", () => {
  it("is that of zlib, also with a seed and in parts", () => {
    const random = randomness(1);
    for (let i = 0; i < 200; i++) {
      const bytes = randomBytes(random, random(80));
      const seed = random(2 ** 32);
      expect(crc32(bytes, seed)).toBe(zlibCrc32(bytes, seed));
      const cut = random(bytes.length + 1);
      expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut), seed))).toBe(crc32(bytes, seed));
    }
  });
});

describe("the frame codec", () => {
  it("gives messages and output back whole and in order, however they are cut up", () => {
    for (let run = 0; run < 300; run++) {
      const random = randomness(run);
      const encoder = new FrameEncoder("to-host", nonce);
      const sent: Decoded[] = [];
      const wire: Uint8Array[] = [];
      for (let i = random(12); i >= 0; i--) {
        const isMessage = random(2) === 0;
        const size = random(6) === 0 ? random(3 * maxPayload) : random(40);
        const bytes = randomBytes(random, isMessage ? size : size + 1);
        sent.push({ kind: isMessage ? "message" : "output", bytes });
        wire.push(isMessage ? encoder.encode(bytes) : bytes);
      }
      const found = decode(new FrameDecoder("to-host", nonce), join(wire), random);
      expect(messages(found)).toEqual(messages(sent));
      expect(output(found)).toEqual(output(sent));
    }
  });

  it("takes bytes that are no frame for output, byte for byte", () => {
    for (let run = 0; run < 300; run++) {
      const random = randomness(run + 1000);
      const bytes = randomBytes(random, random(4000));
      const found = decode(new FrameDecoder("to-host", nonce), bytes, random);
      expect(found.every((item) => item.kind === "output")).toBe(true);
      expect(output(found)).toEqual(bytes);
    }
  });

  it("takes frames of another session or of the other direction for output", () => {
    const random = randomness(7);
    for (let run = 0; run < 100; run++) {
      const message = randomBytes(random, random(100));
      const stale = new FrameEncoder("to-host", nonce + 1 + run).encode(message);
      const echo = new FrameEncoder("to-target", nonce).encode(message);
      const found = decode(new FrameDecoder("to-host", nonce), join([stale, echo]), random);
      expect(messages(found)).toEqual([]);
      expect(output(found)).toEqual(join([stale, echo]));
    }
  });

  it("never makes a message of a damaged frame, and finds the next one", () => {
    for (let run = 0; run < 500; run++) {
      const random = randomness(run + 5000);
      const encoder = new FrameEncoder("to-host", nonce);
      const first = encoder.encode(utf8.encode("one"));
      const damaged = encoder.encode(randomBytes(random, random(60)));
      const last = encoder.encode(utf8.encode("three"));
      const at = random(damaged.length);
      const kind = random(3);
      const hurt =
        kind === 0
          ? join([damaged.subarray(0, at), damaged.subarray(at + 1)])
          : kind === 1
            ? join([damaged.subarray(0, at), randomBytes(random, 1 + random(5)), damaged.subarray(at)])
            : damaged.map((byte, i) => (i === at ? byte ^ (1 + random(255)) : byte));
      const found = decode(new FrameDecoder("to-host", nonce), join([first, hurt, last]), random);
      const got = messages(found).map((bytes) => new TextDecoder().decode(bytes));
      expect(got[0]).toBe("one");
      expect(got.at(-1)).toBe("three");
      // An insertion in front of the frame or behind it does no harm.
      const isUnharmed = got.length === 3;
      expect(messages(found).slice(1, -1)).toEqual(isUnharmed ? [damaged.subarray(8, -8)] : []);
      expect(found.filter((item) => item.kind === "lost")).toEqual(
        isUnharmed ? [] : [{ kind: "lost", frames: 1 }],
      );
    }
  });

  it("tells how many frames are missing, and drops a message that lost a part", () => {
    const encoder = new FrameEncoder("to-host", nonce);
    const size = maxPayload + 16;
    const long = encoder.encode(randomBytes(randomness(3), 4 * maxPayload));
    const short = encoder.encode(utf8.encode("short"));
    const decoder = new FrameDecoder("to-host", nonce);
    const holed = join([long.subarray(0, size), long.subarray(3 * size), short]);
    expect(decoder.push(holed)).toEqual([
      { kind: "lost", frames: 2 },
      { kind: "message", bytes: utf8.encode("short") },
    ]);
  });

  it("does not deliver a frame that comes twice", () => {
    const frame = new FrameEncoder("to-host", nonce).encode(utf8.encode("once"));
    const decoder = new FrameDecoder("to-host", nonce);
    expect(messages(decoder.push(frame))).toHaveLength(1);
    expect(decoder.push(frame)).toContainEqual({ kind: "lost", frames: 63 });
  });

  it("holds what may become a frame, and gives it up when nothing follows", () => {
    const frame = new FrameEncoder("to-host", nonce).encode(utf8.encode("hello"));
    const decoder = new FrameDecoder("to-host", nonce);
    expect(decoder.push(frame.subarray(0, 15))).toEqual([]);
    expect(decoder.isHolding).toBe(true);
    expect(decoder.flush()).toEqual([{ kind: "output", bytes: frame.slice(0, 15) }]);
    expect(decoder.isHolding).toBe(false);
  });

  it("finds a frame inside one that stalled", () => {
    const encoder = new FrameEncoder("to-host", nonce);
    const cut = encoder.encode(randomBytes(randomness(5), 500)).subarray(0, 40);
    const whole = encoder.encode(utf8.encode("whole"));
    const decoder = new FrameDecoder("to-host", nonce);
    expect(decoder.push(join([cut, whole]))).toEqual([]);
    const found = decoder.flush();
    expect(output(found)).toEqual(cut);
    expect(messages(found).map((bytes) => new TextDecoder().decode(bytes))).toEqual(["whole"]);
  });

  it("knows a false start as soon as the header is there", () => {
    const decoder = new FrameDecoder("to-host", nonce);
    const start = utf8.encode("\u001eD0005zz");
    expect(decoder.push(start)).toEqual([{ kind: "output", bytes: start }]);
    expect(decoder.isHolding).toBe(false);
  });

  it("lays a frame out as documented", () => {
    const header = { first: true, last: true, sequence: 5 };
    const frame = encodeFrame("to-host", 0, header, utf8.encode("{}"));
    expect(frame[0]).toBe(0x1e);
    expect(new TextDecoder().decode(frame.subarray(1))).toMatch(/^D5002[0-9a-f]{2}\{\}[0-9a-f]{8}$/);
  });
});
