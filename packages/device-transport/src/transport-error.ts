/** Why a transport failed, in terms that decide what to do next. */
export type TransportErrorKind = "disconnected" | "timeout" | "busy" | "denied" | "protocol";

/** The one error that a transport, and what stands directly on it, rejects with. */
export class TransportError extends Error {
  override readonly name = "TransportError";

  constructor(
    readonly kind: TransportErrorKind,
    message: string,
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
  }
}
