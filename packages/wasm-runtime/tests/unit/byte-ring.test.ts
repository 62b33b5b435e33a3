import { describe, expect, it } from "vitest";
import { ByteRing } from "../../src/byte-ring.js";

function createRing(capacity: number): ByteRing {
  return new ByteRing(new SharedArrayBuffer(ByteRing.sizeOf(capacity)), 0, capacity);
}

describe("a ring of bytes", () => {
  it("gives bytes back in order, across its end", () => {
    const ring = createRing(8);
    const target = new Uint8Array(8);
    for (let round = 0; round < 50; round++) {
      const sent = Uint8Array.from([round, round + 1, round + 2, round + 3, round + 4]);
      expect(ring.push(sent)).toBe(5);
      expect(ring.pull(target)).toBe(5);
      expect(target.subarray(0, 5)).toEqual(sent);
    }
  });

  it("takes what fits and says how much", () => {
    const ring = createRing(4);
    expect(ring.push(Uint8Array.of(1, 2, 3))).toBe(3);
    expect(ring.push(Uint8Array.of(4, 5, 6))).toBe(1);
    expect(ring.push(Uint8Array.of(7))).toBe(0);
    expect(ring.space).toBe(0);
    expect(ring.pullByte()).toBe(1);
    expect(ring.push(Uint8Array.of(8, 9), 1)).toBe(1);
    expect([ring.pullByte(), ring.pullByte(), ring.pullByte(), ring.pullByte()]).toEqual([2, 3, 4, 9]);
    expect(ring.pullByte()).toBe(-1);
  });

  it("pulls no more than asked for, to where it is asked", () => {
    const ring = createRing(16);
    ring.push(Uint8Array.of(1, 2, 3, 4));
    const target = new Uint8Array(4);
    expect(ring.pull(target, 1, 2)).toBe(2);
    expect([...target]).toEqual([0, 1, 2, 0]);
    expect(ring.available).toBe(2);
  });

  it("goes on when its positions pass 2 to the power of 32", () => {
    const memory = new SharedArrayBuffer(ByteRing.sizeOf(8));
    new Int32Array(memory, 0, 2).fill(-3);
    const ring = new ByteRing(memory, 0, 8);
    expect(ring.available).toBe(0);
    expect(ring.push(Uint8Array.of(1, 2, 3, 4, 5, 6))).toBe(6);
    expect(ring.available).toBe(6);
    expect([...Array(6)].map(() => ring.pullByte())).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
