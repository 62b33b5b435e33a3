import { type Transport, TransportError } from "../../dist/index.js";
import { pickNumber, seededRandom } from "./random.js";

/** What may happen to bytes on their way. `cut` ends the connection, as an unplugged cable does. */
const faultKinds = ["drop", "repeat", "delay", "reorder", "change", "cut"] as const;
type FaultKind = (typeof faultKinds)[number];

interface Fault {
  readonly kind: FaultKind;
  /** Bytes of its direction that go before. */
  readonly at: number;
  /** Bytes that it meets. */
  readonly length: number;
}

export interface FaultOptions {
  /** Kinds to choose from; default: all. */
  readonly kinds?: readonly FaultKind[];
  /** Bytes that go before the first fault, to the target and from it; default: none. */
  readonly from?: readonly [toTarget: number, fromTarget: number];
  /** Faults lie within so many bytes from there. */
  readonly reach?: readonly [toTarget: number, fromTarget: number];
  /** Most faults of one connection; there may be none. */
  readonly most?: number;
}

/** How long bytes are delayed, and how long at most those wait that others overtake, in milliseconds. */
const delayMs = 15;

/**
 * A transport whose wire is bad: it drops, repeats, delays, reorders, changes and cuts, in both directions, at places
 * that the seed decides. The same seed gives the same faults at the same bytes.
 */
export function createFaultyTransport(inner: Transport, seed: number, options: FaultOptions = {}): Transport {
  const { kinds = faultKinds, from = [0, 0], reach = [20_000, 2000], most = 3 } = options;
  const random = seededRandom(seed);
  const plan: [Fault[], Fault[]] = [[], []];
  for (let left = pickNumber(random, most + 1); left > 0; left--) {
    const direction = random() < 0.7 ? 0 : 1;
    plan[direction].push({
      kind: kinds[pickNumber(random, kinds.length)] ?? "drop",
      at: from[direction] + pickNumber(random, reach[direction]),
      length: 1 + pickNumber(random, random() < 0.5 ? 3 : 200),
    });
  }
  const dataListeners = new Set<(bytes: Uint8Array) => void>();
  const lostListeners = new Set<(error: TransportError) => void>();
  let isOver = false;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    isOver = true;
    return (closing ??= inner.close());
  };

  const cut = (): void => {
    if (isOver) return;
    void close();
    const error = new TransportError("disconnected", `${inner.name} was unplugged`);
    for (const listener of lostListeners) listener(error);
  };
  const toTarget = new FaultyWire(plan[0], (bytes) => inner.write(bytes), cut);
  const fromTarget = new FaultyWire(
    plan[1],
    (bytes) => {
      if (!isOver) for (const listener of dataListeners) listener(bytes.slice());
      return Promise.resolve();
    },
    cut,
  );
  inner.onData((bytes) => void fromTarget.send(bytes).catch(() => undefined));
  inner.onLost((error) => {
    isOver = true;
    for (const listener of lostListeners) listener(error);
  });
  return {
    name: inner.name,
    traits: inner.traits,
    open: () => inner.open(),
    async write(bytes) {
      if (isOver) throw new TransportError("disconnected", `${inner.name} is gone`);
      await toTarget.send(bytes);
    },
    close,
    ...(inner.hardReset ? { hardReset: () => inner.hardReset?.() ?? Promise.resolve() } : {}),
    ...(inner.endInput ? { endInput: () => inner.endInput?.() } : {}),
    onData(listener) {
      dataListeners.add(listener);
      return () => void dataListeners.delete(listener);
    },
    onLost(listener) {
      lostListeners.add(listener);
      return () => void lostListeners.delete(listener);
    },
  };
}

/** One direction: bytes go through in order, but for the faults. */
class FaultyWire {
  readonly #faults: Fault[];
  readonly #deliver: (bytes: Uint8Array) => Promise<void>;
  readonly #cut: () => void;
  #position = 0;
  #last: Promise<void> = Promise.resolve();
  #overtaken: { readonly bytes: Uint8Array; left: number; timer: ReturnType<typeof setTimeout> } | undefined;

  constructor(faults: readonly Fault[], deliver: (bytes: Uint8Array) => Promise<void>, cut: () => void) {
    this.#faults = [...faults].sort((a, b) => a.at - b.at);
    this.#deliver = deliver;
    this.#cut = cut;
  }

  /** Resolves when the bytes, or what became of them, have gone. */
  send(bytes: Uint8Array): Promise<void> {
    const turn = this.#last.then(() => this.#pass(bytes));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #pass(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      const [fault] = this.#faults;
      const before = fault === undefined ? rest.length : Math.max(0, fault.at - this.#position);
      if (fault === undefined || before >= rest.length) {
        await this.#go(rest);
        return;
      }
      if (before > 0) await this.#go(rest.subarray(0, before));
      this.#faults.shift();
      const met = rest.slice(before, before + fault.length);
      rest = rest.subarray(before + met.length);
      await this.#suffer(fault.kind, met);
    }
  }

  async #suffer(kind: FaultKind, met: Uint8Array): Promise<void> {
    switch (kind) {
      case "drop":
        this.#position += met.length;
        return;
      case "repeat":
        await this.#go(met);
        await this.#deliver(met);
        return;
      case "delay":
        await new Promise((resolve) => setTimeout(resolve, delayMs));
        await this.#go(met);
        return;
      case "reorder":
        this.#position += met.length;
        await this.#release();
        this.#overtaken = {
          bytes: met,
          left: met.length,
          timer: setTimeout(() => void this.#release().catch(() => undefined), delayMs),
        };
        return;
      case "change":
        await this.#go(met.map((byte) => byte ^ 0x15));
        return;
      case "cut":
        this.#cut();
        throw new TransportError("disconnected", "unplugged");
    }
  }

  /** Delivers; after enough bytes also those that were overtaken. */
  async #go(bytes: Uint8Array): Promise<void> {
    this.#position += bytes.length;
    await this.#deliver(bytes);
    if (this.#overtaken === undefined) return;
    this.#overtaken.left -= bytes.length;
    if (this.#overtaken.left <= 0) await this.#release();
  }

  async #release(): Promise<void> {
    const overtaken = this.#overtaken;
    if (overtaken === undefined) return;
    this.#overtaken = undefined;
    clearTimeout(overtaken.timer);
    await this.#deliver(overtaken.bytes);
  }
}
