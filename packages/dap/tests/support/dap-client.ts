import { type ChildProcess, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { DebugClient } from "@vscode/debugadapter-testsupport";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { onTestFinished } from "vitest";

const adapterPath = join(dirname(fileURLToPath(import.meta.url)), "adapter.mjs");

const patience = 20_000;

/** A client with what tests need besides: events are kept, so that none is missed between two waits. */
export class TestClient extends DebugClient {
  readonly events: DebugProtocol.Event[] = [];
  readonly #given = new Map<string, number>();
  #wake: (() => void)[] = [];

  /** @param exited The exit code of the adapter's process, once it has ended. */
  constructor(readonly exited: Promise<number | null>) {
    super("node", adapterPath, "slotscope");
    this.defaultTimeout = patience;
  }

  /** Public here: the tests start the process themselves, to see how it ends. */
  override connect(readable: Readable, writable: Writable): void {
    super.connect(readable, writable);
  }

  override emit(name: string | symbol, ...args: unknown[]): boolean {
    const [event] = args;
    if (typeof name === "string" && isEvent(event)) {
      this.events.push(event);
      for (const wake of this.#wake.splice(0)) wake();
    }
    return super.emit(name, ...args);
  }

  /** Sends any request with any arguments, and gives the response as it is. */
  sendRaw(command: string, args: unknown, answered: (response: DebugProtocol.Response) => void): void {
    const client = this as unknown as {
      doSend(command: string, args: unknown, answered: (response: DebugProtocol.Response) => void): void;
    };
    client.doSend(command, args, answered);
  }

  /** The next event of that name which this has not given yet. */
  async next(name: string): Promise<DebugProtocol.Event> {
    const index = this.#given.get(name) ?? 0;
    this.#given.set(name, index + 1);
    return await this.until(
      () => this.events.filter((event) => event.event === name)[index],
      `event ${name}`,
    );
  }

  async until<T>(look: () => T | undefined, what: string): Promise<T> {
    const deadline = Date.now() + patience;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (Date.now() >= deadline) {
        throw new Error(`Waited in vain for ${what}; met ${JSON.stringify(this.events)}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadline - Date.now());
        this.#wake.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** Text of all `output` events of a category. */
  output(category: string): string {
    return this.events
      .filter((event) => event.event === "output" && event.body.category === category)
      .map((event) => event.body.output as string)
      .join("");
  }
}

function isEvent(value: unknown): value is DebugProtocol.Event {
  return typeof value === "object" && value !== null && (value as { type?: unknown }).type === "event";
}

/** A client with its own adapter process, initialized; both are gone when the test is over. */
export async function startClient(
  traits: Partial<DebugProtocol.InitializeRequestArguments> = {},
): Promise<TestClient> {
  const child = spawn(process.execPath, [adapterPath], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  onTestFinished(() => void child.kill("SIGKILL"));
  const client = new TestClient(exited);
  client.connect(child.stdout, child.stdin);
  await client.initializeRequest({
    adapterID: "slotscope",
    linesStartAt1: true,
    columnsStartAt1: true,
    pathFormat: "path",
    supportsVariableType: true,
    supportsInvalidatedEvent: true,
    ...traits,
  });
  return client;
}

/** The adapter with its streams bare, for what no client library would send. */
export function startAdapter(): {
  process: ChildProcess;
  exited: Promise<number | null>;
  readonly send: (text: string) => void;
  readonly received: () => string;
} {
  const child = spawn(process.execPath, [adapterPath], { stdio: ["pipe", "pipe", "inherit"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  child.stdin.on("error", () => undefined);
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  onTestFinished(() => void child.kill("SIGKILL"));
  return { process: child, exited, send: (part) => child.stdin.write(part), received: () => text };
}

/** A request as it goes over the wire. */
export function frame(message: object): string {
  const body = JSON.stringify(message);
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
