import type { Arguments } from "../protocol/arguments.js";
import type { SessionState } from "../protocol/session-state.js";

/** Runs work after the response has been sent: events and endings that the client must see second. */
export type AfterResponse = (work: () => void) => void;

/** Answers one request: decodes its arguments, calls the core, encodes the result. Throwing makes an error response. */
export type Handler<Body = unknown> = (
  args: Arguments,
  context: SessionState,
  afterResponse: AfterResponse,
) => Promise<Body> | Body;
