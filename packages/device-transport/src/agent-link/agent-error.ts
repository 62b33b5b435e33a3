import type { ExceptionReport } from "./messages.js";

/**
 * What a target did that a transport can't know, although it answered: `mismatch`, it speaks another version of the
 * protocol or holds another agent; `unsupported`, it lacks what the agent needs, or the agent is no longer there;
 * `device-exception`, a request failed on the target.
 */
export type AgentErrorKind = "mismatch" | "unsupported" | "device-exception";

export class AgentError extends Error {
  override readonly name = "AgentError";

  constructor(
    readonly kind: AgentErrorKind,
    message: string,
    /** The exception that code run for the request raised, if it was that. */
    readonly exception?: ExceptionReport,
  ) {
    super(message);
  }
}
