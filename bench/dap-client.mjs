import { spawn } from "node:child_process";

/**
 * A minimal client of the Debug Adapter Protocol over a child process's stdio, the same for every
 * adapter that is measured, so that its own cost is in each figure alike.
 */
export class DapClient {
  #child;
  #buffer = Buffer.alloc(0);
  #sequence = 1;
  #pending = new Map();
  #waiting = [];
  #events = [];
  /** Bytes the adapter has sent so far. */
  received = 0;
  output = "";

  constructor(command, args, options = {}) {
    this.#child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], ...options });
    this.#child.stdout.on("data", (chunk) => this.#take(chunk));
    this.#child.stderr.on("data", (chunk) => {
      this.errors = `${this.errors ?? ""}${chunk}`;
    });
    this.exited = new Promise((resolve) => {
      this.#child.on("exit", (code) => {
        const error = new Error(`the adapter ended with status ${code}: ${this.errors ?? ""}`);
        for (const { reject } of this.#pending.values()) reject(error);
        for (const { reject } of this.#waiting) reject(error);
        resolve(code);
      });
    });
  }

  get pid() {
    return this.#child.pid;
  }

  #take(chunk) {
    this.received += chunk.length;
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const end = this.#buffer.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/Content-Length: *(\d+)/i.exec(this.#buffer.toString("latin1", 0, end))?.[1]);
      if (this.#buffer.length < end + 4 + length) return;
      const message = JSON.parse(this.#buffer.toString("utf8", end + 4, end + 4 + length));
      this.#buffer = this.#buffer.subarray(end + 4 + length);
      this.#receive(message);
    }
  }

  #receive(message) {
    if (message.type === "response") {
      const pending = this.#pending.get(message.request_seq);
      this.#pending.delete(message.request_seq);
      if (message.success) pending?.resolve(message.body);
      else pending?.reject(new Error(`${message.command}: ${message.message}`));
      return;
    }
    if (message.type !== "event") return;
    if (message.event === "output") this.output += message.body.output;
    const index = this.#waiting.findIndex(({ names }) => names.includes(message.event));
    if (index >= 0) this.#waiting.splice(index, 1)[0].resolve(message);
    else this.#events.push(message);
  }

  /** Sends a request and resolves with its response's body; rejects where the response is an error. */
  request(command, args = {}) {
    const seq = this.#sequence++;
    const body = JSON.stringify({ seq, type: "request", command, arguments: args });
    const answer = new Promise((resolve, reject) => this.#pending.set(seq, { resolve, reject }));
    this.#child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    return answer;
  }

  /** Resolves with the first event of one of these names that nobody has taken yet. */
  event(...names) {
    const index = this.#events.findIndex(({ event }) => names.includes(event));
    if (index >= 0) return Promise.resolve(this.#events.splice(index, 1)[0]);
    return new Promise((resolve, reject) => this.#waiting.push({ names, resolve, reject }));
  }

  /** Ends the session in the order that editors do, and waits for the process. */
  async end() {
    await this.request("disconnect", { terminateDebuggee: true }).catch(() => undefined);
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 5000);
    await this.exited;
    clearTimeout(timer);
  }
}

/**
 * Starts a session up to `configurationDone`: `breakpoints` are `[file, lines]` pairs, `launch` the
 * adapter's own launch arguments.
 */
export async function startSession(client, { launch, breakpoints = [], exceptions = [] }) {
  await client.request("initialize", {
    clientID: "bench",
    adapterID: "bench",
    linesStartAt1: true,
    columnsStartAt1: true,
    pathFormat: "path",
  });
  const launched = client.request("launch", launch);
  await client.event("initialized");
  for (const [path, lines] of breakpoints) {
    await client.request("setBreakpoints", {
      source: { path },
      breakpoints: lines.map((line) => ({ line })),
    });
  }
  await client.request("setExceptionBreakpoints", { filters: exceptions });
  await client.request("configurationDone");
  await launched;
}

/** What an editor asks for at a stop until names and values are on screen: threads, stack, scopes, locals. */
export async function readStop(client, stopped) {
  const threadId = stopped.body.threadId;
  await client.request("threads");
  const { stackFrames } = await client.request("stackTrace", { threadId, startFrame: 0, levels: 20 });
  const { scopes } = await client.request("scopes", { frameId: stackFrames[0].id });
  const { variables } = await client.request("variables", {
    variablesReference: scopes[0].variablesReference,
  });
  return { threadId, frame: stackFrames[0], variables };
}
