import { Event, Response } from "@vscode/debugadapter";
import { ProtocolServer } from "@vscode/debugadapter/lib/protocol.js";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { DebuggerError } from "../debugger/errors.js";
import type { Debugger, DebuggerEvent } from "../debugger/types.js";
import { Arguments } from "../protocol/arguments.js";
import { fileSource, toBreakpoint, toErrorMessage, toStopped } from "../protocol/to-dap.js";
import { toClientLine } from "../protocol/paths.js";
import { OutputPacer } from "../protocol/output-pacer.js";
import { SessionState } from "../protocol/session-state.js";
import { handlers, resumingRequests } from "./index.js";

/** What carries a session's messages. */
export interface SessionConnection {
  /** The client has disconnected: closes the connection. */
  end(): void;
  /** The client reads more slowly than it is written to; `AdapterSession.drained` tells when that is over. */
  isCongested(): boolean;
}

/**
 * One client's session: requests in, responses and events out. A request that can't be answered gets an error
 * response; nothing that a client sends ends the session but `disconnect`.
 */
export class AdapterSession extends ProtocolServer {
  readonly #state: SessionState;
  readonly #output: OutputPacer;
  /** Stops and ends held back until the response to the request that led to them is out. */
  readonly #held: (() => void)[] = [];
  #holders = 0;

  constructor(debug: Debugger, connection: SessionConnection) {
    super();
    this.#state = new SessionState(debug, {
      sendEvent: (name, body) => this.#send(name, body),
      endSession: () => connection.end(),
    });
    this.#output = new OutputPacer(
      (output) => this.#send("output", { category: this.#state.outputCategory, output }),
      () => connection.isCongested(),
    );
    debug.onEvent((event) => this.#forward(event));
  }

  /** Takes anything: what is no request is complained of, since there is nothing to answer. */
  override handleMessage(message: unknown): void {
    if (isRequest(message)) void this.#answer(message);
    else this.complain("A message that is no request was passed over.");
  }

  /** The connection takes more again. */
  drained(): void {
    this.#output.flush();
  }

  /** Tells the user that the client sent something unreadable. */
  complain(what: string): void {
    this.#send("output", { category: "console", output: `Slotscope: ${what}\n` });
  }

  async #answer(request: DebugProtocol.Request): Promise<void> {
    const response: DebugProtocol.Response = new Response(request);
    const later: (() => void)[] = [];
    const holds = resumingRequests.has(request.command);
    if (holds) this.#holders++;
    try {
      const handler = handlers.get(request.command);
      if (!handler) {
        throw new DebuggerError(
          "unknownRequest",
          `This debugger doesn't know the request \`${request.command}\`.`,
        );
      }
      const args = new Arguments(request.command, request.arguments);
      const body = await handler(args, this.#state, (work) => later.push(work));
      if (body !== undefined) response.body = body;
    } catch (error) {
      const message = toErrorMessage(error);
      response.success = false;
      response.message = message.variables?.["_text"] ?? message.format;
      response.body = { error: message };
    }
    this.sendResponse(response);
    if (holds && --this.#holders === 0) for (const send of this.#held.splice(0)) send();
    for (const work of later) work();
  }

  #forward(event: DebuggerEvent): void {
    const send = () => this.#translate(event);
    if (this.#holders > 0 && (event.kind === "stopped" || event.kind === "ended")) this.#held.push(send);
    else send();
  }

  #translate(event: DebuggerEvent): void {
    const state = this.#state;
    if (event.kind !== "output") this.#output.flush();
    switch (event.kind) {
      case "phase":
        if (event.phase !== "stopped") state.forgetStop();
        break;
      case "continued":
        // The client asked for it, and knows by the response.
        break;
      case "stopped":
        this.#send("stopped", toStopped(event.snapshot));
        break;
      case "output":
        this.#output.push(event.text);
        break;
      case "log": {
        const { breakpoint } = event;
        const place = breakpoint && {
          source: fileSource(breakpoint.path, state),
          line: toClientLine(breakpoint.line, state.client),
        };
        this.#send("output", { category: "console", output: `${event.text}\n`, ...place });
        break;
      }
      case "notice":
        this.#send("output", {
          category: event.important ? "important" : "console",
          output: `${event.text}\n`,
        });
        break;
      case "breakpoint":
        this.#send("breakpoint", { reason: "changed", breakpoint: toBreakpoint(event.breakpoint, state) });
        break;
      case "changed":
        if (state.client.supportsInvalidated) this.#send("invalidated", { areas: ["variables"] });
        break;
      case "ended":
        if (event.end.how !== "terminated" && event.end.how !== "lost") {
          this.#send("exited", { exitCode: event.end.status });
        }
        this.#send("terminated");
        break;
    }
  }

  #send(name: string, body?: object): void {
    this.sendEvent(new Event(name, body));
  }
}

function isRequest(message: unknown): message is DebugProtocol.Request {
  if (typeof message !== "object" || message === null) return false;
  const { type, command, seq } = message as Partial<DebugProtocol.Request>;
  return type === "request" && typeof command === "string" && typeof seq === "number";
}
