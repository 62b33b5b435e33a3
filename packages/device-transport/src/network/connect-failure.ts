import { TransportError } from "../transport-error.js";

/** Says why a connection did not come about, by Node's error codes, and what to do. */
export function explainConnectFailure(name: string, cause: unknown): TransportError {
  const { code, message } = cause as NodeJS.ErrnoException;
  switch (code) {
    case "ECONNREFUSED":
      return new TransportError(
        "disconnected",
        `nobody listens at ${name}; start the REPL's server there, and check the port`,
        { cause },
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new TransportError("disconnected", `no computer of that name is known: ${name}`, { cause });
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "EHOSTDOWN":
      return new TransportError(
        "disconnected",
        `${name} can't be reached; is the board on, and in the same network?`,
        { cause },
      );
    case "ETIMEDOUT":
      return new TransportError("timeout", `${name} did not answer`, { cause });
    default:
      return new TransportError("disconnected", `no connection to ${name}: ${message}`, { cause });
  }
}
