import type { CancellationToken, InitializeResult, MessageConnection } from "vscode-languageserver";
import {
  createMessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from "../protocol/library.js";
import {
  type PythonHooks,
  type PythonService,
  type PythonState,
  PythonUnavailable,
} from "../handlers/services.js";
import type { PythonProcess } from "./python-process.js";

const restartDelays = [200, 1000, 5000, 20_000];

/** A process that has run this long, in milliseconds, has not failed at its start. */
const soundRun = 60_000;

/** How long a process may take to end itself before it is killed, in milliseconds. */
const endingTime = 2000;

/** One process of basedpyright, speaking LSP. */
interface Run {
  readonly child: PythonProcess;
  readonly connection: MessageConnection;
  readonly startedAt: number;
}

/** basedpyright in a child process, started again if it ends by itself. */
export class PythonServer implements PythonService {
  state: PythonState = "starting";
  initialized: InitializeResult | undefined;
  readonly #hooks: PythonHooks;
  readonly #startProcess: () => PythonProcess;
  readonly #delays: readonly number[];
  #run: Run | undefined;
  #failures = 0;
  #closing = false;
  #retry: NodeJS.Timeout | undefined;
  /** Settled by the first start. */
  readonly #ready: Promise<void>;
  #settleReady!: { resolve: () => void; reject: (error: Error) => void };

  /**
   * @param startProcess starts a process: at once, and again after an end that was not asked for
   * @param delays before each start after such an end, in milliseconds; after the last there is none
   */
  constructor(
    hooks: PythonHooks,
    startProcess: () => PythonProcess,
    delays: readonly number[] = restartDelays,
  ) {
    this.#hooks = hooks;
    this.#startProcess = startProcess;
    this.#delays = delays;
    this.#ready = new Promise((resolve, reject) => {
      this.#settleReady = { resolve, reject };
    });
    // It may fail while nobody waits.
    this.#ready.catch(() => undefined);
    this.#start();
    // The last of all: our own end, however it comes, except by SIGKILL, where the child sees its input end.
    process.on("exit", () => this.#run?.child.kill("SIGKILL"));
  }

  async request(method: string, params: unknown, token: CancellationToken): Promise<unknown> {
    // Sent at once if it can be, so that it stays between the notifications before and after it.
    if (this.state === "starting") await this.#ready;
    // Better an answer without it now than one with it in a while.
    if (this.state !== "running") throw new PythonUnavailable("basedpyright is not running");
    const run = this.#run;
    if (run === undefined) throw new PythonUnavailable("basedpyright is not running");
    try {
      return await run.connection.sendRequest(method, params, token);
    } catch (error) {
      if (error instanceof ResponseError && this.#run === run) throw error;
      throw new PythonUnavailable("basedpyright ended", { cause: error });
    }
  }

  notify(method: string, params: unknown): void {
    // A broken pipe is told of by the process's end.
    if (this.state === "running") void this.#run?.connection.sendNotification(method, params).catch(() => {});
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#retry);
    this.#settleReady.reject(new PythonUnavailable("the server is shut down"));
    const run = this.#run;
    if (run === undefined || run.child.exitCode !== null) return;
    const ended = new Promise<void>((resolve) => run.child.once("exit", () => resolve()));
    const killer = setTimeout(() => run.child.kill("SIGKILL"), endingTime);
    if (this.initialized === undefined) run.child.kill("SIGKILL");
    await run.connection
      .sendRequest("shutdown")
      .then(() => run.connection.sendNotification("exit"))
      .catch(() => run.child.kill("SIGKILL"));
    await ended;
    clearTimeout(killer);
  }

  #start(): void {
    if (this.#closing) return;
    const child = this.#startProcess();
    const connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    const run = { child, connection, startedAt: Date.now() };
    this.#run = run;
    let complaint = "";
    child.stderr.on("data", (chunk: Buffer) => {
      complaint = `${complaint}${chunk.toString()}`.slice(-2000);
    });
    child.once("error", (error) => this.#ended(run, error.message));
    const exit = (status: number | null, signal: string | null) => {
      const how = signal === null ? `with status ${status}` : `by ${signal}`;
      this.#ended(run, complaint.trim() === "" ? how : `${how}: ${complaint.trim().split("\n").at(-1)}`);
    };
    child.once("exit", exit);
    // It may have been started, and have ended, before there was anyone to hear of it.
    if (child.exitCode !== null || child.signalCode !== null) {
      queueMicrotask(() => exit(child.exitCode, child.signalCode));
    }
    // What is written to a process that has ended fails by its end.
    child.stdin.on("error", () => undefined);
    connection.onError(() => undefined);
    connection.onRequest((method, params, token) => this.#hooks.onRequest(method, params, token));
    connection.onNotification((method, params) => this.#hooks.onNotification(method, params));
    connection.listen();
    void this.#initialize(run);
  }

  async #initialize(run: Run): Promise<void> {
    try {
      const params = { ...this.#hooks.initializeParams(), processId: process.pid };
      this.initialized = await run.connection.sendRequest<InitializeResult>("initialize", params);
    } catch {
      // Its end is told of by the process; one that answers with an error is of no use.
      run.child.kill("SIGKILL");
      return;
    }
    if (this.#run !== run || this.#closing) return;
    this.#setState("running");
    this.notify("initialized", {});
    for (const document of this.#hooks.openDocuments()) this.notify("textDocument/didOpen", document);
    this.#settleReady.resolve();
  }

  #ended(run: Run, how: string): void {
    if (this.#run !== run) return;
    this.#run = undefined;
    run.connection.dispose();
    if (this.#closing) return;
    if (Date.now() - run.startedAt > soundRun) this.#failures = 0;
    this.#settleReady.reject(new PythonUnavailable("basedpyright ended"));
    const delay = this.#delays[this.#failures];
    this.#failures += 1;
    if (delay === undefined) {
      this.#setState(
        "failed",
        `basedpyright ended ${how}, and is not started again. Completion and type checking are off; ` +
          "syntax, slots and formatting go on. Restart the language server to try again.",
      );
      return;
    }
    this.#setState("restarting", `basedpyright ended ${how}; it is being started again.`);
    this.#retry = setTimeout(() => this.#start(), delay);
  }

  #setState(state: PythonState, message?: string): void {
    this.state = state;
    this.#hooks.onStateChanged(state, message);
  }
}
