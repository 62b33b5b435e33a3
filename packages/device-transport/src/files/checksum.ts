import { crc32 } from "../agent-link/crc32.js";

/** The check of one message that the board can compute: `crc32` by its `binascii`, `adler32` where it has none. */
export type CheckKind = "crc32" | "adler32";

/** The same number as the board's `check(bytes, seed)`. */
export function checkOf(kind: CheckKind, bytes: Uint8Array, seed: number): number {
  return kind === "crc32" ? crc32(bytes, seed) : adler32(bytes, seed);
}

/** Adler-32 as zlib has it: an unsigned 32-bit number. */
function adler32(bytes: Uint8Array, seed: number): number {
  let low = seed & 0xffff;
  let high = seed >>> 16;
  for (const byte of bytes) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return ((high << 16) | low) >>> 0;
}

/** Eight hexadecimal digits. */
export function hexOf(number: number): string {
  return number.toString(16).padStart(8, "0");
}

export function bytesToBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(text);
}

export function bytesFromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

export function bytesToHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function bytesFromHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(text.slice(index * 2, index * 2 + 2), 16);
  }
  return bytes;
}
