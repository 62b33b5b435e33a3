import { TransportError } from "../transport-error.js";

const escape = 0x1b;
const ctrlC = 0x03;

const decoder = new TextDecoder("latin1");

/** Data on their way to code that asks for them step by step: see `namespaceCode`. */
export class InputSteps {
  /** What the code is told of each: twice the bytes to come, one more where they hold escapes. */
  readonly lengths: readonly number[];
  readonly #mark: string;
  readonly #send: (bytes: Uint8Array) => Promise<void>;
  readonly #giveUp: () => void;
  readonly #patienceMs: number;
  readonly #waiting: Uint8Array[];
  #heard = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isLost = false;

  /** `giveUp` is called where the board does not ask for the next step within the time, so that some of it is lost. */
  constructor(
    data: readonly Uint8Array[],
    size: number,
    mark: string,
    patienceMs: number,
    send: (bytes: Uint8Array) => Promise<void>,
    giveUp: () => void,
  ) {
    this.#mark = mark;
    this.#send = send;
    this.#giveUp = giveUp;
    this.#patienceMs = patienceMs;
    const words = data.map(escapeControl);
    this.lengths = words.map(
      (word, index) => word.length * 2 + (word.length > (data[index]?.length ?? 0) ? 1 : 0),
    );
    this.#waiting = words.flatMap((word) =>
      Array.from({ length: Math.ceil(word.length / size) }, (_, index) =>
        word.subarray(index * size, (index + 1) * size),
      ),
    );
    this.#wait();
  }

  /** Whether it was given up before all had arrived. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Takes what the board says. */
  hear(bytes: Uint8Array): void {
    this.#heard += decoder.decode(bytes);
    for (;;) {
      const at = this.#heard.indexOf(this.#mark);
      const kind = at < 0 ? "" : this.#heard.charAt(at + this.#mark.length);
      if (kind === "") return;
      this.#heard = this.#heard.slice(at + this.#mark.length + 1);
      const next = kind === "?" ? this.#waiting.shift() : undefined;
      if (next === undefined) {
        // All have arrived, or the code has failed.
        this.end();
        return;
      }
      this.#wait();
      // Where it fails the code's end is told by the transport's loss.
      this.#send(next).catch((error: unknown) => {
        if (!(error instanceof TransportError)) throw error;
      });
    }
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isLost = true;
      this.#giveUp();
    }, this.#patienceMs);
  }
}

/** ctrl-C as ESC 1, ESC as ESC 2: the first would interrupt the code that reads. */
function escapeControl(bytes: Uint8Array): Uint8Array {
  const count = bytes.reduce((sum, byte) => sum + (byte === ctrlC || byte === escape ? 1 : 0), 0);
  if (count === 0) return bytes;
  const out = new Uint8Array(bytes.length + count);
  let length = 0;
  for (const byte of bytes) {
    if (byte === ctrlC || byte === escape) {
      out[length++] = escape;
      out[length++] = byte === ctrlC ? 1 : 2;
    } else out[length++] = byte;
  }
  return out;
}
