/** Longest message taken, in bytes: a longer one is a mistake in the header. */
const longestMessage = 64 * 1024 * 1024;
/** Longest header block taken, in bytes. */
const longestHeader = 4096;

const endOfHeader = [13, 10, 13, 10];
const startOfHeader = [...new TextEncoder().encode("Content-Length:")];

export interface Decoded {
  readonly messages: readonly unknown[];
  /** What could not be read, in words; the stream goes on at the next header. */
  readonly complaints: readonly string[];
}

/**
 * Takes apart the byte stream of a client: `Content-Length: N`, an empty line, N bytes of JSON (Debug Adapter
 * Protocol, "Base protocol"). Whatever is none of that is passed over up to the next header, so that one bad message,
 * also one with a wrong length, costs at most itself.
 */
export class MessageDecoder {
  #chunks: Uint8Array[] = [];
  #size = 0;
  /** Bytes that must have come before looking again is worth it. */
  #needed = 1;

  push(chunk: Uint8Array): Decoded {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    const messages: unknown[] = [];
    const complaints: string[] = [];
    if (this.#size < this.#needed) return { messages, complaints };
    let bytes = joinChunks(this.#chunks, this.#size);
    this.#needed = 1;
    for (;;) {
      const header = indexOf(bytes, endOfHeader, 0);
      if (header < 0) {
        if (bytes.length > longestHeader) {
          complaints.push("A header without an end was passed over.");
          bytes = bytes.subarray(resume(bytes, 1));
          if (bytes.length > longestHeader) continue;
        }
        break;
      }
      const length = readLength(bytes.subarray(0, header));
      const body = header + endOfHeader.length;
      if (length === undefined) {
        complaints.push("A message without a valid Content-Length was passed over.");
        bytes = bytes.subarray(resume(bytes, 1));
        continue;
      }
      if (bytes.length < body + length) {
        this.#needed = body + length;
        break;
      }
      try {
        messages.push(JSON.parse(new TextDecoder().decode(bytes.subarray(body, body + length))));
        bytes = bytes.subarray(body + length);
      } catch (error) {
        complaints.push(`A message that is no JSON was passed over (${(error as Error).message}).`);
        // The length may have been wrong: the next message can begin inside of this one.
        const next = indexOf(bytes.subarray(0, body + length), startOfHeader, body);
        bytes = bytes.subarray(next < 0 ? body + length : next);
      }
    }
    this.#chunks = bytes.length > 0 ? [bytes] : [];
    this.#size = bytes.length;
    return { messages, complaints };
  }
}

export function encodeMessage(message: object): Uint8Array {
  const body = new TextEncoder().encode(JSON.stringify(message));
  const header = new TextEncoder().encode(`Content-Length: ${body.length}\r\n\r\n`);
  return joinChunks([header, body], header.length + body.length);
}

function readLength(header: Uint8Array): number | undefined {
  const match = /(?:^|\r\n)Content-Length: *(\d{1,9})\s*(?:\r\n|$)/i.exec(new TextDecoder().decode(header));
  const length = Number(match?.[1]);
  return match && length <= longestMessage ? length : undefined;
}

/** Where the next header may begin, from `from` on; what could be the beginning of one at the end is kept. */
function resume(bytes: Uint8Array, from: number): number {
  const next = indexOf(bytes, startOfHeader, from);
  return next >= 0 ? next : Math.max(from, bytes.length - startOfHeader.length + 1);
}

function indexOf(bytes: Uint8Array, wanted: readonly number[], from: number): number {
  const [first = 0] = wanted;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (wanted.every((byte, offset) => bytes[at + offset] === byte)) return at;
  }
  return -1;
}

function joinChunks(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = chunks;
  if (only && chunks.length === 1) return only;
  const joined = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}
