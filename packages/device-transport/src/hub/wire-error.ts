import { ErrorCodes, ResponseError } from "vscode-jsonrpc/node";
import { AgentError, type AgentErrorKind } from "../agent-link/agent-error.js";
import type { ExceptionReport } from "../agent-link/messages.js";
import { TransportError, type TransportErrorKind } from "../transport-error.js";
import type { ErrorData } from "./protocol.js";

/** The code of replies whose `data` tells the error; -32000 is for such use (JSON-RPC 2.0, 5.1). */
const hubErrorCode = -32000;

/** The other side of the hub's protocol reports that a guest's place is lost. */
export class GuestError extends Error {
  override readonly name = "GuestError";

  /** `gone`: the holder has left; `withdrawn`: the call was not begun and may be made again. */
  constructor(
    readonly kind: "gone" | "withdrawn",
    message: string,
  ) {
    super(message);
  }
}

const transportKinds: readonly TransportErrorKind[] = [
  "disconnected",
  "timeout",
  "busy",
  "denied",
  "protocol",
];
const agentKinds: readonly AgentErrorKind[] = ["mismatch", "unsupported", "device-exception"];

function reply(message: string, data: ErrorData): ResponseError<ErrorData> {
  return new ResponseError(hubErrorCode, message, data);
}

/** An error as a reply carries it. */
export function toReply(error: unknown): ResponseError<ErrorData> {
  if (error instanceof ResponseError) return error as ResponseError<ErrorData>;
  if (error instanceof GuestError) return reply(error.message, { error: error.kind });
  if (error instanceof AgentError) {
    const { kind, exception } = error;
    return reply(error.message, { error: "agent", kind, ...(exception ? { exception } : {}) });
  }
  const kind = error instanceof TransportError ? error.kind : "protocol";
  return reply(error instanceof Error ? error.message : String(error), { error: "transport", kind });
}

/** The error that a reply carries. */
export function fromReply(error: unknown): TransportError | AgentError | GuestError {
  if (error instanceof TransportError || error instanceof AgentError || error instanceof GuestError)
    return error;
  if (!(error instanceof ResponseError)) {
    return new TransportError("disconnected", "The hub has ended. Try again: it is started anew.", {
      cause: error,
    });
  }
  const data = (error as ResponseError<ErrorData | undefined>).data;
  if (error.code === hubErrorCode && data?.error === "agent") {
    const kind = agentKinds.find((each) => each === data.kind) ?? "device-exception";
    return new AgentError(kind, error.message, data.exception as ExceptionReport | undefined);
  }
  if (error.code === hubErrorCode && data?.error === "transport") {
    return new TransportError(toTransportKind(data.kind), error.message);
  }
  if (error.code === hubErrorCode && data) return new GuestError(data.error as "gone", error.message);
  if (error.code === ErrorCodes.PendingResponseRejected) {
    return new TransportError("disconnected", "The hub has ended. Try again: it is started anew.", {
      cause: error,
    });
  }
  return new TransportError("protocol", `The hub refused a request: ${error.message}`, { cause: error });
}

/** A kind that came over the wire. */
export function toTransportKind(kind: unknown): TransportErrorKind {
  return transportKinds.find((each) => each === kind) ?? "protocol";
}
