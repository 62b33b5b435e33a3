import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { connectHub, type Hub, type HubOptions, type HubServer, serveHub } from "../../dist/hub/index.js";
import { createMemoryTransport, type FarEnd, type Transport, TransportError } from "../../dist/index.js";

/** A board of a test's own: what the hub did with its port, and its far end while that is open. */
export class MemoryBoard {
  readonly events: string[] = [];
  far: FarEnd | undefined;
  received = "";
  /** Why it can't be opened. */
  problem: TransportError | undefined;
  /** Called with what is written. */
  onReceived: (bytes: Uint8Array) => void = () => undefined;
  #changed: () => void = () => undefined;

  constructor(readonly address: string) {}

  make(): Transport {
    const { transport, far } = createMemoryTransport(this.address);
    return {
      ...transport,
      open: async () => {
        if (this.problem) throw this.problem;
        await transport.open();
        this.far = far;
        far.onReceived((bytes) => {
          this.received += Buffer.from(bytes).toString("latin1");
          this.onReceived(bytes);
          this.#changed();
        });
        this.#note("open");
      },
      close: async () => {
        await transport.close();
        this.#note("close");
      },
      hardReset: async () => this.#note("reset"),
    };
  }

  /** Resolves when the condition holds. */
  async until(condition: (board: this) => boolean): Promise<void> {
    while (!condition(this)) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  #note(event: string): void {
    this.events.push(event);
    this.#changed();
  }
}

const cleanups: (() => Promise<unknown>)[] = [];

/** To be done after the test. */
export function later(work: () => Promise<unknown>): void {
  cleanups.push(work);
}

afterEach(async () => {
  for (const work of cleanups.splice(0).toReversed()) await work();
});

/** A folder that is gone after the test. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "slotscope-hub-"));
  later(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A place for a hub to listen: a socket, or a pipe on Windows. */
export function scratchSocket(): string {
  if (process.platform === "win32")
    return `\\\\.\\pipe\\slotscope-test-${Math.random().toString(36).slice(2)}`;
  return join(scratchFolder(), "hub.sock");
}

export interface TestHub {
  readonly server: HubServer;
  readonly socket: string;
  /** The board at an address, there from the first asking. */
  readonly board: (address: string) => MemoryBoard;
  readonly connect: (name?: string) => Promise<Hub>;
}

/** A hub in this process, over boards in memory. It keeps ports open until told otherwise. */
export async function startHub(options: Partial<HubOptions> = {}): Promise<TestHub> {
  const boards = new Map<string, MemoryBoard>();
  const board = (address: string): MemoryBoard => {
    const known = boards.get(address) ?? new MemoryBoard(address);
    boards.set(address, known);
    return known;
  };
  const server = await serveHub({
    socket: scratchSocket(),
    version: "1.2.3",
    openDevice: (address) => board(address).make(),
    lingerMs: 60_000,
    idleMs: 60_000,
    ...options,
  });
  later(() => server.close());
  return {
    server,
    socket: server.socket,
    board,
    async connect(name = "a test") {
      const hub = await connectHub({ socket: server.socket, name });
      later(() => hub.close());
      return hub;
    },
  };
}

/** The error a promise is rejected with. */
export async function errorOf(promise: Promise<unknown>): Promise<TransportError> {
  try {
    await promise;
  } catch (error) {
    return error as TransportError;
  }
  throw new Error("it was not rejected");
}

/** A promise and what resolves it. */
export function signal<T = void>(): { readonly promise: Promise<T>; readonly give: (value: T) => void } {
  let give!: (value: T) => void;
  const promise = new Promise<T>((resolve) => {
    give = resolve;
  });
  return { promise, give };
}
