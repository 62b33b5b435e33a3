import { crc32 } from "./crc32.js";

/**
 * A frame on the wire (docs/agent-protocol.md), all of it printable ASCII but for its first byte and what
 * the payload holds:
 *
 *     1E  kind  sequence  length(3 hex)  check(2 hex)  payload  crc(8 hex)
 *
 * `kind` tells the direction and whether the frame begins and ends a message; `sequence` counts the frames
 * of a direction modulo 64. `check` covers the three fields before it, `crc` everything before it but the
 * first byte. Both are CRC-32 seeded with the session's nonce.
 */
export const frameStart = 0x1e;
export const headerSize = 8;
export const trailerSize = 8;

/** Largest payload of a frame in bytes: small, for the sake of targets with a few kilobytes of buffers. */
export const maxPayload = 1024;

export const sequenceModulus = 64;
const sequenceBase = 0x30;

export type Direction = "to-target" | "to-host";

/** First letter of the kinds of a direction: base, +1 begins a message, +2 ends one. */
const kindBase: Record<Direction, number> = { "to-target": 0x61, "to-host": 0x41 };

export interface FrameHeader {
  readonly first: boolean;
  readonly last: boolean;
  readonly sequence: number;
  /** Bytes of payload. */
  readonly length: number;
}

const ascii = new TextEncoder();
const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");

export function encodeFrame(
  direction: Direction,
  nonce: number,
  header: Omit<FrameHeader, "length">,
  payload: Uint8Array,
): Uint8Array {
  const frame = new Uint8Array(headerSize + payload.length + trailerSize);
  frame[0] = frameStart;
  frame[1] = kindBase[direction] + (header.first ? 1 : 0) + (header.last ? 2 : 0);
  frame[2] = sequenceBase + header.sequence;
  frame.set(ascii.encode(hex(payload.length, 3)), 3);
  frame.set(ascii.encode(hex(crc32(frame.subarray(1, 6), nonce) & 0xff, 2)), 6);
  frame.set(payload, headerSize);
  const end = headerSize + payload.length;
  frame.set(ascii.encode(hex(crc32(frame.subarray(1, end), nonce), 8)), end);
  return frame;
}

/** Reads a header of `headerSize` bytes; undefined if it is none. */
export function decodeHeader(
  direction: Direction,
  nonce: number,
  bytes: Uint8Array,
): FrameHeader | undefined {
  const kind = (bytes[1] ?? 0) - kindBase[direction];
  const sequence = (bytes[2] ?? 0) - sequenceBase;
  const length = readHex(bytes.subarray(3, 6));
  const check = readHex(bytes.subarray(6, 8));
  if (bytes[0] !== frameStart || kind < 0 || kind > 3) return undefined;
  if (sequence < 0 || sequence >= sequenceModulus || !(length <= maxPayload)) return undefined;
  if (check !== (crc32(bytes.subarray(1, 6), nonce) & 0xff)) return undefined;
  return { first: (kind & 1) !== 0, last: (kind & 2) !== 0, sequence, length };
}

/** Whether the trailer of a whole frame fits what stands before it. */
export function isWhole(nonce: number, frame: Uint8Array): boolean {
  const end = frame.length - trailerSize;
  return readHex(frame.subarray(end)) === crc32(frame.subarray(1, end), nonce);
}

/** Value of lower-case hexadecimal digits; NaN if one of the bytes is none. */
function readHex(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) {
    const digit =
      byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : NaN;
    value = value * 16 + digit;
  }
  return value;
}
