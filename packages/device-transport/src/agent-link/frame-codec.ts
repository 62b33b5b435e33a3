import { concatenate } from "../concatenate.js";
import {
  decodeHeader,
  type Direction,
  encodeFrame,
  frameStart,
  headerSize,
  isWhole,
  maxPayload,
  sequenceModulus,
  trailerSize,
} from "./frame-format.js";

/** Splits messages into the frames of one direction. */
export class FrameEncoder {
  readonly #direction: Direction;
  readonly #nonce: number;
  #sequence = 0;

  /** `nonce` is any unsigned 32-bit number that both ends of the session know. */
  constructor(direction: Direction, nonce: number) {
    this.#direction = direction;
    this.#nonce = nonce;
  }

  /** The frames of one message, one after the other. */
  encode(message: Uint8Array): Uint8Array {
    return concatenate([...this.frames(message)]);
  }

  /** An empty frame of no message. */
  probe(): Uint8Array {
    const header = { first: false, last: false, sequence: this.#sequence };
    this.#sequence = (this.#sequence + 1) % sequenceModulus;
    return encodeFrame(this.#direction, this.#nonce, header, new Uint8Array(0));
  }

  /** The frames of one message, of at most so many bytes of payload each; numbered as they are taken. */
  *frames(message: Uint8Array, limit = maxPayload): Generator<Uint8Array> {
    for (let start = 0; start === 0 || start < message.length; start += limit) {
      const payload = message.subarray(start, start + limit);
      const header = {
        first: start === 0,
        last: start + limit >= message.length,
        sequence: this.#sequence,
      };
      this.#sequence = (this.#sequence + 1) % sequenceModulus;
      yield encodeFrame(this.#direction, this.#nonce, header, payload);
    }
  }
}

/** What a decoder found, in order. */
export type Decoded =
  | { readonly kind: "message"; readonly bytes: Uint8Array }
  /** Bytes that belong to no frame. */
  | { readonly kind: "output"; readonly bytes: Uint8Array }
  /** Frames are missing; a message that was begun is void. */
  | { readonly kind: "lost"; readonly frames: number }
  /** The other end has taken a frame: an empty one that neither begins nor ends a message. */
  | { readonly kind: "taken" }
  /** The other end misses frames: an empty one that begins a message. */
  | { readonly kind: "missing" };

/**
 * Separates the frames of one direction from the other bytes on the same wire. It never fails: whatever is
 * no valid frame is output, byte by byte as it came. Bytes that may still become a frame are held back;
 * `isHolding` tells so, and `flush` gives them up.
 */
export class FrameDecoder {
  readonly #direction: Direction;
  readonly #nonce: number;
  #held: Uint8Array = new Uint8Array(0);
  #sequence = 0;
  #parts: Uint8Array[] | undefined;

  constructor(direction: Direction, nonce: number) {
    this.#direction = direction;
    this.#nonce = nonce;
  }

  /** Whether the last bytes that came may be the beginning of a frame. */
  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  /** Whether a message has begun and not ended. */
  get isInMessage(): boolean {
    return this.#parts !== undefined;
  }

  push(chunk: Uint8Array): readonly Decoded[] {
    const bytes = this.#held.length > 0 ? concatenate([this.#held, chunk]) : chunk;
    return this.#decode(bytes, false);
  }

  /** Takes what is held back for what it can only be when nothing follows: output. */
  flush(): readonly Decoded[] {
    return this.#decode(this.#held, true);
  }

  #decode(bytes: Uint8Array, isEnd: boolean): readonly Decoded[] {
    const found: Decoded[] = [];
    let outputFrom = 0;
    let at = bytes.indexOf(frameStart);
    this.#held = new Uint8Array(0);
    while (at >= 0) {
      const size = this.#frameSize(bytes, at);
      if (size !== undefined && at + size > bytes.length && !isEnd) {
        this.#held = bytes.slice(at);
        break;
      }
      if (
        size !== undefined &&
        at + size <= bytes.length &&
        isWhole(this.#nonce, bytes.subarray(at, at + size))
      ) {
        if (at > outputFrom) found.push({ kind: "output", bytes: bytes.slice(outputFrom, at) });
        this.#accept(bytes.slice(at, at + size), found);
        outputFrom = at + size;
        at = bytes.indexOf(frameStart, outputFrom);
      } else {
        at = bytes.indexOf(frameStart, at + 1);
      }
    }
    const outputTo = at >= 0 ? at : bytes.length;
    if (outputTo > outputFrom) found.push({ kind: "output", bytes: bytes.slice(outputFrom, outputTo) });
    return found;
  }

  /** Bytes that a frame at this place takes, as far as can be told; undefined if there is none. */
  #frameSize(bytes: Uint8Array, at: number): number | undefined {
    if (bytes.length - at < headerSize) return headerSize;
    const header = decodeHeader(this.#direction, this.#nonce, bytes.subarray(at, at + headerSize));
    return header && headerSize + header.length + trailerSize;
  }

  #accept(frame: Uint8Array, found: Decoded[]): void {
    const header = decodeHeader(this.#direction, this.#nonce, frame.subarray(0, headerSize));
    if (!header) return;
    const missing = (header.sequence - this.#sequence + sequenceModulus) % sequenceModulus;
    this.#sequence = (header.sequence + 1) % sequenceModulus;
    if (missing > 0) {
      found.push({ kind: "lost", frames: missing });
      this.#parts = undefined;
    }
    if (header.length === 0 && !header.last) {
      found.push({ kind: header.first ? "missing" : "taken" });
      return;
    }
    if (header.first) this.#parts = [];
    this.#parts?.push(frame.subarray(headerSize, frame.length - trailerSize));
    if (header.last && this.#parts) {
      found.push({ kind: "message", bytes: concatenate(this.#parts) });
      this.#parts = undefined;
    }
  }
}
